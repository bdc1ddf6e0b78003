private import Glibc

/// What a long job is at: one line, rewritten in place on a terminal, or now and then a line of its own in a log.
///
/// Nothing is shown in the first second, so quick jobs stay silent. Each call is cheap: at most ten updates a second
/// reach the terminal, and one line in ten seconds a pipe.
package struct ProgressLine: ~Copyable {
  private let isTerminal: Bool
  private let columns: () -> Int
  private let now: () -> Duration
  private let write: (String) -> Void
  private var nextUpdate: Duration
  private var isShown = false

  private static let silence = Duration.seconds(1)

  /// `now` counts from any fixed moment; `columns` is the terminal's width at the time of the call.
  package init(
    isTerminal: Bool, columns: @escaping () -> Int, now: @escaping () -> Duration, write: @escaping (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.now = now
    self.write = write
    nextUpdate = now() + Self.silence
  }

  /// On standard error, by the process's monotonic clock.
  package init() {
    let start = ContinuousClock.now
    self.init(
      isTerminal: isatty(STDERR_FILENO) == 1, columns: { terminalColumns(STDERR_FILENO) },
      now: { ContinuousClock.now - start }, write: { writeToStandardError($0) })
  }

  deinit {
    if isShown { write(Self.erase) }
  }

  /// Shows the text if it is time to; the text is made only then. Untrusted parts of it are made harmless.
  package mutating func update(_ text: @autoclosure () -> String) {
    let time = now()
    guard time >= nextUpdate else { return }
    let line = printable(text(), maximumBytes: 1000)
    if isTerminal {
      nextUpdate = time + .milliseconds(100)
      isShown = true
      // A line as wide as the terminal would wrap, and could not be rewritten.
      write(Self.erase + truncated(line, toWidth: max(columns() - 1, 1)))
    } else {
      nextUpdate = time + .seconds(10)
      write(line + "\n")
    }
  }

  /// Takes the line away, so that other output can follow; a later update shows it again.
  package mutating func clear() {
    if isShown { write(Self.erase) }
    isShown = false
  }

  /// To the line's start, and erase to its end.
  private static var erase: String { "\r\u{1b}[K" }
}

private func terminalColumns(_ descriptor: Int32) -> Int {
  var size = winsize()
  // Safe: the request fills the structure that it is given.
  guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}

private func writeToStandardError(_ text: String) {
  var text = text
  text.withUTF8 { bytes in
    // Safe: the buffer is alive during the call. Progress that cannot be written is not worth an error.
    _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
}
