/// What a process image promises of its tables.
extension UnwindVocabulary {
  /// The most faults that are told of one trace.
  private static let faultLimit = 100
  /// More than anything has that belongs to a module or a region.
  private static let sizeLimit: UInt64 = 1 << 40

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    var check = ImageCheck()
    for (name, words) in layout {
      guard let table = tables.first(where: { $0.name == name }) else {
        check.fault(name, nil, "an image needs this table")
        continue
      }
      if (table.elementBytes == 8) != (words > 0) {
        let (found, wanted) = words > 0 ? ("bytes", "words") : ("words", "bytes")
        check.fault(name, nil, "a table of \(found); an image has \(wanted) here")
      } else if words > 1, !table.count.isMultiple(of: words) {
        check.fault(name, table.count - 1, "\(table.count) words, where an element has \(words)")
      }
    }
    for table in tables where !layout.contains(where: { $0.name == table.name }) {
      check.fault(table.name, nil, "an image has no such table")
    }
    guard check.faults.isEmpty else { return check.faults }
    check.threads(tables.words(threads) ?? [])
    check.regions(tables.words(regions) ?? [], memory: tables.bytes(memory)?.count ?? 0)
    check.modules(tables)
    return Array(check.faults.prefix(faultLimit))
  }

  /// Each table's name and the words of an element; 0 for bytes.
  private static let layout: [(name: String, words: Int)] = [
    (threads, threadWords), (regions, regionWords), (memory, 0), (modules, moduleWords), (rows, rowWords),
    (rules, ruleWords), (symbols, symbolWords), (lines, lineWords), (addresses, 1),
  ]

  /// Looks at one table after the other.
  private struct ImageCheck {
    private(set) var faults: [TableFault] = []

    private var isOver: Bool { faults.count >= faultLimit }

    mutating func fault(_ table: String, _ element: Int?, _ reason: String) {
      faults.append(TableFault(table, element: element, reason))
    }

    mutating func threads(_ words: [UInt64]) {
      for first in stride(from: 0, to: words.count, by: threadWords) where !isOver {
        let (start, end) = (words[first + 17], words[first + 18])
        // So nothing that has wrapped around lies in a stack.
        guard start > end || start < 4096 else { continue }
        fault(
          UnwindVocabulary.threads, first + 17,
          "thread \(first / threadWords) has a stack from \(hexadecimal(start)) to \(hexadecimal(end))")
      }
    }

    mutating func regions(_ words: [UInt64], memory: Int) {
      let table = UnwindVocabulary.regions
      var (end, offset): (UInt64, UInt64) = (0, 0)
      for first in stride(from: 0, to: words.count, by: regionWords) where !isOver {
        let (start, count, place) = (words[first], words[first + 1], words[first + 2])
        let number = first / regionWords
        guard range(start, count, table, first, "region", after: &end) else { continue }
        if place != offset {
          fault(
            table, first + 2, "region \(number) has its bytes from \(place) on, where the one before ends at \(offset)")
        }
        if place > UInt64(memory) || count > UInt64(memory) - place {
          fault(
            table, first + 1,
            "region \(number) points nowhere: its \(count) bytes from \(place) on are not in the memory of \(memory)")
        }
        offset = place &+ count
      }
      if faults.isEmpty, offset != UInt64(memory) {
        fault(UnwindVocabulary.memory, Int(offset), "\(UInt64(memory) - offset) bytes that are no region's")
      }
    }

    mutating func modules(_ tables: [NamedTable]) {
      let table = UnwindVocabulary.modules
      let words = tables.words(table) ?? []
      let parts = [rows, symbols, lines].map { tables.words($0) ?? [] }
      let sizes = [rowWords, symbolWords, lineWords]
      let rules = tables.words(UnwindVocabulary.rules) ?? []
      var (end, ends, ruleEnd): (UInt64, [Int], Int) = (0, [0, 0, 0], 0)
      for first in stride(from: 0, to: words.count, by: moduleWords) where !isOver {
        guard range(words[first], words[first + 1], table, first, "module", after: &end) else { return }
        for part in 0..<3 {
          let (next, count) = (words[first + 2 + part], parts[part].count / sizes[part])
          guard next >= UInt64(ends[part]), next <= UInt64(count) else {
            let name = ["rows", "symbols", "lines"][part]
            fault(
              table, first + 2 + part,
              "module \(first / moduleWords) has \(name) up to \(next), where there are \(ends[part]) to \(count)")
            return
          }
          let places = ends[part]..<Int(next)
          switch part {
          case 0: check(rows: parts[0], places, rules, &ruleEnd, within: words[first + 1])
          case 1: check(symbols: parts[1], places, within: words[first + 1])
          default: check(lines: parts[2], places, within: words[first + 1])
          }
          ends[part] = Int(next)
        }
      }
      guard faults.isEmpty else { return }
      for (part, name) in [rows, symbols, lines].enumerated() where ends[part] * sizes[part] < parts[part].count {
        fault(name, ends[part] * sizes[part], "what is here is no module's")
      }
      if ruleEnd * ruleWords < rules.count {
        fault(UnwindVocabulary.rules, ruleEnd * ruleWords, "what is here is no row's")
      }
    }

    private mutating func check(
      rows words: [UInt64], _ places: Range<Int>, _ rules: [UInt64], _ ruleEnd: inout Int, within byteCount: UInt64
    ) {
      var end: UInt64 = 0
      for number in places where !isOver {
        let first = rowWords * number
        if words[first] < end || words[first + 1] <= words[first] || words[first + 1] > byteCount {
          fault(
            rows, first,
            "row \(number) is from \(hexadecimal(words[first])) to \(hexadecimal(words[first + 1])), where there is room from "
              + "\(hexadecimal(end)) to \(hexadecimal(byteCount))")
        }
        end = words[first + 1]
        if words[first + 2] > 15 { fault(rows, first + 2, "row \(number) has its CFA by register \(words[first + 2])") }
        if words[first + 4] > 1 {
          fault(rows, first + 4, "row \(number) is of kind \(words[first + 4]): there are 0 and 1")
        }
        let next = words[first + 5]
        guard next >= UInt64(ruleEnd), next <= UInt64(rules.count / ruleWords) else {
          fault(
            rows, first + 5,
            "row \(number) has rules up to \(next), where there are \(ruleEnd) to \(rules.count / ruleWords)")
          return
        }
        check(rules: rules, ruleEnd..<Int(next), row: number)
        ruleEnd = Int(next)
      }
    }

    private mutating func check(rules words: [UInt64], _ places: Range<Int>, row: Int) {
      var seen: UInt64 = 0
      for number in places where !isOver {
        let first = ruleWords * number
        let (register, code, operand) = (words[first], words[first + 1], words[first + 2])
        guard register <= UInt64(returnAddress), seen >> register & 1 == 0 else {
          fault(rules, first, "row \(row) has a rule for register \(register), which is none or has one")
          continue
        }
        seen |= 1 << register
        guard let code = RuleCode(rawValue: code) else {
          fault(rules, first + 1, "rule \(number) has the code \(code)")
          continue
        }
        let isReturn = register == UInt64(returnAddress)
        if isReturn, code == .same || code == .value {
          fault(rules, first + 1, "rule \(number) has the return address be what it was, or a CFA")
        }
        if code == .register, operand > 15 { fault(rules, first + 2, "rule \(number) is about register \(operand)") }
      }
      if seen >> UInt64(returnAddress) & 1 == 0 {
        fault(rows, rowWords * row, "row \(row) has no rule for the return address")
      }
    }

    private mutating func check(symbols words: [UInt64], _ places: Range<Int>, within byteCount: UInt64) {
      var last: UInt64 = 0
      for number in places where !isOver {
        let (start, size) = (words[symbolWords * number], words[symbolWords * number + 1])
        if start < last || start >= byteCount || size > byteCount - min(start, byteCount) {
          fault(
            symbols, symbolWords * number,
            "symbol \(number) has \(size) bytes from \(hexadecimal(start)) on, where there is room from \(hexadecimal(last)) to "
              + hexadecimal(byteCount))
        }
        last = start
      }
    }

    private mutating func check(lines words: [UInt64], _ places: Range<Int>, within byteCount: UInt64) {
      var last: UInt64 = 0
      for number in places where !isOver {
        let first = lineWords * number
        let (start, file, line) = (words[first], words[first + 1], words[first + 2])
        if start < last || start >= byteCount {
          fault(
            lines, first,
            "line row \(number) starts at \(hexadecimal(start)), where there is room from \(hexadecimal(last)) to "
              + hexadecimal(byteCount))
        }
        if file != none, file >= 1 << 32 { fault(lines, first + 1, "line row \(number) has file \(file)") }
        if line >= 1 << 32 { fault(lines, first + 2, "line row \(number) has line \(line)") }
        last = start
      }
    }

    /// Whether a range of addresses comes after the one before, and ends.
    private mutating func range(
      _ start: UInt64, _ count: UInt64, _ table: String, _ first: Int, _ name: String, after end: inout UInt64
    ) -> Bool {
      let number = table == UnwindVocabulary.regions ? first / regionWords : first / moduleWords
      guard count <= sizeLimit, start <= .max - count else {
        fault(
          table, first + 1, "\(name) \(number) has \(count) bytes from \(hexadecimal(start)) on, beyond all addresses")
        return false
      }
      if start < end {
        fault(
          table, first,
          "\(name) \(number) begins at \(hexadecimal(start)), and the one before ends at \(hexadecimal(end))")
      }
      end = start + count
      return true
    }
  }
}
