package import SystemPackage

/// What came of a recording.
package struct RecordingReport: Sendable {
  /// The program's own first.
  package var traces: [RecordedTrace] = []
  /// The programs that ran and allocated nothing: no trace is written for them.
  package var silentPrograms = 0
  /// Whether programs did allocate, but no more than was to be skipped.
  package var isSkipped = false
  /// As a shell gives it: the program's exit status, or 128 and the number of the signal that ended it.
  package var status: Int32 = 0
  /// The signal that ended the program, or nil.
  package var signal: Int32?
  /// The program's wall time, without the conversion.
  package var seconds = 0.0
  /// User and system time of the program and of the children that it waited for.
  package var processorSeconds = 0.0
}

/// A trace that was written, and what its conversion found.
package struct RecordedTrace: Sendable {
  package var path: FilePath
  package var program: String
  package var process: UInt32
  package var summary: RecordingSummary
}

/// What a conversion found.
package struct RecordingSummary: Equatable, Sendable {
  /// Operations in the trace.
  package var operations = 0
  /// Operations left out at the start, as asked.
  package var skipped = 0
  /// Of these, `allocate`, `allocateZeroed` and `reallocate`.
  package var allocations = 0
  package var peakBlocks = 0
  package var threads = 0
  /// Blocks given up or moved whose beginning was not seen, as those that a forked process has from its parent.
  package var unknownBlocks = 0
  /// Blocks whose address was handed out again though their end was not seen.
  package var unseenEnds = 0
  /// Calls of realloc that found no room.
  package var failedMoves = 0
  /// Calls before the recorder had room for them.
  package var lostStartUpEvents = 0
  /// Why the recorder stopped before the program did, or nil.
  package var stopped: Errno?
  /// Whether the recording goes on after the trace's end: it was cut, or more blocks live at once than a trace can name.
  package var isCut = false
}

extension RecordingSummary {
  /// What a reader of the trace should know, a line each; none where all is as it should be.
  package var remarks: [String] {
    var remarks: [String] = []
    if let stopped { remarks.append("the recording stops before the program's end: \(stopped)") }
    if unknownBlocks > 0 {
      remarks.append("ends or moves of blocks older than the recording, left out: \(unknownBlocks)")
    }
    if unseenEnds > 0 {
      remarks.append("blocks that ended unseen, ended where their address is used again: \(unseenEnds)")
    }
    if failedMoves > 0 { remarks.append("calls of realloc that found no room, left out: \(failedMoves)") }
    if lostStartUpEvents > 0 { remarks.append("calls at the program's start that were lost: \(lostStartUpEvents)") }
    return remarks
  }
}
