import Vocabularies

/// An image with less in it, which is an image all the same.
extension ProcessImageTables {
  /// What modules say of their code.
  enum Part: CaseIterable {
    case rows, symbols, lines, rules
  }

  func count(of part: Part) -> Int { modules.reduce(0) { $0 + Self.count(of: part, in: $1) } }

  private static func count(of part: Part, in module: Module) -> Int {
    switch part {
    case .rows: module.rows.count
    case .symbols: module.symbols.count
    case .lines: module.lines.count
    case .rules: module.rows.reduce(0) { $0 + removable($1).count }
    }
  }

  /// The places of all rules but the return address'.
  private static func removable(_ row: Row) -> [Int] {
    row.rules.indices.filter { row.rules[$0].register != UnwindVocabulary.returnAddress }
  }

  /// Leaves out those of a range, which counts through all modules.
  mutating func remove(_ range: Range<Int>, of part: Part) {
    var first = 0
    for number in modules.indices {
      let count = Self.count(of: part, in: modules[number])
      let here = range.clamped(to: first..<first + count)
      let places = here.lowerBound - first..<here.upperBound - first
      first += count
      guard !places.isEmpty else { continue }
      switch part {
      case .rows: modules[number].rows.removeSubrange(places)
      case .symbols: modules[number].symbols.removeSubrange(places)
      case .lines: modules[number].lines.removeSubrange(places)
      case .rules: removeRules(places, of: number)
      }
    }
  }

  private mutating func removeRules(_ range: Range<Int>, of module: Int) {
    var first = 0
    for row in modules[module].rows.indices {
      let places = Self.removable(modules[module].rows[row])
      for (place, rule) in places.enumerated().reversed() where range.contains(first + place) {
        modules[module].rows[row].rules.remove(at: rule)
      }
      first += places.count
    }
  }

  /// Has a thread stand where a frame of its backtrace is, and forget what lies below.
  mutating func start(_ thread: Int, in step: Step) {
    guard threads.indices.contains(thread), let place = step.place else { return }
    threads[thread].programCounter = place
    threads[thread].registers = step.registers.map { $0 ?? 0 }
    trimRegions()
  }

  /// Has a thread's stack end at an address, and forget what lies above.
  mutating func endStack(of thread: Int, at end: UInt64) {
    guard threads.indices.contains(thread), end >= threads[thread].stackStart else { return }
    let old = threads[thread].stackEnd
    threads[thread].stackEnd = end
    guard let region = regions.lastIndex(where: { $0.start < old && $0.end >= end && $0.start < end }) else { return }
    regions[region].bytes = Array(regions[region].bytes.prefix(Int(end - regions[region].start)))
  }

  /// Leaves out the memory below stack pointers, and zeros at the ends of regions.
  mutating func trimRegions() {
    for number in regions.indices {
      let region = regions[number]
      let pointers = threads.map { $0.registers[UnwindVocabulary.stackPointer] }
      if let lowest = pointers.filter({ $0 >= region.start && $0 < region.end }).min() {
        regions[number].bytes = Array(region.bytes.dropFirst(Int(lowest - region.start)))
        regions[number].start = lowest
      }
    }
    regions.removeAll { $0.bytes.isEmpty }
  }

  /// Words that are not zero, by region and offset from its start.
  var wordPlaces: [(region: Int, offset: Int)] {
    regions.indices.flatMap { number -> [(region: Int, offset: Int)] in
      let bytes = regions[number].bytes
      return stride(from: 0, to: bytes.count, by: 8).compactMap { first in
        bytes[first..<min(first + 8, bytes.count)].contains { $0 != 0 } ? (number, first) : nil
      }
    }
  }

  /// Puts zeros in the place of the words of a range.
  mutating func clearWords(_ range: Range<Int>) {
    let places = wordPlaces
    for (region, offset) in places[range.clamped(to: 0..<places.count)] {
      for place in offset..<min(offset + 8, regions[region].bytes.count) { regions[region].bytes[place] = 0 }
    }
  }
}

extension ProcessImageTables.Thread {
  /// Zeros in all registers but the frame pointer and the stack pointer.
  mutating func clearRegisters() {
    for register in registers.indices
    where register != UnwindVocabulary.framePointer && register != UnwindVocabulary.stackPointer {
      registers[register] = 0
    }
  }
}
