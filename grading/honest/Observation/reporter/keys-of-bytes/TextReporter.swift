import AllocLab

/// The written form of a stack is its key; everything else is added up when it is asked for.
public struct TextReporter: ProfileReporter, ~Copyable {
  private struct Point {
    let time: UInt64
    let bytes: UInt64
  }

  /// By symbol; the name without bytes has its replacement.
  private var names: [[UInt8]] = []
  /// By number: what the stack's line begins with.
  private var keys: [[UInt8]] = []
  /// Of each key, one stack that has it, as names.
  private var frames: [[UInt8]: [Int]] = [:]
  private var live: [UInt64]
  private var points: [Point] = []
  private static let unknown: [UInt8] = Array("[unknown]".utf8)

  public init(stacks: CallStacks) {
    live = [UInt64](repeating: 0, count: stacks.count)
    for symbol in 0..<stacks.symbolCount {
      let name = Array(stacks.name(symbol))
      names.append(name.isEmpty ? Self.unknown : name)
    }
    names.append(Self.unknown)
    let written = names.map { Self.written($0) }
    for stack in 0..<stacks.count {
      var symbols = Array(stacks.frames(stack))
      if symbols.isEmpty { symbols = [names.count - 1] }
      let key = Array(symbols.map { written[$0] }.joined(separator: [UInt8(ascii: ";")]))
      keys.append(key)
      frames[key] = symbols
    }
  }

  private static func written(_ name: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in name {
      switch byte {
      case 0...0x20, 0x25, 0x3b, 0x7f:
        bytes.append(0x25)
        for digit in [byte / 16, byte % 16] { bytes.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
      default: bytes.append(byte)
      }
    }
    return bytes
  }

  public mutating func record(_ event: StackEvent) {
    var bytes = points.last?.bytes ?? 0
    if event.kind == .allocate {
      live[event.stack] += event.bytes
      bytes += event.bytes
    } else {
      live[event.stack] -= event.bytes
      bytes -= event.bytes
    }
    points.append(Point(time: event.time, bytes: bytes))
  }

  /// Live bytes by key, where there are any.
  private func sums() -> [[UInt8]: UInt64] {
    var sums: [[UInt8]: UInt64] = [:]
    for (stack, bytes) in live.enumerated() where bytes > 0 { sums[keys[stack], default: 0] += bytes }
    return sums
  }

  public mutating func folded(_ text: inout ReportText) {
    for (key, bytes) in sums() {
      text.append(contentsOf: key)
      text.append(" \(bytes)\n")
    }
  }

  public mutating func top(_ count: Int, by order: TopOrder, _ text: inout ReportText) {
    text.append("self self% total total% name\n")
    struct Row {
      var own: UInt64 = 0
      var all: UInt64 = 0
    }
    var rows: [[UInt8]: Row] = [:]
    var total: UInt64 = 0
    for (key, bytes) in sums() {
      let stack = frames[key] ?? []
      total += bytes
      for name in Set(stack.map { names[$0] }) { rows[name, default: Row()].all += bytes }
      if let last = stack.last { rows[names[last], default: Row()].own += bytes }
    }
    let sorted = rows.sorted { one, other in
      let pairs = [(one.value.own, other.value.own), (one.value.all, other.value.all)]
      for (mine, its) in order == .selfBytes ? pairs : pairs.reversed() where mine != its { return mine > its }
      return one.key.lexicographicallyPrecedes(other.key)
    }
    for (name, row) in sorted.prefix(count) {
      text.append("\(row.own) \(share(row.own, total)) \(row.all) \(share(row.all, total)) ")
      text.append(contentsOf: Self.written(name))
      text.append("\n")
    }
  }

  /// By long division: two digits, and one more step for rounding.
  private func share(_ part: UInt64, _ total: UInt64) -> String {
    let (product, divisor) = (part.multipliedFullWidth(by: 10_000), total)
    var (quotient, rest) = part == total ? (10_000, 0) : divisor.dividingFullWidth(product)
    if rest >= divisor - rest { quotient += 1 }
    rest = quotient % 100
    return "\(quotient / 100).\(rest < 10 ? "0" : "")\(rest)%"
  }

  public mutating func timeline(_ count: Int, _ text: inout ReportText) {
    var keep = Array(repeating: points.count <= count, count: points.count)
    if points.count > count {
      keep[0] = true
      keep[points.count - 1] = true
      let slices = (count - 2) / 2
      for slice in 0..<slices {
        let range = slice * points.count / slices..<(slice + 1) * points.count / slices
        if let most = range.max(by: { points[$0].bytes < points[$1].bytes }) { keep[most] = true }
        if let fewest = range.min(by: { points[$0].bytes < points[$1].bytes }) { keep[fewest] = true }
      }
    }
    for (point, isKept) in zip(points, keep) where isKept { text.append("\(point.time) \(point.bytes)\n") }
  }

  public mutating func json(_ text: inout ReportText) {
    let sums = sums()
    var numbers: [[UInt8]: Int] = [:]
    var functions: [String] = []
    var stacks: [String] = []
    for (key, bytes) in sums {
      let places = (frames[key] ?? []).map { symbol in
        let name = names[symbol]
        if let number = numbers[name] { return "\(number)" }
        numbers[name] = functions.count
        functions.append(quoted(name))
        return "\(functions.count - 1)"
      }
      stacks.append("{\"frames\": [\(places.joined(separator: ","))], \"bytes\": \(bytes)}")
    }
    var peak = "null"
    if let most = points.map(\.bytes).max(), let first = points.first(where: { $0.bytes == most }) {
      peak = "{\"time\": \(first.time), \"bytes\": \(most)}"
    }
    text.append("{\"version\": 1, \"unit\": \"bytes\", \"live\": \(points.last?.bytes ?? 0), \"peak\": \(peak),\n")
    text.append("\"functions\": [\(functions.joined(separator: ",\n"))],\n")
    text.append("\"stacks\": [\(stacks.joined(separator: ",\n"))]}")
  }

  private func quoted(_ name: [UInt8]) -> String {
    var text = "\""
    for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}":
        let code = String(scalar.value, radix: 16)
        text += "\\u" + (scalar.value < 16 ? "000" : "00") + code
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
