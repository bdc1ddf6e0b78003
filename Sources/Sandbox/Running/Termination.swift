/// How a confined process ended, and what it used and said.
package struct Termination: Sendable, Equatable {
  package enum Reason: Sendable, Equatable, Codable {
    case exited(code: Int32)
    case signalled(number: Int32)
    case cpuLimit
    case wallLimit
    case memoryLimit
    /// More output than allowed: a flood.
    case outputLimit
    /// A file grew past its limit.
    case fileLimit
    /// The judge ended it.
    case terminated
  }

  package var reason: Reason
  /// Processor time in the program and in the kernel, with that of children it waited for.
  package var userSeconds: Double
  package var systemSeconds: Double
  /// The largest resident memory of any of its processes, in bytes, pages of shared memory included.
  package var peakResidentBytes: Int
  /// What was written, cut at the limit.
  package var standardOutput: [UInt8]
  package var standardError: [UInt8]
}
