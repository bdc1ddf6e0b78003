/// One event of a raw recording with all that its prefixes told.
struct RecordingEvent: Equatable {
  var kind: RecordingWord.Kind
  var address: UInt64
  var size: UInt64
  var alignmentShift: UInt64
  /// Events of different streams happened in the order of their keys; those of equal keys on different addresses.
  var key: UInt64
  /// The thread's number in the recording, from 0.
  var thread: UInt32
  /// The last clock mark of the stream, in microseconds; 0 where there was none yet.
  var clock: UInt64
}
