import Vocabularies
import Workloads

/// A hardened allocator that never does wrong, whatever memory it takes: chunks of powers of two, drawn out of 64 and more.
struct HonestAttacks {
  private struct Block {
    let base: Int
    let chunk: Int
    let size: Int
    var isSmashed = false
    var canary: Range<Int> { base + size..<base + size + AttackVocabulary.canary }
    var isGuarded: Bool { size >= AttackVocabulary.guarded }
    /// Bytes that may be accessed, of a large block.
    var pages: Range<Int> { base..<(base + size + AttackVocabulary.page - 1) & ~(AttackVocabulary.page - 1) }
  }

  private let limit: Int
  private var names: [Block?]
  private var live: [Int: Block] = [:]
  /// Blocks that ended, the oldest first, as many as are remembered.
  private var remembered: [Block] = []
  private var ended: Set<Int> = []
  private var condemned: Set<Int> = []
  private var free: [Int: [Int]] = [:]
  private var generator = SeededGenerator(seed: 7)
  private var life = 0
  private var learnt: UInt64 = 0
  private var fresh = AttackVocabulary.page
  private(set) var end = 0

  init(nameCount: Int, limit: Int) {
    names = Array(repeating: nil, count: nameCount)
    self.limit = limit
  }

  mutating func perform(_ operation: AttackOperation) -> UInt64 {
    switch operation.kind {
    case .allocate: return allocate(operation)
    case .forge: return deallocate(operation.number)
    case .restart:
      self = next
      return 0
    case nil: return 0
    default: break
    }
    guard operation.name < names.count, let block = names[operation.name] else { return 0 }
    switch operation.kind {
    case .deallocate: return deallocate(block.base &+ operation.number)
    case .scribble:
      let start = block.base + operation.offset
      let bytes = start..<start + operation.count
      let isGuarded = block.isGuarded && live[block.base]?.chunk == block.chunk
      let changed = !isGuarded ? bytes : block.pages.contains(start) ? bytes.clamped(to: block.pages) : start..<start
      for (base, other) in live where other.canary.overlaps(changed) { live[base]?.isSmashed = true }
      return UInt64(changed.count)
    case .touch: return !block.isGuarded || block.pages.contains(block.base + operation.number) ? 1 : 0
    case .learn:
      learnt = canary(block)
      return learnt
    case .replay:
      live[block.base]?.isSmashed = true
      return canary(block)
    default: return 0
    }
  }

  private var next: HonestAttacks {
    var next = HonestAttacks(nameCount: names.count, limit: limit)
    (next.life, next.learnt, next.end, next.generator) = (life + 1, learnt, end, generator)
    return next
  }

  private func canary(_ block: Block) -> UInt64 { UInt64(block.base << 16 | life) }

  private mutating func allocate(_ operation: AttackOperation) -> UInt64 {
    let size = operation.size
    names[operation.name] = nil
    let extent = AttackVocabulary.extent(size, alignment: operation.alignment)
    guard extent <= limit else { return AttackVocabulary.none }
    let chunk = max(128, 1 << (Int.bitWidth - (extent - 1).leadingZeroBitCount))
    while free[chunk, default: []].count < (chunk <= 2048 ? 100 : 1) {
      let start = (fresh + min(chunk, 4096) - 1) & ~(min(chunk, 4096) - 1)
      guard chunk <= limit - start else { break }
      free[chunk, default: []].append(start)
      fresh = start + chunk
      end = max(end, fresh)
    }
    guard let count = free[chunk]?.count, count > 0 else { return AttackVocabulary.none }
    let start = free[chunk]?.remove(at: generator.below(count)) ?? 0
    let block = Block(
      base: size >= AttackVocabulary.guarded ? start + AttackVocabulary.page : start, chunk: chunk, size: size)
    live[block.base] = block
    ended.remove(block.base)
    names[operation.name] = block
    return UInt64(block.base)
  }

  private mutating func deallocate(_ address: Int) -> UInt64 {
    guard let block = live[address] else {
      return report(ended.contains(address) || condemned.contains(address) ? .doubleFree : .invalidFree)
    }
    live[address] = nil
    guard !block.isSmashed else {
      condemned.insert(address)
      return report(.overflow)
    }
    ended.insert(address)
    remembered.append(block)
    while remembered.reduce(0, { $0 + (AttackVocabulary.charge($1.size) ?? 0) })
      > AttackVocabulary.quarantine(heapLimit: limit)
    {
      let oldest = remembered.removeFirst()
      free[oldest.chunk, default: []].append(oldest.isGuarded ? oldest.base - AttackVocabulary.page : oldest.base)
    }
    return 0
  }

  private func report(_ report: AttackVocabulary.Report) -> UInt64 { AttackVocabulary.report | UInt64(report.rawValue) }
}
