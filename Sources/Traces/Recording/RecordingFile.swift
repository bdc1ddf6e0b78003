package import SystemPackage

/// A raw recording, opened for conversion: what its header says, and its events in the order in which they happened.
///
/// Holds a window of words for each stream and a few bytes for each chunk, however long the recording.
package struct RecordingFile: ~Copyable {
  package let header: RecordingHeader

  private let file: TraceFile
  private var streams: [RecordingStream]
  private var heads: [RecordingEvent?]
  private var current = 0
  /// The least key among the streams other than the current one.
  private var otherKey: UInt64 = 0

  package init(_ path: FilePath) throws(TraceError) {
    let file = try TraceFile(reading: path)
    let header = try RecordingHeader(of: file)
    var streams = try Self.chunks(of: file, byteCount: file.byteCount()).map(RecordingStream.init)
    var heads: [RecordingEvent?] = []
    for index in streams.indices { heads.append(try streams[index].next(from: file)) }
    self.file = file
    self.header = header
    self.streams = streams
    self.heads = heads
  }

  /// The next event of all streams, or nil at the end.
  mutating func next() throws(TraceError) -> RecordingEvent? {
    guard current < heads.count else { return nil }
    if let head = heads[current], head.key <= otherKey { return try take(head) }
    // Another stream is due: find it, and the one after it.
    var best: (index: Int, key: UInt64)?
    otherKey = .max
    for index in heads.indices {
      guard let key = heads[index]?.key else { continue }
      if let (_, least) = best, least <= key {
        otherKey = min(otherKey, key)
      } else {
        if let best { otherKey = min(otherKey, best.key) }
        best = (index, key)
      }
    }
    guard let best, let head = heads[best.index] else { return nil }
    current = best.index
    return try take(head)
  }

  private mutating func take(_ head: RecordingEvent) throws(TraceError) -> RecordingEvent {
    heads[current] = try streams[current].next(from: file)
    return head
  }

  /// The chunks of each stream, in the stream's order.
  private static func chunks(
    of file: borrowing TraceFile, byteCount: Int
  ) throws(TraceError) -> [[RecordingChunk]] {
    var streams: [UInt64: [RecordingChunk]] = [:]
    var windows: [UInt64: RecordingChunk] = [:]
    for offset in stride(from: RecordingLayout.chunkByteCount, to: byteCount, by: RecordingLayout.chunkByteCount) {
      let header = try file.read(at: offset, count: RecordingLayout.chunkHeaderByteCount)
      // Without the magic, the chunk was taken and not begun when the process ended.
      guard header.count == RecordingLayout.chunkHeaderByteCount,
        RecordingHeader.word(of: header, at: 0, byteCount: 8) == RecordingLayout.chunkMagic
      else { continue }
      let stream = RecordingHeader.word(of: header, at: 32, byteCount: 4)
      let chunk = RecordingChunk(
        offset: offset, byteCount: min(RecordingLayout.chunkByteCount, byteCount - offset),
        number: RecordingHeader.word(of: header, at: 16, byteCount: 8),
        thread: UInt32(RecordingHeader.word(of: header, at: 36, byteCount: 4)),
        stamp: RecordingHeader.word(of: header, at: 24, byteCount: 8))
      if RecordingHeader.word(of: header, at: 8, byteCount: 8) == UInt64(offset) {
        windows[stream] = chunk
      } else {
        streams[stream, default: []].append(chunk)
      }
    }
    for (stream, window) in windows where window.number & RecordingLayout.isCopied == 0 {
      streams[stream, default: []].removeAll { $0.number >= window.number }
      streams[stream, default: []].append(window)
    }
    return streams.sorted { $0.key < $1.key }.map { $0.value.sorted { $0.number < $1.number } }
  }
}
