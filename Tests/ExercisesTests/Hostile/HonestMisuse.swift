import Vocabularies

/// A debug allocator that never does wrong: each block has a place of its own, which is never used again, and nothing is in the heap.
///
/// It knows what the judge writes, since it sees the whole trace.
struct HonestMisuse {
  private struct Block {
    let base: Int
    let size: Int
    let family: Int
    let madeAt: UInt64
    var endedAt: UInt64?
    var isGone = false
    /// How often each byte was changed since it was told.
    var changes: [Int: Int] = [:]
  }

  private let limit: Int
  private let sites: SiteTable
  private var names: [Int?]
  private var blocks: [Block] = []
  /// Blocks that have ended, the oldest first, as many as are kept.
  private var kept: [Int] = []
  private var fresh = 4096
  private(set) var end = 0

  init(nameCount: Int, limit: Int, tables: [NamedTable]) {
    sites = SiteTable(tables)
    names = Array(repeating: nil, count: nameCount)
    self.limit = limit
  }

  /// What blocks hold at the end: where, how many bytes, and which.
  var contents: [(base: Int, count: Int, byte: UInt8)] {
    blocks.filter { !$0.isGone }.map {
      ($0.base, $0.size, $0.endedAt == nil ? MisuseVocabulary.fresh : MisuseVocabulary.freed)
    }
  }

  /// An operation's outcome, and the list that it is answered with.
  mutating func perform(_ word: UInt64) -> (outcome: UInt64, answer: [UInt64]) {
    let operation = MisuseOperation(word: word)
    let site = sites.word(operation.site)
    var answer: [UInt64] = []
    switch operation.kind {
    case .forge: deallocate(operation.forged, operation.family, site, &answer)
    case .check: check(site, &answer)
    case .shutDown:
      check(site, &answer)
      for number in blocks.indices where blocks[number].endedAt == nil { answer += report(8, number, site) }
      (names, blocks, kept, fresh) = (Array(repeating: nil, count: names.count), [], [], 4096)
    default:
      guard operation.name < names.count else { return (0, []) }
      if operation.kind == .allocate {
        names[operation.name] = allocate(operation.size, operation.family, site)
        return (names[operation.name].map { UInt64(blocks[$0].base) } ?? .max, [])
      }
      guard let number = names[operation.name] else { return (0, []) }
      let base = blocks[number].base
      switch operation.kind {
      case .write:
        for offset in operation.number..<operation.number + operation.count { change(number, offset) }
        return (0, [])
      case .deallocate: deallocate(base + operation.number, operation.family, site, &answer)
      case .reallocate:
        let new = reallocate(base, to: operation.size, site, &answer)
        if let new, operation.target < names.count { names[operation.target] = new }
      default: _ = reallocate(base + operation.number, to: operation.size, site, &answer)
      }
    }
    return (UInt64(answer.count), answer)
  }

  private mutating func change(_ number: Int, _ offset: Int) {
    let block = blocks[number]
    guard !block.isGone, offset >= -16, offset < block.size + 16 else { return }
    guard block.endedAt != nil || offset < 0 || offset >= block.size else { return }
    let count = (block.changes[offset] ?? 0) + 1
    blocks[number].changes[offset] = count == 256 ? nil : count
  }

  private mutating func allocate(_ size: Int, _ family: Int, _ site: UInt64) -> Int? {
    guard size <= limit, fresh + size + 64 <= limit else { return nil }
    blocks.append(Block(base: fresh + 16, size: size, family: family, madeAt: site))
    fresh += (size + 47) / 16 * 16
    end = max(end, fresh)
    return blocks.count - 1
  }

  private func report(_ kind: UInt64, _ number: Int, _ site: UInt64, offset: Int = 0, count: Int = 0) -> [UInt64] {
    let block = blocks[number]
    return [
      kind, UInt64(block.base), UInt64(block.size), UInt64(bitPattern: Int64(offset)), UInt64(count), block.madeAt,
      block.endedAt ?? .max, site,
    ]
  }

  private mutating func tell(_ number: Int, _ site: UInt64, _ answer: inout [UInt64]) {
    let size = blocks[number].size
    for (kind, range) in [(1, -16..<0), (2, size..<size + 16), (3, 0..<size)] as [(UInt64, Range<Int>)] {
      let changed = blocks[number].changes.keys.filter { range.contains($0) }.sorted()
      guard let first = changed.first, let last = changed.last else { continue }
      answer += report(kind, number, site, offset: first, count: last - first + 1)
    }
    blocks[number].changes = [:]
  }

  private mutating func check(_ site: UInt64, _ answer: inout [UInt64]) {
    for number in blocks.indices where !blocks[number].isGone { tell(number, site, &answer) }
  }

  /// The live block that begins at an address; where there is none, that is told.
  private func live(_ address: Int, _ site: UInt64, _ answer: inout [UInt64]) -> Int? {
    let owner = blocks.firstIndex {
      !$0.isGone && address >= $0.base - 16 && address < $0.base + $0.size + 16
    }
    guard let owner else {
      answer += [6, UInt64(bitPattern: Int64(address)), 0, 0, 0, .max, .max, site]
      return nil
    }
    let offset = address - blocks[owner].base
    if offset == 0, blocks[owner].endedAt == nil { return owner }
    answer += report(offset == 0 ? 4 : 5, owner, site, offset: offset)
    return nil
  }

  private mutating func deallocate(_ address: Int, _ family: Int, _ site: UInt64, _ answer: inout [UInt64]) {
    guard let number = live(address, site, &answer) else { return }
    tell(number, site, &answer)
    if blocks[number].family != family { answer += report(7, number, site) }
    keep(number, site, &answer)
  }

  private mutating func reallocate(_ address: Int, to size: Int, _ site: UInt64, _ answer: inout [UInt64]) -> Int? {
    var new: Int?
    if let number = live(address, site, &answer) {
      tell(number, site, &answer)
      if blocks[number].family != 0 { answer += report(7, number, site) }
      new = allocate(size, 0, site)
      if new != nil { keep(number, site, &answer) }
    }
    answer.append(new.map { UInt64(blocks[$0].base) } ?? .max)
    return new
  }

  private mutating func keep(_ number: Int, _ site: UInt64, _ answer: inout [UInt64]) {
    blocks[number].endedAt = site
    kept.append(number)
    while kept.reduce(0, { $0 + blocks[$1].size + 64 }) > limit / 16 {
      let oldest = kept.removeFirst()
      tell(oldest, site, &answer)
      blocks[oldest].isGone = true
    }
  }
}
