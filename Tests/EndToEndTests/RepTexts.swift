import Workloads

/// Texts of `.rep` files in every dialect, whole or with one of the oddities that real files have.
enum RepTexts {
  enum Dialect: String, CaseIterable {
    case suggestedHeap = "A"
    case ignoredRanges = "B"
    case largestPayload = "C"
    case counts = "bare"
    case script
  }

  enum Oddity: String, CaseIterable {
    case none, sizeOnNextLine, oneMoreOperation, reallocationOfUnseen, freeOfUnknown, freeOfNothing, doubleFree, empty
    case wrongHeader, enormousSizes, secondAllocation
  }

  private struct Line {
    var letter: String
    var id: Int
    var size: Int?
  }

  /// A file, or nil where the dialect cannot have that oddity.
  static func text(_ dialect: Dialect, _ oddity: Oddity, seed: UInt64) -> String? {
    var generator = SeededGenerator(seed: seed, purpose: "\(dialect.rawValue) \(oddity.rawValue)")
    if dialect == .script, oddity == .wrongHeader || oddity == .oneMoreOperation { return nil }
    var lines = oddity == .empty ? [] : body(&generator)
    let ids = 300
    var count = lines.count
    // Two ids that the body leaves alone.
    let place = lines.count / 2
    switch oddity {
    case .none, .sizeOnNextLine, .empty, .wrongHeader: break
    case .oneMoreOperation: count -= 1
    case .reallocationOfUnseen:
      lines.insert(contentsOf: [Line(letter: "r", id: 298, size: 777), Line(letter: "f", id: 298)], at: place)
    case .freeOfUnknown: lines.insert(Line(letter: "f", id: 299), at: place)
    case .freeOfNothing: lines.insert(Line(letter: "f", id: -1), at: place)
    case .doubleFree:
      lines.insert(
        contentsOf: [Line(letter: "a", id: 298, size: 64), Line(letter: "f", id: 298), Line(letter: "f", id: 298)],
        at: place)
    case .enormousSizes:
      for size in [270_000_000_000_000_000, .max, 52 << 20] {
        lines.insert(contentsOf: [Line(letter: "a", id: 298, size: size), Line(letter: "f", id: 298)], at: place)
      }
      lines.insert(
        contentsOf: [
          Line(letter: "a", id: 299, size: 100), Line(letter: "r", id: 299, size: 270_000_000_000_000_000),
          Line(letter: "r", id: 299, size: 200),
        ], at: place)
    case .secondAllocation:
      lines.insert(
        contentsOf: [Line(letter: "a", id: 298, size: 64), Line(letter: "a", id: 298, size: 640)], at: place)
    }
    if oddity != .oneMoreOperation { count = lines.count }
    let wrong = oddity == .wrongHeader ? 37 : 0
    let header: [Int] =
      switch dialect {
      case .suggestedHeap: [20000, ids - 5 * wrong, count + wrong, 1]
      case .ignoredRanges: [1, ids - 5 * wrong, count + wrong, 0]
      case .largestPayload: [3, ids - 5 * wrong, count + wrong, 9000]
      case .counts: [ids - 5 * wrong, count + wrong]
      case .script: []
      }
    var text = dialect == .script ? "# a script without a header\n" : ""
    for number in header { text += "\(number)\n" }
    for (number, line) in lines.enumerated() {
      let isSplit = oddity == .sizeOnNextLine && number % 7 == 3
      text += "\(line.letter) \(line.id)" + (line.size.map { "\(isSplit ? "\n" : " ")\($0)" } ?? "")
      text += dialect == .script && number % 11 == 5 ? "   # so far \(number)\n" : "\n"
    }
    return text
  }

  /// Some hundred operations on ids below 290, all freed in the end.
  private static func body(_ generator: inout SeededGenerator) -> [Line] {
    var lines: [Line] = []
    var live: [Int] = []
    for id in 0..<290 {
      lines.append(Line(letter: "a", id: id, size: generator.logarithmic(1...9000)))
      live.append(id)
      while live.count > 20, generator.oneIn(2) {
        lines.append(Line(letter: "f", id: live.remove(at: generator.below(live.count))))
      }
      if generator.oneIn(3), let id = live.last {
        lines.append(Line(letter: "r", id: id, size: generator.logarithmic(1...9000)))
      }
    }
    return lines + live.map { Line(letter: "f", id: $0) }
  }
}
