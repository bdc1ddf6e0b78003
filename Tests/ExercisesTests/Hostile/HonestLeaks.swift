import Vocabularies

/// A leak detector that never does wrong: memcheck's marking, word by word as it comes off one stack, without any table of edges.
struct HonestLeaks {
  struct Block: Equatable {
    let address: UInt64
    let size: Int
    let site: UInt64
  }

  private let blocks: [Block]
  private let regions: [UInt64]
  private let memory: [UInt8]
  /// Codes by block; 0 for none yet.
  private(set) var categories: [UInt64]
  /// By block, which head took it over; itself for a head.
  private var heads: [Int]

  init?(_ tables: [NamedTable]) {
    guard let words = tables.words(LeakVocabulary.blocks), let regions = tables.words(LeakVocabulary.regions),
      let registers = tables.words(LeakVocabulary.registers), let memory = tables.bytes(LeakVocabulary.memory)
    else { return nil }
    blocks = (0..<words.count / 3).map {
      Block(address: words[3 * $0], size: Int(words[3 * $0 + 1]), site: words[3 * $0 + 2])
    }
    self.regions = regions
    self.memory = memory
    categories = Array(repeating: 0, count: blocks.count)
    heads = Array(blocks.indices)
    var stack: [Int] = []
    for word in registers { push(word, asReachable: true, &stack) }
    for place in stride(from: 0, to: regions.count, by: 4) where regions[place + 2] != 0 {
      for word in self.words(from: regions[place], count: Int(regions[place + 1])) {
        push(word, asReachable: true, &stack)
      }
    }
    while let block = stack.popLast() {
      let isReachable = categories[block] == 4
      for word in self.words(of: block) { push(word, asReachable: isReachable, &stack) }
    }
    for head in blocks.indices where categories[head] == 0 { collect(for: head) }
    for block in blocks.indices where categories[block] == 0 { categories[block] = 1 }
  }

  private mutating func push(_ word: UInt64, asReachable: Bool, _ stack: inout [Int]) {
    guard let block = block(word) else { return }
    if asReachable, word == blocks[block].address {
      guard categories[block] != 4 else { return }
      categories[block] = 4
    } else {
      guard categories[block] == 0 else { return }
      categories[block] = 3
    }
    stack.append(block)
  }

  /// All that a head leads to becomes indirect, heads from before with their own.
  private mutating func collect(for head: Int) {
    var stack = [head]
    while let block = stack.popLast() {
      for word in words(of: block) {
        guard let other = self.block(word), other != head, categories[other] == 0 else { continue }
        categories[other] = 2
        heads[other] = head
        stack.append(other)
      }
    }
  }

  private func head(of block: Int) -> Int {
    var block = block
    while heads[block] != block { block = heads[block] }
    return block
  }

  private func block(_ word: UInt64) -> Int? {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].address <= word { low = middle + 1 } else { high = middle }
    }
    guard low > 0, word - blocks[low - 1].address < UInt64(max(1, blocks[low - 1].size)) else { return nil }
    return low - 1
  }

  private func words(of block: Int) -> [UInt64] { words(from: blocks[block].address, count: blocks[block].size) }

  private func words(from start: UInt64, count: Int) -> [UInt64] {
    guard
      let place = stride(from: 0, to: regions.count, by: 4).first(where: {
        regions[$0] <= start && start < regions[$0] + regions[$0 + 1]
      })
    else { return [] }
    let shift = Int(regions[place + 3]) - Int(regions[place])
    let first = (Int(start) + 7) / 8 * 8
    let end = Int(start) + count
    return stride(from: first, to: end, by: 8).filter { $0 + 8 <= end }.map { address in
      (0..<8).reduce(0) { $0 | UInt64(memory[address + shift + $1]) << (8 * UInt64($1)) }
    }
  }

  // MARK: - Answers

  func outcome(_ word: UInt64) -> UInt64 {
    guard let (kind, category) = LeakVocabulary.question(word) else { return 0 }
    let its = blocks.indices.filter { categories[$0] == UInt64(category) }
    return switch kind {
    case .classify, .report: UInt64(answer(word).count)
    case .blockCount: UInt64(its.count)
    case .byteCount: UInt64(its.reduce(0) { $0 + blocks[$1].size })
    }
  }

  func answer(_ word: UInt64) -> [UInt64] {
    switch LeakVocabulary.question(word)?.kind {
    case .classify: categories
    case .report: report
    default: []
    }
  }

  private var report: [UInt64] {
    var indirect = Array(repeating: UInt64(0), count: blocks.count)
    for block in blocks.indices where categories[block] == 2 { indirect[head(of: block)] += UInt64(blocks[block].size) }
    var records: [UInt64] = []
    for category in UInt64(1)...4 {
      let its = blocks.indices.filter { categories[$0] == category }
      for site in Set(its.map { blocks[$0].site }).sorted() {
        let at = its.filter { blocks[$0].site == site }
        records += [
          category, site, UInt64(at.count), at.reduce(0) { $0 + UInt64(blocks[$1].size) },
          at.reduce(0) { $0 + indirect[$1] },
        ]
      }
    }
    return records
  }
}
