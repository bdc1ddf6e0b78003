import Vocabularies

/// An allocator that never does wrong but for what it wastes: it moves nothing.
struct HonestCompactions {
  private let limit: Int
  /// By variable: the live block's address and chunk, and what its fields refer to.
  private var blocks: [(base: Int, chunk: Int, fields: [Int])?]
  private var free: [Int: [Int]] = [:]
  private(set) var end = 0

  init(blockCount: Int, limit: Int) {
    blocks = Array(repeating: nil, count: max(blockCount, 1))
    self.limit = limit
  }

  /// What the fields of live blocks hold, by address.
  var fields: [Int: UInt64] {
    var words: [Int: UInt64] = [:]
    for case let block? in blocks {
      for (field, target) in block.fields.enumerated() {
        words[block.base + 8 * field] = target < 0 ? .max : blocks[target].map { UInt64($0.base) } ?? .max
      }
    }
    return words
  }

  /// Outcome and answer.
  mutating func perform(_ operation: CompactionOperation) -> (outcome: UInt64, answer: [UInt64]) {
    if operation.isAboutAll { return (2, [CompactionVocabulary.none, 0]) }
    let number = operation.block
    guard number < blocks.count else { return (0, []) }
    guard let block = blocks[number] else {
      return (operation.kind == .allocate ? allocate(operation) : 0, [])
    }
    switch operation.kind {
    case .deallocate:
      blocks[number] = nil
      free[block.chunk, default: []].append(block.base)
    case .refer where operation.number < block.fields.count:
      let target = operation.target ?? -1
      if target < 0 || target < blocks.count && blocks[target] != nil {
        blocks[number]?.fields[operation.number] = target
      }
    case .pin: return (UInt64(block.base), [])
    default: break
    }
    return (0, [])
  }

  private mutating func allocate(_ operation: CompactionOperation) -> UInt64 {
    guard operation.size <= limit else { return CompactionVocabulary.none }
    let size = max(operation.size, 16)
    let chunk = 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
    let base = free[chunk]?.popLast() ?? end
    guard base + chunk <= limit else { return CompactionVocabulary.none }
    end = max(end, base + chunk)
    blocks[operation.block] = (base, chunk, Array(repeating: -1, count: operation.references))
    return UInt64(base)
  }
}
