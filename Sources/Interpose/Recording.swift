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
    unsafe pointee.nextChunk = UInt(RecordingLayout.chunkByteCount)
    guard unsafe createFile() else { return 4 }
    return unsafe phase == 2 ? (moveStartUpEvents() ? 3 : 4) : 3
  }

  /// Moves the events of start-up to the stream of the current thread, which made them.
  private func moveStartUpEvents() -> Bool {
    let early = unsafe startUpStream
    interpose_set_current_stream(nil)
    guard let stream = unsafe takeStream(), unsafe openWindow(of: stream) else { return false }
    // Safe: both lie in mapped memory; a window is larger than the page that the events waited in.
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
    unsafe stream.pointee.thread = thread
    unsafe stream.pointee.owner = owner
    return unsafe stream
  }

  /// Gives a stream its window. False when the file has no more room.
  func openWindow(of stream: UnsafeMutablePointer<Stream>) -> Bool {
    let offset = unsafe takeChunk()
    unsafe acquireLock()
    let base = unsafe mapChunk(offset: offset)
    unsafe releaseLock()
    // Safe: the chunk is mapped and longer than its header. The magic comes last: without it the chunk is not there.
    guard let base, let header = unsafe UnsafeMutableRawPointer(bitPattern: base) else { return false }
    // Safe: `streams` holds the stream, so the difference is its index.
    let number = unsafe (UInt(bitPattern: stream) &- pointee.streams) / UInt(MemoryLayout<Stream>.stride)
    unsafe header.storeBytes(of: UInt64(offset), toByteOffset: 8, as: UInt64.self)
    unsafe header.storeBytes(of: UInt32(truncatingIfNeeded: number), toByteOffset: 32, as: UInt32.self)
    unsafe beginWindow(header, of: stream, number: 0)
    unsafe header.storeBytes(of: RecordingLayout.chunkMagic, as: UInt64.self)
    unsafe stream.pointee.window = base
    unsafe stream.pointee.end = base &+ UInt(RecordingLayout.chunkByteCount)
    return true
  }

  /// Copies a full window to the file's end and begins it anew. False when the file has no more room.
  func copyWindow(of stream: UnsafeMutablePointer<Stream>) -> Bool {
    guard let header = unsafe UnsafeMutableRawPointer(bitPattern: stream.pointee.window) else { return false }
    let offset = unsafe takeChunk()
    unsafe acquireLock()
    let isThere = unsafe reachFile()
    unsafe releaseLock()
    guard unsafe isThere && writeChunk(header, offset: offset) else {
      // The window keeps what it has; the stream writes no more.
      unsafe stream.pointee.limit = 0
      return false
    }
    // Wherever the process is killed from here on, the words are in the copy, and in the copy alone.
    let number = unsafe header.load(fromByteOffset: 16, as: UInt64.self)
    unsafe header.storeBytes(of: number | RecordingLayout.isCopied, toByteOffset: 16, as: UInt64.self)
    interpose_compiler_barrier()
    let words = RecordingLayout.chunkHeaderByteCount
    unsafe (header + words).initializeMemory(
      as: UInt8.self, repeating: 0, count: RecordingLayout.chunkByteCount &- words)
    unsafe beginWindow(header, of: stream, number: number &+ 1)
    return true
  }

  /// An empty window from here on; its words are zero.
  private func beginWindow(
    _ header: UnsafeMutableRawPointer, of stream: UnsafeMutablePointer<Stream>, number: UInt64
  ) {
    // Safe: a window is longer than its header.
    unsafe header.storeBytes(of: stream.pointee.stamp, toByteOffset: 24, as: UInt64.self)
    unsafe header.storeBytes(of: stream.pointee.thread, toByteOffset: 36, as: UInt32.self)
    interpose_compiler_barrier()
    unsafe header.storeBytes(of: number, toByteOffset: 16, as: UInt64.self)
    interpose_compiler_barrier()
    unsafe stream.pointee.cursor = UInt(bitPattern: header) &+ UInt(RecordingLayout.chunkHeaderByteCount)
  }

  /// The offset of a chunk that nobody else has.
  private func takeChunk() -> UInt {
    unsafe acquireLock()
    defer { unsafe releaseLock() }
    let offset = unsafe pointee.nextChunk
    unsafe pointee.nextChunk = offset &+ UInt(RecordingLayout.chunkByteCount)
    return offset
  }

  private func acquireLock() {
    while unsafe interpose_compare_exchange(lockWord, 0, 1) == 0 { SystemCall.yield() }
  }

  private func releaseLock() { unsafe interpose_store(lockWord, 0) }
}
