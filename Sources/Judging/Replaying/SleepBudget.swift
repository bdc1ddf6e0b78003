import Synchronization

/// How long all replays of one exercise may sleep together, whoever runs them: the budget by the clock, beside that of CPU time.
///
/// What counts is what the kernel says a worker waited for of its own will, so that a busy machine costs nobody anything.
package final class SleepBudget: Sendable {
  /// In seconds.
  package let limit: Double
  private let slept = Mutex(0.0)

  package init(limit: Double = .infinity) { self.limit = limit }

  /// What replays of so many operations may sleep: honest ones do not at all, since there is nothing to wait for. In half seconds,
  /// so that it does not tell how long hidden traces are.
  package convenience init(operations: Int) {
    let seconds = 1 + Double(operations) / 1e6
    self.init(limit: (seconds * 2).rounded(.up) / 2)
  }

  package var seconds: Double { slept.withLock { $0 } }
  package var isOver: Bool { seconds > limit }

  func add(_ seconds: Double) { slept.withLock { $0 += seconds } }

  /// What is told where it ran out.
  package var explanation: String {
    "the budget by the clock ran out: all replays of this exercise together may sleep for \(limit) s, and these slept longer; "
      + "nothing here has to wait, so look for sleeps and locks"
  }
}
