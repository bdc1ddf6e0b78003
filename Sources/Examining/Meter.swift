/// A measurement that an exercise is also judged by, as a ratio to the reference solution's. Lower is better.
package enum Meter: Sendable, Hashable {
  /// The most bytes touched at once.
  case space
  /// CPU time of a batch replay.
  case time
  /// A figure that the oracle counts, by its name.
  case counted(String)

  /// The name in rubrics and reports.
  package var name: String {
    switch self {
    case .space: "space"
    case .time: "time"
    case .counted(let name): name
    }
  }
}
