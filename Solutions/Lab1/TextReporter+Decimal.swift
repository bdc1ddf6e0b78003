import AllocLab

extension ReportText {
  /// Appends a number's digits.
  mutating func append(decimal number: UInt64) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var (first, rest) = (20, number)
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    } while rest > 0
    while first < 20 {
      append(digits[first])
      first += 1
    }
  }
}
