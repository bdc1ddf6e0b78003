import Vocabularies

/// An unwinder that never does wrong: everything is searched for from one end to the other, in the tables as they are.
struct HonestUnwinder {
  private typealias Names = UnwindVocabulary

  private let tables: [String: [[UInt64]]]
  private let memory: [UInt8]

  init?(_ tables: [NamedTable]) {
    guard let memory = tables.bytes(Names.memory) else { return nil }
    self.memory = memory
    let sizes = [
      Names.threads: 19, Names.regions: 3, Names.modules: 5, Names.rows: 6, Names.rules: 3, Names.symbols: 2,
      Names.lines: 3, Names.addresses: 1,
    ]
    var records: [String: [[UInt64]]] = [:]
    for (name, size) in sizes {
      guard let words = tables.words(name) else { return nil }
      records[name] = (0..<words.count / size).map { Array(words[size * $0..<size * ($0 + 1)]) }
    }
    self.tables = records
  }

  private func records(_ name: String) -> [[UInt64]] { tables[name] ?? [] }

  func answer(_ word: UInt64) -> [UInt64] {
    guard let (kind, number) = Names.question(word) else { return [] }
    if kind == .backtrace {
      return number < records(Names.threads).count ? backtrace(records(Names.threads)[number]) : []
    }
    guard number < records(Names.addresses).count else { return [] }
    return location(records(Names.addresses)[number][0], isReturn: kind == .symboliseReturn)
  }

  // MARK: - Stacks

  private func load(_ address: UInt64) -> UInt64? {
    for region in records(Names.regions) where region[0] <= address && address - region[0] < region[1] {
      let offset = address - region[0]
      guard region[1] - offset >= 8 else { return nil }
      return (0..<8).reduce(0) { $0 | UInt64(memory[Int(region[2] + offset) + $1]) << UInt64(8 * $1) }
    }
    return nil
  }

  private func module(_ place: UInt64) -> Int? {
    records(Names.modules).firstIndex { $0[0] <= place && place - $0[0] < $0[1] }
  }

  /// What belongs to a record: from where the one before ends to where it does.
  private func parts(_ name: String, of owners: String, _ number: Int, _ word: Int) -> Range<Int> {
    (number == 0 ? 0 : Int(records(owners)[number - 1][word]))..<Int(records(owners)[number][word])
  }

  private func row(_ place: UInt64, _ module: Int) -> Int? {
    let offset = place - records(Names.modules)[module][0]
    return parts(Names.rows, of: Names.modules, module, 2).first {
      records(Names.rows)[$0][0] <= offset && offset < records(Names.rows)[$0][1]
    }
  }

  private func backtrace(_ thread: [UInt64]) -> [UInt64] {
    var words: [UInt64] = []
    var counter = thread[0]
    var isReturn = false
    var registers: [UInt64?] = thread[1...16].map { $0 }
    while true {
      let pointer = registers[7] ?? 0
      words += [counter, pointer, isReturn ? 1 : 0]
      let place = isReturn ? counter - 1 : counter
      var next = registers
      var nextCounter: UInt64?
      isReturn = true
      if let module = module(place), let row = row(place, module) {
        let rules = parts(Names.rules, of: Names.rows, row, 5).map { records(Names.rules)[$0] }
        let item = records(Names.rows)[row]
        guard rules.contains(where: { $0[0] == 16 && $0[1] != 0 }) else { return words + [1] }
        guard let base = registers[Int(item[2])] else { return words + [2] }
        let cfa = base &+ item[3]
        next[7] = cfa
        for rule in rules {
          let found: UInt64? =
            switch rule[1] {
            case 1: registers[Int(rule[0])]
            case 2: load(cfa &+ rule[2])
            case 3: cfa &+ rule[2]
            case 4: registers[Int(rule[2])]
            default: nil
            }
          if rule[0] == 16 { nextCounter = found } else { next[Int(rule[0])] = found }
        }
        isReturn = item[4] == 0
      } else if module(place) != nil {
        guard let frame = registers[6] else { return words + [2] }
        if frame == 0 { return words + [1] }
        guard frame % 8 == 0, frame >= pointer, frame >= thread[17], frame < thread[18], thread[18] - frame >= 16 else {
          return words + [3]
        }
        next = Array(repeating: nil, count: 16)
        next[6] = load(frame)
        next[7] = frame + 16
        nextCounter = load(frame + 8)
      } else {
        next[7] = pointer &+ 8
        nextCounter = load(pointer)
      }
      guard let nextPointer = next[7] else { return words + [2] }
      guard nextPointer > pointer, nextPointer % 8 == 0, nextPointer > thread[17], nextPointer <= thread[18] else {
        return words + [3]
      }
      guard let nextCounter else { return words + [2] }
      if isReturn, nextCounter == 0 { return words + [1] }
      if isReturn, module(nextCounter - 1) == nil { return words + [3] }
      (counter, registers) = (nextCounter, next)
    }
  }

  // MARK: - Names

  private func location(_ address: UInt64, isReturn: Bool) -> [UInt64] {
    if isReturn, address == 0 { return [] }
    guard let module = module(isReturn ? address - 1 : address) else { return [] }
    let item = records(Names.modules)[module]
    let place = (isReturn ? address - 1 : address) - item[0]
    var words = [UInt64(module), Names.none, 0, Names.none, 0]
    var best: UInt64?
    let symbols = parts(Names.symbols, of: Names.modules, module, 3)
    for number in symbols {
      let symbol = records(Names.symbols)[number]
      guard symbol[0] <= place else { break }
      if let best, best >= symbol[0] { continue }
      var end = symbol[0] + symbol[1]
      if symbol[1] == 0 {
        let next = (number..<symbols.upperBound).first { records(Names.symbols)[$0][0] > symbol[0] }
        end = next.map { records(Names.symbols)[$0][0] } ?? item[1]
      }
      guard place < end else { continue }
      best = symbol[0]
      (words[1], words[2]) = (UInt64(number), address - item[0] - symbol[0])
    }
    let row = parts(Names.lines, of: Names.modules, module, 4).last { records(Names.lines)[$0][0] <= place }
    if let row, case let line = records(Names.lines)[row], line[1] != Names.none, line[2] > 0 {
      (words[3], words[4]) = (line[1], line[2])
    }
    return words
  }
}
