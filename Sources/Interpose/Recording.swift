import InterposeC

/// The recording of this process: one page of state, zero in a forked child, which then begins its own.
///
///        0 +---------------------------------+
///          | Recording                       |
///      512 | Stream for the calls of start-up|
///     1024 | their words                     |
///     4096 +---------------------------------+
///
/// Before the loader has handed the environment to the C library, the file's folder is not known: the events of that
/// time wait in this page.
struct Recording {
  /// 0: no events yet; 1: being set up; 2: waiting for the environment; 3: under way; 4: off.
  var phase: UInt32
  /// Held while a stream or a chunk is taken.
  var lock: UInt32
  /// The file, or -1 where it has to be opened again.
  var file: Int32
  var streamCount: UInt32
  var threadCount: UInt32
  /// The stream after which the search for one whose thread has ended goes on.
  var hand: UInt32
  /// The offset of the next chunk.
  var nextChunk: UInt
  /// The streams, `streamLimit` of them, touched as they are taken.
  var streams: UInt
  /// What tells whether `file` is still the file that was opened.
  var device: UInt
  var inode: UInt
  /// The file's name: `process.count.raw`.
  var process: UInt32
  var nameCount: UInt32
  /// The program and its start-up events that found no room.
  var lostStartUpEvents: UInt64

  static var streamLimit: UInt32 { 1 << 16 }
  static var startUpStreamOffset: Int { 512 }
  static var startUpWordsOffset: Int { 1024 }

  /// The recording under way or waiting for the environment, set up if need be; nil where nothing is to be recorded.
  static func current() -> UnsafeMutablePointer<Recording>? {
    if unsafe interpose_state_page() == nil {
      // The loader's first call: there is one thread.
      guard let page = SystemCall.map(byteCount: 4096, wipedOnFork: true) else { return nil }
      unsafe interpose_set_state_page(UnsafeMutableRawPointer(bitPattern: page))
    }
    guard let recording = unsafe interpose_state_page()?.assumingMemoryBound(to: Recording.self) else { return nil }
    while true {
      switch unsafe interpose_load(recording.phaseWord) {
      case 3: return unsafe recording
      case 4: return nil
      case 1: SystemCall.yield()
      case let phase:
        if unsafe phase == 2 && interpose_environment() == nil { return unsafe recording }
        if unsafe interpose_compare_exchange(recording.phaseWord, phase, 1) != 0 {
          unsafe interpose_store(recording.phaseWord, recording.begin(after: phase))
        }
      }
    }
  }
}

extension UnsafeMutablePointer<Recording> {
  var phaseWord: UnsafeMutablePointer<UInt32> {
    // Safe: the phase is the first field, at offset 0.
    unsafe UnsafeMutableRawPointer(self).assumingMemoryBound(to: UInt32.self)
  }

  var lockWord: UnsafeMutablePointer<UInt32> { unsafe phaseWord + 1 }

  var isStartingUp: Bool { unsafe pointee.phase == 2 }

  var startUpStream: UnsafeMutablePointer<Stream> {
    // Safe: the page has room for a stream at this offset.
    unsafe (UnsafeMutableRawPointer(self) + Recording.startUpStreamOffset).assumingMemoryBound(to: Stream.self)
  }

  func loseStartUpEvent() -> UnsafeMutablePointer<Stream>? {
    unsafe pointee.lostStartUpEvents &+= 1
    return nil
  }

  /// Begins, and answers the phase that follows.
  func begin(after phase: UInt32) -> UInt32 {
    let folder = unsafe interpose_folder_path()
    if unsafe folder.pointee == 0 {
      guard let environment = unsafe interpose_environment() else {
        let stream = unsafe startUpStream
        unsafe stream.pointee.cursor = UInt(bitPattern: self) &+ UInt(Recording.startUpWordsOffset)
        unsafe stream.pointee.limit = UInt(bitPattern: self) &+ 4096 &- Stream.spare
        unsafe interpose_set_current_stream(stream)
        return 2
      }
      unsafe keepFolder(from: environment)
    }
    if unsafe folder.pointee == 1 { return 4 }
    guard
      let streams = SystemCall.map(
        byteCount: Int(Recording.streamLimit) &* MemoryLayout<Stream>.stride, wipedOnFork: true)
    else { return 4 }
    unsafe pointee.streams = streams
    unsafe pointee.nextChunk = UInt(RecordingLayout.chunkUnit)
    guard unsafe createFile() else { return 4 }
    return unsafe phase == 2 ? (moveStartUpEvents() ? 3 : 4) : 3
  }

  /// Moves the events of start-up to the stream of the current thread, which made them.
  private func moveStartUpEvents() -> Bool {
    let early = unsafe startUpStream
    interpose_set_current_stream(nil)
    guard let stream = unsafe takeStream(), unsafe takeChunk(for: stream) else { return false }
    // Safe: both lie in mapped memory; a chunk is larger than the page that the events waited in.
    let first = UInt(bitPattern: self) &+ UInt(Recording.startUpWordsOffset)
    var address = first
    while unsafe address < early.pointee.cursor {
      let word = unsafe UnsafePointer<UInt64>(bitPattern: address).unsafelyUnwrapped.pointee
      unsafe stream.write(RecordingWord(word: word))
      address &+= 8
    }
    unsafe stream.pointee.stamp = early.pointee.stamp
    unsafe stream.pointee.limit = stream.pointee.cursor
    unsafe interpose_set_current_stream(stream)
    return true
  }

  /// A stream for the current thread: one whose thread has ended, or a new one.
  func takeStream() -> UnsafeMutablePointer<Stream>? {
    unsafe acquireLock()
    defer { unsafe releaseLock() }
    let thread = unsafe pointee.threadCount
    unsafe pointee.threadCount = thread &+ 1
    let owner = UInt32(truncatingIfNeeded: SystemCall.threadIdentifier())
    // Safe: `streams` has room for `streamLimit` streams, and numbers stay below.
    guard let streams = unsafe UnsafeMutablePointer<Stream>(bitPattern: pointee.streams) else { return nil }
    var attempts = unsafe min(8, pointee.streamCount)
    while attempts > 0 {
      attempts &-= 1
      unsafe pointee.hand = pointee.hand &+ 1 < pointee.streamCount ? pointee.hand &+ 1 : 0
      let stream = unsafe streams + Int(pointee.hand)
      if unsafe !SystemCall.isAlive(thread: stream.pointee.owner, of: pointee.process) {
        unsafe stream.pointee.owner = owner
        if unsafe stream.pointee.cursor &+ 8 &+ Stream.spare < stream.pointee.end {
          unsafe stream.write(RecordingWord(.thread, value: UInt64(thread)))
        } else {
          unsafe stream.pointee.end = stream.pointee.cursor
        }
        unsafe stream.pointee.limit = 0
        unsafe stream.pointee.thread = thread
        return unsafe stream
      }
    }
    guard unsafe pointee.streamCount < Recording.streamLimit else { return nil }
    let stream = unsafe streams + Int(pointee.streamCount)
    unsafe pointee.streamCount &+= 1
    unsafe stream.pointee.number = pointee.streamCount
    unsafe stream.pointee.thread = thread
    unsafe stream.pointee.owner = owner
    return unsafe stream
  }

  /// The next chunk of the file for a stream, mapped; its old one is let go. False when there is no room.
  func takeChunk(for stream: UnsafeMutablePointer<Stream>) -> Bool {
    let unit = UInt(RecordingLayout.chunkUnit)
    let old = unsafe stream.pointee.chunkByteCount
    let byteCount = old == 0 ? unit : min(UInt(old) &* 4, UInt(RecordingLayout.largestChunk))
    unsafe acquireLock()
    let offset = unsafe pointee.nextChunk
    unsafe pointee.nextChunk = offset &+ byteCount
    let base = unsafe mapChunk(offset: offset, byteCount: byteCount)
    unsafe releaseLock()
    if unsafe stream.pointee.chunk != 0 { SystemCall.unmap(unsafe stream.pointee.chunk, byteCount: Int(old)) }
    unsafe stream.pointee.chunk = base ?? 0
    unsafe stream.pointee.chunkByteCount = base == nil ? 0 : UInt32(byteCount)
    guard let base, let header = unsafe UnsafeMutableRawPointer(bitPattern: base) else {
      unsafe (stream.pointee.cursor, stream.pointee.limit, stream.pointee.end) = (0, 0, 0)
      return false
    }
    // Safe: the chunk is mapped and longer than its header. The magic comes last: without it the chunk is not there.
    unsafe header.storeBytes(of: UInt32(byteCount), toByteOffset: 8, as: UInt32.self)
    unsafe header.storeBytes(of: stream.pointee.number, toByteOffset: 12, as: UInt32.self)
    unsafe header.storeBytes(of: stream.pointee.thread, toByteOffset: 16, as: UInt32.self)
    unsafe header.storeBytes(of: stream.pointee.stamp, toByteOffset: 24, as: UInt64.self)
    unsafe header.storeBytes(of: RecordingLayout.chunkMagic, as: UInt64.self)
    unsafe stream.pointee.cursor = base &+ UInt(RecordingLayout.chunkHeaderByteCount)
    unsafe stream.pointee.end = base &+ byteCount
    return true
  }

  private func acquireLock() {
    while unsafe interpose_compare_exchange(lockWord, 0, 1) == 0 { SystemCall.yield() }
  }

  private func releaseLock() { unsafe interpose_store(lockWord, 0) }
}
