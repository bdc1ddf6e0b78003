import Traces
import Vocabularies

/// A reporter that never does wrong: it has events alone, and adds all of them up for each report.
struct HonestReporter {
  private var names: [[UInt8]] = []
  private var stacks: [[Int]] = []
  private let words: [UInt64]
  private var fed = 0

  /// What each operation of a trace is answered with, word and list.
  static func replay(_ trace: Trace) -> [(outcome: UInt64, answer: [UInt64])] {
    var reporter = HonestReporter(trace.tables)
    return trace.operations.map { word in
      guard let text = reporter.perform(word) else { return (0, []) }
      let answer = packed(text)
      return (UInt64(answer.count), answer)
    }
  }

  init(_ tables: [NamedTable]) {
    words = tables.words(ReporterVocabulary.events) ?? []
    var start = 0
    for end in tables.words(ReporterVocabulary.symbols) ?? [] {
      names.append(Array((tables.bytes(ReporterVocabulary.names) ?? [])[start..<Int(end)]))
      start = Int(end)
    }
    start = 0
    for end in tables.words(ReporterVocabulary.stacks) ?? [] {
      stacks.append((tables.words(ReporterVocabulary.frames) ?? [])[start..<Int(end)].map { Int($0) })
      start = Int(end)
    }
  }

  /// The list that some bytes become.
  static func packed(_ text: [UInt8]) -> [UInt64] {
    stride(from: 0, to: text.count, by: 8).map { first in
      text[first..<min(first + 8, text.count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    } + [UInt64(text.count)]
  }

  /// The text of a report; nil where none is asked for.
  mutating func perform(_ word: UInt64) -> [UInt8]? {
    guard let (kind, count) = ReporterVocabulary.question(word) else { return nil }
    switch kind {
    case .feed:
      fed = min(fed + count, words.count / 3)
      return nil
    case .folded: return folded
    case .topSelf: return top(count) { ($0.own, $0.all) }
    case .topTotal: return top(count) { ($0.all, $0.own) }
    case .timeline: return timeline(count)
    case .json: return json
    }
  }

  private var totals: [UInt64] {
    var total: UInt64 = 0
    return (0..<fed).map { event in
      let isEnd = words[3 * event + 1] >> 63 == 1
      total = isEnd ? total - words[3 * event + 2] : total + words[3 * event + 2]
      return total
    }
  }

  /// Live bytes by the names of a stack.
  private var live: [[[UInt8]]: UInt64] {
    var byNumber: [Int: UInt64] = [:]
    for event in 0..<fed {
      let stack = Int(words[3 * event + 1] & (1 << 63 - 1))
      let isEnd = words[3 * event + 1] >> 63 == 1
      byNumber[stack] =
        isEnd ? byNumber[stack, default: 0] - words[3 * event + 2] : byNumber[stack, default: 0] + words[3 * event + 2]
    }
    var live: [[[UInt8]]: UInt64] = [:]
    let unknown = Array("[unknown]".utf8)
    for (stack, bytes) in byNumber where bytes > 0 {
      let frames = stacks[stack].map { names[$0].isEmpty ? unknown : names[$0] }
      live[frames.isEmpty ? [unknown] : frames, default: 0] += bytes
    }
    return live
  }

  private func bytes(_ name: [UInt8]) -> [UInt8] {
    name.flatMap { byte -> [UInt8] in
      guard byte <= 0x20 || byte == 0x7f || byte == 0x25 || byte == 0x3b else { return [byte] }
      let code = String(byte, radix: 16, uppercase: true)
      return Array("%\(code.utf8.count == 1 ? "0" : "")\(code)".utf8)
    }
  }

  private var folded: [UInt8] {
    live.flatMap { stack, count in
      Array(stack.map { bytes($0) }.joined(separator: [0x3b])) + Array(" \(count)\n".utf8)
    }
  }

  private func top(_ count: Int, _ keys: ((own: UInt64, all: UInt64)) -> (UInt64, UInt64)) -> [UInt8] {
    var sums: [[UInt8]: (own: UInt64, all: UInt64)] = [:]
    let live = live
    for (stack, count) in live {
      for name in Set(stack) { sums[name, default: (0, 0)].all += count }
      if let leaf = stack.last { sums[leaf, default: (0, 0)].own += count }
    }
    let rows = sums.sorted { one, other in
      let (first, second) = (keys(one.value), keys(other.value))
      return first != second ? first > second : one.key.lexicographicallyPrecedes(other.key)
    }
    let total = UInt128(live.values.reduce(0, +))
    func share(_ part: UInt64) -> String {
      // Longhand: rounded down, and one more where what is left is a half or more.
      let scaled = UInt128(part) * 10_000
      let hundredths = scaled / total + (scaled % total >= total - scaled % total ? 1 : 0)
      let digits = String(hundredths % 100)
      return "\(hundredths / 100).\(digits.utf8.count == 1 ? "0" : "")\(digits)%"
    }
    return rows.prefix(count).reduce(Array("self self% total total% name\n".utf8)) { text, row in
      let (own, all) = row.value
      return text + Array("  \(own)  \(share(own)) \(all) \(share(all))   ".utf8) + bytes(row.key) + [0x0a]
    }
  }

  private func timeline(_ count: Int) -> [UInt8] {
    let totals = totals
    var chosen = Set(totals.indices)
    if totals.count > count {
      chosen = [0, totals.count - 1]
      let slices = (count - 2) / 2
      for slice in 0..<slices {
        let places = (slice * totals.count / slices)..<((slice + 1) * totals.count / slices)
        // The last of each, where the reference takes the first.
        if let most = places.max(by: { totals[$0] <= totals[$1] }) { chosen.insert(most) }
        if let fewest = places.min(by: { totals[$0] <= totals[$1] }) { chosen.insert(fewest) }
      }
    }
    return chosen.sorted().flatMap { Array("\(words[3 * $0]) \(totals[$0])\n".utf8) }
  }

  private var json: [UInt8] {
    let (live, totals) = (live, totals)
    let functions = Set(live.keys.flatMap { $0 }).sorted { $1.lexicographicallyPrecedes($0) }
    let quoted = functions.map { name in
      "\""
        + String(decoding: name, as: UTF8.self).unicodeScalars.map { scalar in
          let code = String(scalar.value, radix: 16)
          return scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || scalar == "/"
            ? "\\u" + String(repeating: "0", count: 4 - code.utf8.count) + code : String(Character(scalar))
        }.joined() + "\""
    }
    let stacks = live.map { stack, count in
      let frames = stack.map { name in "\(functions.firstIndex(of: name) ?? 0)" }
      return "\t{ \"bytes\": \(count), \"frames\" : [\(frames.joined(separator: ", "))] }"
    }
    let peak = totals.max().flatMap { most in
      totals.firstIndex(of: most).map { "{\"bytes\":\(most),\"time\":\(words[3 * $0])}" }
    }
    return Array(
      """
      { "stacks": [\(stacks.joined(separator: ",\r\n"))],
        "functions": [\(quoted.joined(separator: " , "))], "peak": \(peak ?? "null"), "live": \(live.values.reduce(0, +)),
        "unit": "bytes", "version": 1 }
      """.utf8)
  }
}
