/// Where one is in a walk through a replay, and what keys do to it.
package struct StepNavigation: Sendable {
  /// A question at the foot of the screen, and the answer so far.
  package struct Prompt: Sendable, Equatable {
    enum Purpose { case number, search }

    let purpose: Purpose
    package var text = ""

    package var question: String { purpose == .number ? "go to operation" : "find block or text" }
  }

  /// What to do after a key.
  package enum Action: Sendable, Equatable {
    case show, quit, interrupt, suspend
  }

  /// The indices of the operations that can be seen.
  package let range: Range<Int>
  package let failure: Int?
  package private(set) var index: Int
  package private(set) var prompt: Prompt?
  /// Why a key did nothing; until the next one.
  package private(set) var message: String?
  package private(set) var showsHelp = false
  /// Steps closer on the map.
  package private(set) var zoom = 0
  private var lastSearch = ""

  private static let zoomLimit = 40

  /// - Parameter start: nil for the first operation where there are few, and otherwise for where it went wrong.
  package init(range: Range<Int>, failure: Int?, start: Int? = nil) {
    self.range = range
    self.failure = failure
    index = range.lowerBound
    move(to: start ?? (range.count > 20 ? failure : nil) ?? range.lowerBound)
  }

  /// Follows one key.
  ///
  /// - Parameter find: the next operation that a search text is about, from an index on, if any.
  package mutating func press(_ key: Key, find: (_ text: String, _ from: Int) -> Int?) -> Action {
    message = nil
    switch key {
    case .interrupt: return .interrupt
    case .suspend: return .suspend
    default: break
    }
    if showsHelp {
      showsHelp = false
      return key == .character("q") ? .quit : .show
    }
    if prompt != nil {
      answer(key, find)
      return .show
    }
    switch key {
    case .right, .down, .character("n"), .character(" "), .enter: advance(1)
    case .left, .up, .character("p"), .backspace: advance(-1)
    case .pageDown: advance(10)
    case .pageUp: advance(-10)
    case .character(">"): advance(100)
    case .character("<"): advance(-100)
    case .home: move(to: range.lowerBound)
    case .end, .character("G"): move(to: range.upperBound - 1)
    case .character("v"):
      if let failure { move(to: failure) } else { message = "nothing went wrong" }
    case .character("g"): prompt = Prompt(purpose: .number)
    case .character("/"): prompt = Prompt(purpose: .search)
    case .character("+"), .character("="): zoom = min(zoom + 1, Self.zoomLimit)
    case .character("-"): zoom = max(zoom - 1, -Self.zoomLimit)
    case .character("0"): zoom = 0
    case .character("?"), .character("h"): showsHelp = true
    case .character("q"), .endOfInput: return .quit
    default: message = "? shows the keys"
    }
    return .show
  }

  private mutating func advance(_ distance: Int) {
    if range.isEmpty { return }
    if distance > 0, index == range.upperBound - 1 { message = "this is the last operation" }
    if distance < 0, index == range.lowerBound { message = "this is the first operation" }
    move(to: index + distance)
  }

  private mutating func move(to target: Int) {
    if !range.isEmpty { index = min(max(target, range.lowerBound), range.upperBound - 1) }
  }

  private mutating func answer(_ key: Key, _ find: (String, Int) -> Int?) {
    guard var asked = prompt else { return }
    switch key {
    case .character(let letter) where asked.text.count < 40: asked.text.append(letter)
    case .backspace where !asked.text.isEmpty: asked.text.removeLast()
    case .backspace, .escape, .endOfInput:
      prompt = nil
      return
    case .enter:
      prompt = nil
      follow(asked, find)
      return
    default: break
    }
    prompt = asked
  }

  private mutating func follow(_ asked: Prompt, _ find: (String, Int) -> Int?) {
    let text = String(asked.text.drop { $0 == " " })
    switch asked.purpose {
    case .number:
      if text.isEmpty { return }
      guard let number = Int(text) else {
        message = "'\(text)' is no number"
        return
      }
      if !range.contains(number), !range.isEmpty {
        message = "operations \(range.lowerBound) … \(range.upperBound - 1) can be seen"
      }
      move(to: number)
    case .search:
      if !text.isEmpty { lastSearch = text }
      if lastSearch.isEmpty { return }
      if let found = find(lastSearch, index + 1) {
        move(to: found)
      } else if let found = find(lastSearch, range.lowerBound), found <= index {
        message = found == index ? "'\(lastSearch)' is only here" : "from the beginning again"
        move(to: found)
      } else {
        message = "'\(lastSearch)' is nowhere"
      }
    }
  }
}
