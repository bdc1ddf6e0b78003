import Glibc
import Judging
import Visualization

/// A terminal that sends every key at once and shows whole screens, for as long as this lives.
///
/// It is given back as it was at the end, also where a signal ends the program, or the program's own fault.
struct TerminalSession: ~Copyable {
  struct Size: Equatable {
    let columns: Int
    let rows: Int
  }

  /// Whether the terminal cannot place its cursor.
  static var isDumb: Bool {
    // Safe: the environment is read at start-up and never changed by this process.
    guard let name = unsafe getenv("TERM") else { return true }
    return unsafe strcmp(name, "dumb") == 0 || strlen(name) == 0
  }

  private let decoder = Decoder()

  private final class Decoder {
    var keys = KeyDecoder()
  }

  init() throws(JudgeError) {
    guard SavedTerminal.enter() else {
      throw .missing("a terminal that can be set up", remedy: "send the output to a pipe, for example to less")
    }
  }

  deinit { Self.giveBack() }

  /// Makes the terminal what it was; does nothing if it is that already.
  static func giveBack() { SavedTerminal.restore() }

  /// Stops the program, as Ctrl-Z does, until it is continued.
  func suspend() {
    Self.giveBack()
    kill(getpid(), SIGTSTP)
    _ = SavedTerminal.enter()
  }

  /// As the terminal is now.
  var size: Size {
    var size = winsize()
    // Safe: the request fills the structure that it is given.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return Size(columns: 80, rows: 24)
    }
    return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Fills the screen; there are as many lines as it has.
  func show(_ lines: [String]) {
    // Nothing is erased before it is written anew, so that nothing flickers.
    var text = "\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J"
    text.withUTF8 { bytes in
      guard let start = bytes.baseAddress else { return }
      var done = 0
      while done < bytes.count {
        // Safe: the buffer is alive during the call.
        let count = unsafe write(STDOUT_FILENO, start + done, bytes.count - done)
        if count < 0, errno != EINTR, errno != EAGAIN { return }
        done += max(count, 0)
      }
    }
  }

  /// Waits for keys; empty where the terminal's size has changed meanwhile, nil where there will be none.
  func keys(unlessResizedFrom shown: Size) -> [Key]? {
    while true {
      guard let keys = keys() else { return nil }
      if !keys.isEmpty || size != shown { return keys }
    }
  }

  /// Waits for keys, a fifth of a second at most; empty where none was pressed, nil where there will be none.
  func keys() -> [Key]? {
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // The rest of a sequence comes at once, or not at all.
    let ready = unsafe poll(&request, 1, decoder.keys.isWaiting ? 50 : 200)
    if ready < 0, errno != EINTR { return nil }
    if ready <= 0 { return decoder.keys.pause().map { [$0] } ?? [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    // Safe: the array is as long as the count.
    let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
    if count < 0, errno == EINTR { return [] }
    return count <= 0 ? nil : bytes.prefix(count).compactMap { decoder.keys.take($0) }
  }
}

/// How the terminal was; one for the program, since signals know no other.
private enum SavedTerminal {
  // Written before the handlers are set and read by them, so never at the same time.
  private nonisolated(unsafe) static var saved = termios()
  private nonisolated(unsafe) static var isEntered = false

  private static let fatal = [
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE,
  ]

  /// The other screen, without a cursor; and back.
  private static let enterText: StaticString = "\u{1b}[?1049h\u{1b}[?25l"
  private static let leaveText: StaticString = "\u{1b}[?25h\u{1b}[?1049l"

  static func enter() -> Bool {
    guard unsafe tcgetattr(STDIN_FILENO, &saved) == 0 else { return false }
    var raw = unsafe saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON)
    unsafe isEntered = true
    for number in fatal {
      signal(number) { number in
        SavedTerminal.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    // Keys that were pressed already count.
    guard unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else {
      unsafe isEntered = false
      return false
    }
    write(enterText)
    return true
  }

  /// Does nothing the second time. All that it calls may be called in a signal's handler.
  static func restore() {
    guard unsafe isEntered else { return }
    unsafe isEntered = false
    write(leaveText)
    _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
  }

  private static func write(_ text: StaticString) {
    // Safe: the text is part of the program.
    _ = unsafe Glibc.write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}
