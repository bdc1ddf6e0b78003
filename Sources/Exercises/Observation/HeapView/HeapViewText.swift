import Vocabularies
import Workloads

/// Pictures of a heap in characters, and what lies where, for people to read.
enum HeapViewText {
  private typealias Step = HeapViewRows.Step

  private static let (cellsShown, numbersShown) = (64, 7)

  static func reason(_ refusal: HeapViewTruth.Refusal) -> String {
    switch refusal {
    case .noPages: "these are no whole pages"
    case .mappedAlready(let address): "what is at \(hexadecimal(address)) is mapped already"
    case .notMapped(let address): "the byte at \(hexadecimal(address)) is not mapped"
    case .claimed(let address): "the block at \(hexadecimal(address)) claims some of it"
    case .noBlock: "no live block has this address"
    case .belowZero: "its metadata would begin below address 0"
    }
  }

  /// Both pictures about the first wrong cell, and what really lies there.
  static func lines(
    around cell: Int, of step: HeapViewRows.Step, _ said: [UInt64], _ right: [UInt64], _ truth: HeapViewTruth
  ) -> [String] {
    let low = step.first + UInt64(cell) * step.third
    let high = min(low + step.third, step.first + step.second)
    let first = max(0, min(cell - cellsShown / 2, right.count - cellsShown))
    let shown = first..<min(right.count, first + cellsShown)
    // Small values are told apart from none, and all from the fullest.
    let most = max(1, right[shown].max() ?? 1)
    let near = max(0, min(cell - numbersShown / 2, right.count - numbersShown))
    let numbers = near..<min(right.count, near + numbersShown)
    let width = max(
      5, numbers.map { "\($0)".count }.max() ?? 0,
      numbers.map { max("\(said[$0])".count, "\(right[$0])".count) }.max() ?? 0)
    func row(_ name: String, _ texts: [String]) -> String {
      name + texts.map { String(repeating: " ", count: max(0, width - $0.count) + 1) + $0 }.joined()
    }
    return [
      "cell \(cell) is \(hexadecimal(low)) up to \(hexadecimal(high))\(shown.lowerBound > 0 ? ", drawn from cell \(shown.lowerBound) on" : "")",
      "yours  " + picture(said[shown], most),
      "right  " + picture(right[shown], most),
      "       " + String(repeating: " ", count: cell - shown.lowerBound) + "^",
      row("cell  ", numbers.map { "\($0)" }),
      row("yours ", numbers.map { "\(said[$0])" }),
      row("right ", numbers.map { "\(right[$0])" }),
    ] + blocks(low, high, truth)
  }

  /// A character a cell: its share of the fullest one.
  private static func picture(_ numbers: ArraySlice<UInt64>, _ most: UInt64) -> String {
    let steps = Array("▁▂▃▄▅▆▇█")
    return String(
      numbers.map { number in
        if number == 0 { return "·" as Character }
        guard number <= most else { return "!" }
        return steps[Int(Double(number) / Double(most) * 7)]
      })
  }

  /// The blocks about what an operation is about.
  static func surroundings(of step: HeapViewRows.Step, _ truth: HeapViewTruth) -> [String] {
    switch step.kind {
    case .map, .unmap, .access: blocks(step.first, step.first &+ step.second, truth)
    case .allocate: blocks(step.first &- min(step.third, step.first), step.first &+ max(1, step.second), truth)
    case .free: blocks(step.first, step.first &+ 1, truth)
    case .move: blocks(step.second, step.second &+ max(1, step.third), truth)
    default: []
    }
  }

  private static func blocks(_ low: UInt64, _ high: UInt64, _ truth: HeapViewTruth) -> [String] {
    let found = truth.blocks(around: low, high)
    return found.map { address, size, overhead in
      "block at \(hexadecimal(address)) of \(size) \(size == 1 ? "byte" : "bytes")"
        + (size > 0 ? ", up to \(hexadecimal(address &+ size))" : "")
        + (overhead > 0 ? ", \(overhead) of metadata from \(hexadecimal(address &- overhead)) on" : "")
    }
  }

  /// Both histories about the first wrong point.
  static func points(around point: Int, _ said: [UInt64], _ right: [UInt64]) -> [String] {
    let size = HeapViewVocabulary.pointWords
    let count = right.count / size
    let shown = max(0, point - 2)..<min(count, point + 3)
    func text(_ words: [UInt64], _ place: Int) -> String {
      words[size * place..<size * (place + 1)].map { "\($0)" }.joined(separator: " ")
    }
    let most = max(1, right.max() ?? 1)
    return ["yours", "right"].enumerated().map { number, name in
      let words = number == 0 ? said : right
      return "\(name)  " + picture((0..<count).map { words[size * $0 + 1] }[...], most) + "  (greatest)"
    } + ["point   least greatest last"]
      + shown.map { "\($0): yours \(text(said, $0)); right \(text(right, $0))" }
  }
}
