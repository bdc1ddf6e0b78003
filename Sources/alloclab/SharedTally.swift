import Judging
import Synchronization

/// How far a chaos run has come, where an interruption can see it.
final class SharedTally: Sendable {
  private let state = Mutex(ChaosRun.Progress())

  var value: ChaosRun.Progress {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
