import Dispatch
import Glibc

/// What Ctrl-C does: tidies up, says so, and ends the program as the signal would have.
enum Interruption {
  private static let queue = DispatchQueue(label: "interruption")

  /// From now on an interruption runs `tidy` first. Everything in a sandbox ends with this program in any case.
  static func handle(_ tidy: @escaping @Sendable () -> Void) {
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: queue)
    source.setEventHandler {
      tidy()
      TerminalSession.giveBack()
      tell("\nalloclab: interrupted")
      signal(SIGINT, SIG_DFL)
      raise(SIGINT)
      // Held until here, so that it is not released while it waits.
      source.cancel()
    }
    signal(SIGINT, SIG_IGN)
    source.activate()
  }
}
