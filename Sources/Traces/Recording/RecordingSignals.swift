import Glibc
import Synchronization

/// Hands signals on to the recorded program, so that the recorder outlives it and still writes the trace.
///
/// A signal of the terminal (Ctrl-C) reaches the program by itself; one that another process sent to the recorder is
/// sent on. Once the program has ended, a signal ends the waiting for the processes that it left behind.
enum RecordingSignals {
  private static let program = Atomic<Int32>(0)
  private static let interruptions = Atomic<Int>(0)
  private static let handled = [SIGINT, SIGQUIT, SIGTERM, SIGHUP]

  /// Whether a signal came since `forward(to:)`.
  static var wereSent: Bool { interruptions.load(ordering: .relaxed) > 0 }

  /// From now on signals are for a program; 0 for none.
  static func forward(to process: pid_t) {
    program.store(process, ordering: .relaxed)
    interruptions.store(0, ordering: .relaxed)
  }

  /// Runs `body` with the handlers in place. A signal that is ignored stays ignored, as under nohup.
  static func handling<Result>(_ body: () throws(RecordingError) -> Result) throws(RecordingError) -> Result {
    // Made before the first signal: a handler must not initialize them.
    forward(to: 0)
    let before = handled.map { (signal: $0, action: install(for: $0)) }
    defer {
      for (signal, action) in before {
        if var action { unsafe sigaction(signal, &action, nil) }
      }
    }
    return try body()
  }

  /// The action that was there before; nil where it stays.
  private static func install(for signal: Int32) -> sigaction? {
    var old = sigaction()
    guard unsafe sigaction(signal, nil, &old) == 0 else { return nil }
    // Safe: SIG_IGN is the number 1, stored where a handler's address would be.
    if unsafe unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1 { return nil }
    var new = sigaction()
    unsafe new.__sigaction_handler.sa_sigaction = { signal, information, _ in
      RecordingSignals.interruptions.add(1, ordering: .relaxed)
      let program = RecordingSignals.program.load(ordering: .relaxed)
      // Safe: the kernel passes a valid siginfo_t with SA_SIGINFO. 0x80: from the kernel, which told the program too.
      guard let information = unsafe information, unsafe information.pointee.si_code != 0x80, program > 0 else {
        return
      }
      kill(program, signal)
    }
    new.sa_flags = SA_SIGINFO | SA_RESTART
    return unsafe sigaction(signal, &new, nil) == 0 ? old : nil
  }
}
