import Examining
import Grading
import Judging
import SystemPackage
import Visualization

/// What `watch` shows, and the keys that it knows.
struct WatchScreen {
  /// How it ended.
  enum End {
    case quit, interrupt
  }

  /// What the last check found, for the terminal that is given back.
  struct Last {
    let text: String
    let isRight: Bool
    let isFault: Bool
  }

  private let watched: WatchedExercise
  private let style = TerminalStyle.detected()
  private var hints = CheckText.Hints.none
  /// The check whose outcome is shown.
  private var shown = 0
  private var firstLine = 0

  init(_ watched: WatchedExercise) { self.watched = watched }

  /// Shows everything until a key ends it.
  func run() throws(JudgeError) -> (End, Last?) {
    var screen = self
    let terminal = try TerminalSession()
    while true {
      screen.watched.look()
      let size = terminal.size
      terminal.show(screen.lines(size).map { truncated($0, toWidth: size.columns) })
      guard let keys = terminal.keys() else { return (.quit, screen.last) }
      for key in keys {
        switch key {
        case .character("q"), .endOfInput: return (.quit, screen.last)
        case .interrupt: return (.interrupt, nil)
        case .suspend: terminal.suspend()
        case .character("r"): screen.watched.look(again: true)
        case .character("h"): screen.hints = CheckText.Hints(rawValue: screen.hints.rawValue + 1) ?? screen.hints
        case .up: screen.firstLine -= 1
        case .down: screen.firstLine += 1
        case .pageUp: screen.firstLine -= size.rows / 2
        case .pageDown: screen.firstLine += size.rows / 2
        case .home: screen.firstLine = 0
        default: break
        }
      }
    }
  }

  private var last: Last? {
    watched.current.outcome.map { outcome in
      Last(
        text: outcome.found?.text(style: style) ?? outcome.fault + "\n", isRight: outcome.found?.isRight == true,
        isFault: outcome.found == nil)
    }
  }

  /// As many lines as the terminal has.
  private mutating func lines(_ size: TerminalSession.Size) -> [String] {
    let (progress, outcome) = watched.current
    if let outcome, outcome.number != shown { (shown, hints, firstLine) = (outcome.number, .none, 0) }
    let text = outcome.map { $0.found?.text(hints: hints, style: style) ?? style.red("✗") + " " + $0.fault } ?? ""
    var body = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
      folded(String($0), toWidth: size.columns)
    }
    while body.last?.isEmpty == true { body.removeLast() }
    let room = max(size.rows - 4, 1)
    firstLine = max(min(firstLine, body.count - room), 0)
    let isLonger = body.count > room
    body = Array(body.dropFirst(firstLine).prefix(room))
    body += Array(repeating: "", count: room - body.count)
    let what = progress.map { "… \($0)" } ?? "saved files are checked; this was check \(shown)"
    var keys = ["r check again", "q quit"]
    if let found = outcome?.found, !found.isRight, found.judgement.refusal == nil, hints != .causes {
      keys.insert("h \(hints == .none ? "hint" : "next hint")", at: 0)
    }
    if isLonger { keys.insert("↑ ↓ scroll", at: 0) }
    let title = style.bold("watching \(watched.exercise.id)") + style.dim("  \(printable(watched.path.string))")
    return Array(([title, style.dim(what), ""] + body + [style.dim(keys.joined(separator: "   "))]).prefix(size.rows))
  }
}
