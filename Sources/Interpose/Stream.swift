import InterposeC

/// Where a thread's events go: the window it writes to, and how far it has come.
///
/// Lies in memory that a forked child finds zeroed, so that there `cursor == limit` and the first event takes the slow
/// path to a recording of the child's own, without a hook on fork.
///
/// Invariant: `cursor <= limit <= end - spare`, but for the words that the event being written needs.
struct Stream {
  /// The address of the next word.
  var cursor: UInt
  /// Where the slow path is taken: the end of the page, so that the clock is looked at now and then.
  var limit: UInt
  /// The stamp that the next event has if no other thread takes one.
  var stamp: UInt64
  /// The address after the window's last word.
  var end: UInt
  /// The window: the stream's mapped chunk, or 0.
  var window: UInt
  /// When the clock was last written down, in microseconds.
  var clock: UInt64
  /// The kernel's number of the thread that writes here, or 0.
  var owner: UInt32
  /// The number of the thread whose events follow, from 0.
  var thread: UInt32
  /// Fills the cache line: the next stream is another thread's.
  var padding: UInt64

  /// Words that one event may need: stamp, alignment, size, the event.
  static var spare: UInt { 4 * 8 }
  /// Bytes between two looks at the clock.
  static var pageByteCount: UInt { 2048 }

  /// Writes down an event that gives a block up.
  @inline(__always)
  static func append(_ kind: RecordingWord.Kind, _ block: UnsafeMutableRawPointer) {
    guard let stream = unsafe writable() else { return }
    let stamp = interpose_take_stamp()
    if unsafe stamp != stream.pointee.stamp { unsafe stream.write(RecordingWord(.stamp, value: stamp)) }
    unsafe stream.pointee.stamp = stamp &+ 1
    unsafe stream.write(RecordingWord(kind, address: UInt64(UInt(bitPattern: block))))
  }

  /// Writes down an event that only reads the stamp; no block, no event.
  @inline(__always)
  static func append(
    _ kind: RecordingWord.Kind, _ block: UnsafeMutableRawPointer?, size: UInt,
    alignmentShift: UInt64 = RecordingWord.usualAlignmentShift
  ) {
    guard let block = unsafe block, let stream = unsafe writable() else { return }
    let stamp = interpose_read_stamp()
    if unsafe stamp != stream.pointee.stamp {
      unsafe stream.write(RecordingWord(.stamp, value: stamp))
      unsafe stream.pointee.stamp = stamp
    }
    if alignmentShift != RecordingWord.usualAlignmentShift {
      unsafe stream.write(RecordingWord(.alignment, value: alignmentShift))
    }
    let size = UInt64(size)
    if size >= RecordingWord.sizeLimit { unsafe stream.write(RecordingWord(.size, value: size)) }
    unsafe stream.write(RecordingWord(kind, address: UInt64(UInt(bitPattern: block)), size: size))
  }

  /// The current thread's stream with room for an event, or nil where nothing is recorded.
  @inline(__always)
  static func writable() -> UnsafeMutablePointer<Stream>? {
    // Safe: the variable holds null or what `refilled` put there.
    if let stream = unsafe current, unsafe stream.pointee.cursor < stream.pointee.limit { return unsafe stream }
    return unsafe refilled()
  }

  @inline(__always)
  static var current: UnsafeMutablePointer<Stream>? {
    unsafe interpose_current_stream()?.assumingMemoryBound(to: Stream.self)
  }

  /// As `writable`, on the slow path: a new page, a new window, a new stream, or a new recording.
  @inline(never)
  static func refilled() -> UnsafeMutablePointer<Stream>? {
    guard let recording = unsafe Recording.current() else { return nil }
    if unsafe recording.isStartingUp {
      let stream = unsafe recording.startUpStream
      return unsafe stream.pointee.cursor < stream.pointee.limit ? stream : recording.loseStartUpEvent()
    }
    // A stream without an owner was this thread's before a fork.
    if let stream = unsafe current, unsafe stream.pointee.owner != 0 {
      return unsafe stream.turnPage(in: recording) ? stream : nil
    }
    guard let stream = unsafe recording.takeStream() else { return nil }
    unsafe interpose_set_current_stream(stream)
    return unsafe stream.turnPage(in: recording) ? stream : nil
  }
}

extension UnsafeMutablePointer<Stream> {
  /// Writes one word; the caller has made room.
  @inline(__always)
  func write(_ word: RecordingWord) {
    let cursor = unsafe pointee.cursor
    // Safe: a cursor points into the stream's mapped window, below its end.
    unsafe UnsafeMutablePointer<UInt64>(bitPattern: cursor).unsafelyUnwrapped.pointee = word.word
    unsafe pointee.cursor = cursor &+ 8
  }

  /// Makes room for one page of words and looks at the clock. False when the file has no more room.
  func turnPage(in recording: UnsafeMutablePointer<Recording>) -> Bool {
    // Room for the clock's word and an event, or else the window begins anew.
    if unsafe pointee.cursor &+ 8 &+ 2 &* Stream.spare > pointee.end {
      if unsafe pointee.window == 0 ? !recording.openWindow(of: self) : !recording.copyWindow(of: self) { return false }
    }
    let last = unsafe pointee.end &- Stream.spare
    let next = unsafe pointee.cursor &+ Stream.pageByteCount
    unsafe pointee.limit = next < last ? next : last
    let now = interpose_microseconds()
    if unsafe now &- pointee.clock >= 500 {
      unsafe pointee.clock = now
      unsafe write(RecordingWord(.clock, value: now))
    }
    return true
  }
}
