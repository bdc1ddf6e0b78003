/// Where things stand in a raw recording, the file that one process writes while it runs one program.
///
///       0 +-----------------------------------------------+
///         | magic 8 | version 4 | chunk bytes 4           |
///      16 | process 4 | parent 4 | start, µs 8            |
///      32 | stopped by errno 4 | – 4 | lost at start-up 8 |
///      48 | argument bytes 4 | – 4                        |
///      56 | arguments, each ended by 0, cut at 4 KiB      |
///      4K +-----------------------------------------------+
///         | nothing                                       |
///     64K +-----------------------------------------------+
///         | chunks of 64 KiB                              |
///         | …                                             |
///
/// A stream holds the events of one thread at a time. Its first chunk, the *window*, is mapped and shared, so what a
/// thread has written is in the file whatever becomes of the process. A full window is copied to a chunk at the file's
/// end and begun anew: writing was four times as fast as mapping ever new chunks (0.03 against 0.12 s for 82 MB).
///
///       0 +----------------------------------------------+
///         | magic 8 | offset of the stream's window 8    |
///      16 | number in the stream 8 | first stamp 8       |
///      32 | stream 4 | thread 4                          |
///      40 | words, up to the first zero                  |
///         +----------------------------------------------+
///
/// A window whose number has the highest bit set has been copied; otherwise it holds what follows the copies, and a
/// copy of the same number is one that was cut short.
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
  package static var chunkByteCount: Int { 1 << 16 }
  package static var chunkHeaderByteCount: Int { 40 }
  /// In a window's number: its words are in a copy.
  package static var isCopied: UInt64 { 1 << 63 }

  /// The environment variable that names the folder of the raw recordings.
  package static var folderVariable: StaticString { "ALLOCLAB_RECORDING_FOLDER" }
}
