import Vocabularies

/// The blocks of a heap that are live after some operations, as the outcomes say.
///
/// Outcomes are taken at their word, so a block may lie anywhere, even over another: the oracle judges, this shows.
package struct HeapContents: Sendable {
  package struct Block: Sendable, Equatable {
    package let slot: Int
    package let address: Int
    /// Bytes that were asked for.
    package let size: Int
    /// Bytes that it takes: its size, or more where the exercise says so; at least 1.
    package let extent: Int
    /// The index of the operation that made it, or moved it last.
    package let origin: Int
    /// The index of the operation that made it: its pattern is that one's, wherever it moves.
    package internal(set) var pattern: Int

    /// The bytes that were asked for, or one where there were none.
    package var bytes: Range<Int> { range(of: max(size, 1)) }
    /// The bytes that no other block may have.
    package var reserved: Range<Int> { range(of: extent) }

    private func range(of count: Int) -> Range<Int> {
      let (end, overflows) = address.addingReportingOverflow(count)
      return address..<(overflows ? Int.max : end)
    }
  }

  /// By slot.
  package private(set) var blocks: [Int: Block] = [:]
  /// The sum of the sizes of live blocks.
  package private(set) var liveBytes = 0
  private var order = HandOutOrder()
  /// The block that the last operation handed out or moved, and how many of its bytes hold its pattern.
  private(set) var unfilled: (slot: Int, patterned: Int)?
  let format: BlockFormat
  private let extentRule: (any ExtentRule)?

  /// An empty heap, with addresses and extents as an exercise's oracle has them.
  package init(asSeenBy oracle: any Oracle) {
    let oracle = oracle as? AllocationOracle
    format = oracle?.format ?? .plain
    extentRule = oracle?.extentRule
  }

  /// The block that an operation's outcome places; nil where it places none.
  package func block(madeBy word: UInt64, _ outcome: UInt64, at index: Int) -> Block? {
    let operation = AllocationOperation(word: word)
    guard operation.asksForSize, outcome != AllocationVocabulary.noAddress else { return nil }
    return Block(
      slot: operation.slot, address: Int(clamping: outcome & format.addressMask), size: operation.size,
      extent: max(extentRule?.extent(size: operation.size, alignment: operation.alignment) ?? operation.size, 1),
      origin: index, pattern: index)
  }

  /// The slot whose block an operation makes, moves or ends; nil where it is about none.
  package static func slot(of word: UInt64) -> Int? {
    let operation = AllocationOperation(word: word)
    switch operation.kind {
    case .allocate, .allocateZeroed, .reallocate, .deallocate: return operation.slot
    case .hostile:
      switch operation.hostility {
      case .doubleFree, .interiorFree, .misalignedFree: return operation.slot
      default: return nil
      }
    default: return nil
    }
  }

  /// What an operation did: the slots, and the blocks that were in them before. Undone by `revert`.
  package struct Change: Sendable {
    fileprivate let old: [(slot: Int, block: Block?)]
    /// The order before, where it is not simply one block shorter.
    fileprivate let order: HandOutOrder?
  }

  /// Performs an operation; nil where it changes nothing.
  @discardableResult
  package mutating func perform(_ word: UInt64, _ outcome: UInt64, at index: Int) -> Change? {
    let operation = AllocationOperation(word: word)
    if operation.isBulk { return performBulk(operation) }
    let slot = operation.slot
    var new = block(madeBy: word, outcome, at: index)
    let old = blocks[slot]
    unfilled = nil
    switch operation.kind {
    case .allocate, .allocateZeroed: if new == nil { return nil }
    // A reallocation that was refused leaves the block as it was; one of no block means nothing.
    case .reallocate: if new == nil || old == nil { return nil }
    case .deallocate: if old == nil { return nil }
    default: return nil
    }
    if let block = new {
      let moved = operation.kind == .reallocate ? old : nil
      new?.pattern = moved?.pattern ?? index
      unfilled = (slot, moved.map { min($0.size, block.size) } ?? 0)
    }
    let before = new == nil ? order : nil
    if new != nil { order.append(slot) }
    put(new, into: slot)
    return Change(old: [(slot, old)], order: before)
  }

  /// Takes a mark, or ends many blocks at once.
  private mutating func performBulk(_ operation: AllocationOperation) -> Change? {
    let before = order
    unfilled = nil
    var ended: [Int] = []
    switch operation.kind {
    case .mark: order.mark(operation.slot)
    case .release:
      ended = order.since(operation.slot)
      order.release(to: operation.slot)
    case .reset:
      ended = Array(blocks.keys)
      order.reset()
    default: return nil
    }
    var old: [(slot: Int, block: Block?)] = []
    for slot in ended {
      guard let block = blocks[slot] else { continue }
      old.append((slot, block))
      put(nil, into: slot)
    }
    return Change(old: old, order: before)
  }

  mutating func revert(_ change: Change) {
    unfilled = nil
    for (slot, block) in change.old { put(block, into: slot) }
    if let before = change.order { order = before } else { order.removeLast() }
  }

  private mutating func put(_ block: Block?, into slot: Int) {
    liveBytes &+= (block?.size ?? 0) &- (blocks[slot]?.size ?? 0)
    blocks[slot] = block
  }
}
