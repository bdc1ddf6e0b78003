/// Numbers, columns and bars for a terminal without colours.
extension TraceSummary {
  /// Digits in groups of three.
  package static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + text
  }

  static func decimal(_ value: Double, _ places: Int) -> String {
    let scale = places == 0 ? 1 : places == 1 ? 10 : 100
    guard value.isFinite, value < 1e15, value >= 0 else { return "\(value)" }
    let scaled = Int(value * Double(scale) + 0.5)
    if places == 0 { return grouped(scaled) }
    let fraction = String(scaled % scale)
    return "\(grouped(scaled / scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// Bytes in full, and in a binary unit where that helps.
  static func bytes(_ count: Int) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(count)
    var unit = -1
    while value >= 1024, unit + 1 < units.count {
      value /= 1024
      unit += 1
    }
    let exact = Self.count(count, "byte")
    return unit < 0 ? exact : "\(exact) (\(decimal(value, 1)) \(units[unit]))"
  }

  static func count(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// A bar in eighths of a column; what is not nothing shows.
  static func bar(_ value: Int, of most: Int, width: Int) -> String {
    guard value > 0, most > 0 else { return "" }
    let eighths = max(1, Int(Double(value) / Double(most) * Double(width * 8) + 0.5))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  /// The peaks of a series in at most `width` columns, from zero to the highest.
  static func sparkline(_ values: [Int], width: Int) -> String {
    guard let most = values.max(), most > 0 else { return "" }
    let levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    let columns = min(width, values.count)
    return (0..<columns).map { column in
      let range = column * values.count / columns..<max(column + 1, (column + 1) * values.count / columns)
      let peak = values[range.clamped(to: 0..<values.count)].max() ?? 0
      return levels[min(7, Int(Double(peak) / Double(most) * 8))]
    }.joined()
  }
}
