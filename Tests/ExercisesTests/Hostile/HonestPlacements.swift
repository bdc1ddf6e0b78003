import Examining
import Vocabularies

/// An allocator that never does wrong, however many lines it takes: chunks of powers of two, each in lines of its own.
struct HonestPlacements {
  private let limit: Int
  /// By variable: address and chunk of its live block.
  private var blocks: [(base: Int, chunk: Int)?]
  private var free: [Int: [Int]] = [:]
  private(set) var end = 0

  init(blockCount: Int, limit: Int) {
    blocks = Array(repeating: nil, count: blockCount)
    self.limit = limit
  }

  /// Outcome and answer.
  mutating func perform(_ operation: PlacementOperation) -> (outcome: UInt64, answer: [UInt64]) {
    guard operation.block < blocks.count else { return (0, []) }
    switch operation.kind {
    case .allocate: return (1, [allocate(operation)])
    case .deallocate:
      // What it reads to know the chunk; nothing where there is no block.
      guard let block = blocks[operation.block] else { return (0, []) }
      blocks[operation.block] = nil
      free[block.chunk, default: []].append(block.base)
      return (1, [HeapAccessRecord(address: block.base, byteCount: 8, isStore: false).word])
    default: return (0, [])
    }
  }

  private mutating func allocate(_ operation: PlacementOperation) -> UInt64 {
    let size = max(operation.size, operation.alignment, CacheModel.lineBytes)
    guard size <= limit else { return PlacementVocabulary.none }
    let chunk = 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
    if let base = free[chunk]?.popLast() {
      blocks[operation.block] = (base, chunk)
      return UInt64(base)
    }
    let base = (end + chunk - 1) & ~(chunk - 1)
    guard base + chunk <= limit else { return PlacementVocabulary.none }
    end = base + chunk
    blocks[operation.block] = (base, chunk)
    return UInt64(base)
  }
}
