/// A moment as course systems and people write it, for example `2026-11-20 23:59:00 -0500`.
package enum Moment {
  /// Seconds since 1970; nil where the text is no date with a time and a zone. Without a zone, UTC is meant.
  package static func seconds(_ text: String) -> Int? {
    var numbers: [Int] = []
    var rest = text[...]
    for (place, digits) in [4, 2, 2, 2, 2].enumerated() {
      if place > 0 {
        guard let mark = rest.popFirst(), "-- T::".contains(mark) else { return nil }
      }
      guard rest.count >= digits, rest.prefix(digits).allSatisfy({ $0.isASCII && $0.isNumber }),
        let number = Int(rest.prefix(digits))
      else { return nil }
      numbers.append(number)
      rest.removeFirst(digits)
    }
    var second = 0
    if rest.first == ":" {
      guard let number = Int(rest.dropFirst().prefix(2)), 0...60 ~= number else { return nil }
      second = number
      rest = rest.dropFirst(3)
      if rest.first == "." { rest = rest.dropFirst().drop { $0.isNumber } }
    }
    guard let zone = zone(Roster.trimmed(String(rest))) else { return nil }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    guard 1970...9999 ~= year, 1...12 ~= month, 1...31 ~= day, numbers[3] < 24, numbers[4] < 60 else { return nil }
    // Days since 1970 in the Gregorian calendar, years beginning with March. Source: Hinnant, days_from_civil.
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = (shifted / 400, shifted % 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + second - zone
  }

  /// `2026-11-26 18:05`, in UTC.
  package static func text(_ seconds: Int) -> String {
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Source: Hinnant, civil_from_days; years begin with March.
    let shifted = days + 719_468
    let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day)) \(two(rest / 3600)):\(two(rest % 3600 / 60))"
  }

  /// Seconds east of Greenwich.
  private static func zone(_ text: String) -> Int? {
    if ["", "Z", "UTC", "GMT"].contains(text) { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.count == 4, let number = Int(digits), number / 100 < 15, number % 100 < 60 else { return nil }
    return (number / 100 * 3600 + number % 100 * 60) * (sign == "-" ? -1 : 1)
  }
}
