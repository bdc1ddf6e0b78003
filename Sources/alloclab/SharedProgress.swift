import Grading
import Synchronization

/// A progress line that closures may share.
final class SharedProgress: Sendable {
  private let line = Mutex(ProgressLine())

  func update(_ text: String) { line.withLock { $0.update(text) } }
  func clear() { line.withLock { $0.clear() } }
}
