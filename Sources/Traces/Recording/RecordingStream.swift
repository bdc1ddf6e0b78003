/// Where a chunk lies in a raw recording.
struct RecordingChunk: Equatable {
  var offset: Int
  var byteCount: Int
  /// Its place in the stream.
  var number: UInt64
  var thread: UInt32
  var stamp: UInt64
}

/// Reads the events of one stream in order, a window of words at a time.
struct RecordingStream {
  private let chunks: [RecordingChunk]
  private var chunk = -1
  /// The offset of the next window, and where the chunk ends.
  private var offset = 0
  private var end = 0
  private var window: [UInt64] = []
  private var position = 0

  private var thread: UInt32 = 0
  private var stamp: UInt64 = 0
  private var clock: UInt64 = 0

  static let windowByteCount = 1 << 15

  init(chunks: [RecordingChunk]) { self.chunks = chunks }

  /// The next event, or nil at the stream's end. A prefix without its event, as a kill leaves it, is dropped.
  mutating func next(from file: borrowing TraceFile) throws(TraceError) -> RecordingEvent? {
    var size: UInt64?
    var alignmentShift = RecordingWord.usualAlignmentShift
    while true {
      if position == window.count {
        if try !refill(from: file) { return nil }
        continue
      }
      let word = RecordingWord(word: window[position])
      position += 1
      guard let kind = word.kind else {
        // Not written yet: the chunk ends here.
        offset = end
        position = window.count
        continue
      }
      if kind == .prefix {
        switch word.prefix {
        case .size: size = word.value
        case .alignment: alignmentShift = word.value
        case .stamp: stamp = word.value
        case .clock: clock = word.value
        case .thread: thread = UInt32(truncatingIfNeeded: word.value)
        case .stack, nil: break
        }
        continue
      }
      // An event that gives a block up comes after all that read the same stamp.
      let takes = kind == .deallocate || kind == .moveFrom
      let key = stamp &* 2 | (takes ? 1 : 0)
      if takes { stamp &+= 1 }
      return RecordingEvent(
        kind: kind, address: word.address, size: size ?? word.size, alignmentShift: alignmentShift, key: key,
        thread: thread, clock: clock)
    }
  }

  private mutating func refill(from file: borrowing TraceFile) throws(TraceError) -> Bool {
    while offset == end {
      chunk += 1
      guard chunk < chunks.count else {
        chunk = chunks.count
        return false
      }
      offset = chunks[chunk].offset + RecordingLayout.chunkHeaderByteCount
      end = chunks[chunk].offset + chunks[chunk].byteCount
      thread = chunks[chunk].thread
      stamp = chunks[chunk].stamp
    }
    let bytes = try file.read(at: offset, count: min(Self.windowByteCount, end - offset))
    window.removeAll(keepingCapacity: true)
    // Safe: whole words are copied out of the bytes, whatever their alignment.
    unsafe bytes.withUnsafeBytes { bytes in
      for index in 0..<bytes.count / 8 {
        window.append(unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
      }
    }
    position = 0
    // A file that ends early, ends its stream.
    offset = window.isEmpty ? end : offset + window.count * 8
    return true
  }
}
