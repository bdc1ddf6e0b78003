private import Glibc

/// Colours for people at a terminal; plain text for files, pipes and those who ask for none.
package struct TerminalStyle: Equatable, Sendable {
  package var isColoured: Bool

  package init(isColoured: Bool) {
    self.isColoured = isColoured
  }

  package static let plain = TerminalStyle(isColoured: false)

  /// Colour is for a terminal that can show it, unless `NO_COLOR` is set (https://no-color.org).
  package init(isTerminal: Bool, environment: (String) -> String?) {
    let refused = !(environment("NO_COLOR") ?? "").isEmpty
    isColoured = isTerminal && !refused && environment("TERM") != "dumb"
  }

  /// What the process's own file descriptor and environment ask for: 1 for standard output, 2 for standard error.
  package static func detected(forDescriptor descriptor: Int32 = 1) -> TerminalStyle {
    TerminalStyle(isTerminal: isatty(descriptor) == 1) { name in
      // Safe: the environment is read at start-up and never changed by this process; the value is copied.
      unsafe getenv(name).map { unsafe String(cString: $0) }
    }
  }

  package func bold(_ text: String) -> String { styled(text, 1) }
  package func dim(_ text: String) -> String { styled(text, 2) }
  package func red(_ text: String) -> String { styled(text, 31) }
  package func green(_ text: String) -> String { styled(text, 32) }
  package func yellow(_ text: String) -> String { styled(text, 33) }
  package func magenta(_ text: String) -> String { styled(text, 35) }
  package func cyan(_ text: String) -> String { styled(text, 36) }
  /// The bright one; the other is hard to see on black.
  package func blue(_ text: String) -> String { styled(text, 94) }

  /// A style ends with its own reset only, so that styles nest.
  private func styled(_ text: String, _ code: Int) -> String {
    guard isColoured, !text.isEmpty else { return text }
    let reset = code < 30 ? 22 : 39
    return "\u{1b}[\(code)m\(text)\u{1b}[\(reset)m"
  }
}
