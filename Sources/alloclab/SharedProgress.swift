import Dispatch
import Glibc
import Grading
import Synchronization
import SystemPackage

/// A progress line that closures may share. What it was told last is shown also where nothing more is told for a while.
final class SharedProgress: Sendable {
  private struct State: ~Copyable {
    var line = ProgressLine()
    /// Nil once it is done.
    var text: String?
  }

  private let state = Mutex(State())

  init() { showAgain() }

  func update(_ text: String) {
    state.withLock { state in
      state.text = text
      state.line.update(text)
    }
  }

  func clear() {
    state.withLock { state in
      state.text = nil
      state.line.clear()
    }
  }

  /// Takes away what a process that is gone left on the terminal's last line.
  static func eraseLine() {
    if isatty(STDERR_FILENO) == 1 { _ = try? FileDescriptor.standardError.writeAll("\r\u{1b}[K".utf8) }
  }

  /// Shows from now on what was told last, for as long as this lives.
  private func showAgain() {
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(250)) { [weak self] in
      guard let self else { return }
      state.withLock { state in
        if let text = state.text { state.line.update(text) }
      }
      showAgain()
    }
  }
}
