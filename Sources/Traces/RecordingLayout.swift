/// Where things stand in a raw recording, the file that one process writes while it runs one program.
///
///       0 +-----------------------------------------------+
///         | magic 8 | version 4 | chunk unit 4            |
///      16 | process 4 | parent 4 | start, µs 8            |
///      32 | stopped by errno 4 | – 4 | lost at start-up 8 |
///      48 | argument bytes 4 | – 4                        |
///      56 | arguments, each ended by 0, cut at 4 KiB      |
///      4K +-----------------------------------------------+
///         | nothing                                       |
///     64K +-----------------------------------------------+
///         | chunk                                         |
///         | …                                             |
///
/// A chunk is a whole number of units of 64 KiB and belongs to one stream; a stream's chunks come in the file's order,
/// and a stream holds the events of one thread at a time. Chunks are mapped and shared, so what a thread has written is
/// in the file whatever becomes of the process.
///
///         +---------------------------------------------+
///       0 | magic 8 | byte count 4 | stream 4           |
///      16 | thread 4 | – 4 | stamp of the first event 8 |
///      32 | words, up to the first zero                 |
///         +---------------------------------------------+
///
/// **Stamps** put the events of different streams in order. One counter is shared by all threads: an event that gives a
/// block up (`deallocate`, `moveFrom`) takes the counter's value and adds one; every other event only reads it. So of
/// two events on one address, the earlier has the smaller stamp, or the same stamp and is the one that only reads. An
/// event's stamp is one more than the last event's if that took one, or else the same; a prefix tells when it is not.
package enum RecordingLayout {
  /// `ALLOCRAW`, little-endian.
  package static var magic: UInt64 { 0x5741_5243_4f4c_4c41 }
  /// `ALCHUNK1`, little-endian.
  package static var chunkMagic: UInt64 { 0x314b_4e55_4843_4c41 }
  package static var version: UInt32 { 1 }
  package static var headerByteCount: Int { 4096 }
  package static var argumentsOffset: Int { 56 }
  package static var chunkUnit: Int { 1 << 16 }
  package static var largestChunk: Int { 1 << 20 }
  package static var chunkHeaderByteCount: Int { 32 }

  /// The environment variable that names the folder of the raw recordings.
  package static var folderVariable: StaticString { "ALLOCLAB_RECORDING_FOLDER" }
}
