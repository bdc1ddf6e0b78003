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

  /// The chunks of each stream, in the file's order.
  private static func chunks(
    of file: borrowing TraceFile, byteCount: Int
  ) throws(TraceError) -> [[RecordingChunk]] {
    var streams: [UInt64: [RecordingChunk]] = [:]
    let unit = RecordingLayout.chunkUnit
    var offset = unit
    while offset < byteCount {
      let header = try file.read(at: offset, count: RecordingLayout.chunkHeaderByteCount)
      let length = Int(RecordingHeader.word(of: header, at: 8, byteCount: 4))
      guard header.count == RecordingLayout.chunkHeaderByteCount,
        RecordingHeader.word(of: header, at: 0, byteCount: 8) == RecordingLayout.chunkMagic,
        length >= unit, length % unit == 0, length <= RecordingLayout.largestChunk
      else {
        // A chunk that was taken and not begun when the process ended.
        offset += unit
        continue
      }
      streams[RecordingHeader.word(of: header, at: 12, byteCount: 4), default: []].append(
        RecordingChunk(
          offset: offset, byteCount: min(length, byteCount - offset),
          thread: UInt32(RecordingHeader.word(of: header, at: 16, byteCount: 4)),
          stamp: RecordingHeader.word(of: header, at: 24, byteCount: 8)))
      offset += length
    }
    return streams.sorted { $0.key < $1.key }.map(\.value)
  }
}
