import Glibc
import Synchronization

/// What Ctrl-C does: it ends the program by the signal, at once, before any verdict on work that was cut short.
///
/// The kernel hands the signal to the main thread, where verdicts are made and written, and which does not come back from the
/// handler. So a report is there whole, or not at all. Everything in a sandbox ends with this program; what its builds leave
/// in the cache, the next command removes.
enum Interruption {
  /// The address of a count of bytes and then these: whole before it is put here, and untouched for as long as it is. 0 for none.
  private static let words = Atomic<UInt>(0)

  /// The process that works for this one, and shows its progress on the same terminal; 0 for none.
  private static let helper = Atomic<Int32>(0)

  // Written before the handler is set.
  private nonisolated(unsafe) static var isTerminal = false

  private static let erase: StaticString = "\r\u{1b}[K"
  private static let interrupted: StaticString = "alloclab: interrupted\n"

  /// From now on an interruption ends the program, also where whoever started it had the signal ignored or blocked.
  static func install() {
    // Made before the first signal: a handler must not initialize them.
    say("")
    minds(0)
    unsafe isTerminal = isatty(STDERR_FILENO) == 1
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { Interruption.end($0) }
    // Whoever is in a hurry and presses it again finds no handler any more.
    action.sa_flags = Int32(SA_NODEFER) | Int32(bitPattern: UInt32(SA_RESETHAND))
    unsafe sigaction(SIGINT, &action, nil)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// What an interruption has to say besides, from now on: lines on standard error. For the main thread alone.
  static func say(_ text: String) {
    let bytes = Array(text.utf8)
    let size = MemoryLayout<Int>.size
    let next = UnsafeMutableRawPointer.allocate(byteCount: size + bytes.count, alignment: size)
    unsafe next.storeBytes(of: bytes.count, as: Int.self)
    unsafe (next + size).copyMemory(from: bytes, byteCount: bytes.count)
    let last = words.exchange(UInt(bitPattern: next), ordering: .acquiringAndReleasing)
    // Safe: it was allocated here, and the handler, which runs on this thread, is not reading it.
    unsafe UnsafeMutableRawPointer(bitPattern: last)?.deallocate()
  }

  /// From now on a process is ended first, so that it writes nothing behind the last words. It is not reaped before this is told 0.
  static func minds(_ process: Int32) { helper.store(process, ordering: .sequentiallyConsistent) }

  /// All that it calls may be called in a signal's handler.
  private static func end(_ number: Int32) {
    let process = helper.load(ordering: .sequentiallyConsistent)
    if process > 0 {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    TerminalSession.giveBack()
    if unsafe isTerminal { write(erase) }
    if let words = unsafe UnsafeRawPointer(bitPattern: words.load(ordering: .acquiring)) {
      // Safe: as many bytes follow as the first word says.
      _ = unsafe Glibc.write(STDERR_FILENO, words + MemoryLayout<Int>.size, words.load(as: Int.self))
    }
    write(interrupted)
    raise(number)
    _exit(128 + number)
  }

  private static func write(_ text: StaticString) {
    // Safe: the text is part of the program.
    _ = unsafe Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}
