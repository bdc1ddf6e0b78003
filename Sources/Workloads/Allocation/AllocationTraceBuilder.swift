package import Traces
package import Vocabularies

/// Writes a trace of the allocation vocabulary, and knows which blocks are live at each point.
package struct AllocationTraceBuilder {
  /// A live block of the trace.
  package struct Block: Sendable {
    package let slot: Int
    package let size: Int
  }

  /// The operations so far.
  package private(set) var operations: [UInt64] = []
  /// The blocks live now that nobody else holds, in no order that means anything.
  package internal(set) var live: [Block] = []
  /// How many blocks are live now: those of `live`, and those that were taken.
  package private(set) var liveBlocks = 0
  /// The sum of the sizes of the blocks live now, modulo 2^64: a trace may ask for what nobody can give.
  package private(set) var liveBytes = 0
  private var freeSlots: [Int] = []
  /// One more than the highest slot so far.
  package private(set) var slotCount = 0

  /// The marks that hold: how many blocks of `live` are from before each.
  private var marks: [Int] = []

  package init() {}

  /// The number of operations so far.
  package var count: Int { operations.count }

  /// Asks for a block.
  package mutating func allocate(_ size: Int, alignment: Int = 1, zeroed: Bool = false) {
    live.append(take(size, alignment: alignment, zeroed: zeroed))
  }

  /// Asks for a block that the caller holds, in an order of its own; `release` frees it.
  package mutating func take(_ size: Int, alignment: Int = 1, zeroed: Bool = false) -> Block {
    let slot = freeSlots.popLast() ?? slotCount
    slotCount = max(slotCount, slot + 1)
    operations.append(
      AllocationOperation(zeroed ? .allocateZeroed : .allocate, slot: slot, size: size, alignment: alignment).word)
    liveBytes &+= size
    liveBlocks += 1
    return Block(slot: slot, size: size)
  }

  /// Hands all of `live` to the caller.
  package mutating func letGo() -> [Block] {
    defer { live.removeAll(keepingCapacity: true) }
    return live
  }

  /// Puts a block that was taken among `live`.
  package mutating func adopt(_ block: Block) { live.append(block) }

  /// Hands the block at `place` of `live` to the caller, and takes the place of it with another, if there is one.
  package mutating func exchange(at place: Int, with other: Block?) -> Block {
    let block = live[place]
    if let other {
      live[place] = other
    } else {
      live[place] = live[live.count - 1]
      live.removeLast()
    }
    return block
  }

  /// Frees a block that was taken.
  package mutating func release(_ block: Block) { end(block) }

  /// Frees the block at `place` of `live`; the last one takes its place.
  package mutating func deallocate(at place: Int) {
    let block = live[place]
    live[place] = live[live.count - 1]
    live.removeLast()
    end(block)
  }

  /// Frees the block at `place` of `live` and keeps the others in their order.
  ///
  /// - Complexity: O(live blocks).
  package mutating func deallocateKeepingOrder(at place: Int) { end(live.remove(at: place)) }

  /// Frees the block at `place` of `live` without forgetting the order of those before it, for runs from the end.
  package mutating func deallocateLast() { end(live.removeLast()) }

  /// Frees all live blocks, from the oldest place on.
  package mutating func deallocateAll() {
    for block in live { end(block) }
    live.removeAll(keepingCapacity: true)
  }

  /// Frees all live blocks in random order.
  package mutating func deallocateAll(shuffledWith generator: inout SeededGenerator) {
    live.shuffle(using: &generator)
    deallocateAll()
  }

  /// Changes the size of the block at `place` of `live`.
  package mutating func reallocate(at place: Int, to size: Int, alignment: Int = 1) {
    var block = live[place]
    reallocate(&block, to: size, alignment: alignment)
    live[place] = block
  }

  /// Changes the size of a block that was taken.
  package mutating func reallocate(_ block: inout Block, to size: Int, alignment: Int = 1) {
    operations.append(
      AllocationOperation(.reallocate, slot: block.slot, size: size, alignment: alignment).word)
    liveBytes &+= size &- block.size
    block = Block(slot: block.slot, size: size)
  }

  /// Asks the subject to give back what it does not need.
  package mutating func reap() { operations.append(AllocationOperation(.reap).word) }

  /// Takes a mark, inside those that hold.
  ///
  /// - Precondition: as long as marks hold, blocks of `live` are neither moved nor taken, and end newest first.
  package mutating func mark() {
    operations.append(AllocationOperation(.mark, slot: marks.count).word)
    marks.append(live.count)
  }

  /// How many marks hold.
  package var markCount: Int { marks.count }

  /// Ends all blocks since a mark, by its number; it holds on.
  package mutating func release(to number: Int) {
    operations.append(AllocationOperation(.release, slot: number).word)
    while live.count > marks[number] { forget(live.removeLast()) }
    marks.removeLast(marks.count - number - 1)
  }

  /// Ends all blocks of `live`, and all marks.
  package mutating func reset() {
    operations.append(AllocationOperation(.reset).word)
    while let block = live.popLast() { forget(block) }
    marks.removeAll()
  }

  /// Lets what follows come from the thread of that number.
  package mutating func thread(_ number: Int) {
    operations.append(AllocationOperation(.thread, slot: number).word)
  }

  /// Makes the heap refuse to grow, or grow again: a hostility whose `size` says when.
  package mutating func fault(_ hostility: Hostility, _ size: Int = 0) {
    operations.append(AllocationOperation(hostility, size: size).word)
  }

  /// Frees a live block's address, `offset` bytes away from its start, which a subject should reject.
  package mutating func freeWrongly(_ hostility: Hostility, at place: Int, offset: Int) {
    operations.append(AllocationOperation(hostility, slot: live[place].slot, size: offset).word)
  }

  /// Frees the block that was freed last once more, which a subject should reject.
  package mutating func freeAgain() {
    guard let slot = freeSlots.last else { return }
    operations.append(AllocationOperation(.doubleFree, slot: slot).word)
  }

  /// Frees an address `offset` bytes past the heap's end, which a subject should reject.
  package mutating func freeForeign(offset: Int) {
    operations.append(AllocationOperation(.foreignFree, size: offset).word)
  }

  /// Damages a record of the subject's.
  ///
  /// - Parameters:
  ///   - record: which one, counted round.
  ///   - way: the number of a `RecordDamage`; below the trace's number of slots.
  package mutating func damage(record: Int, way: Int) {
    operations.append(AllocationOperation(.damage, slot: way, size: record).word)
  }

  /// Asks the subject what is wrong with its records.
  package mutating func checkInvariants() { operations.append(AllocationOperation(.checkInvariants).word) }

  private mutating func end(_ block: Block) {
    operations.append(AllocationOperation(.deallocate, slot: block.slot).word)
    for place in marks.indices.reversed() {
      guard marks[place] > live.count else { break }
      marks[place] = live.count
    }
    forget(block)
  }

  /// A block has ended.
  private mutating func forget(_ block: Block) {
    freeSlots.append(block.slot)
    liveBytes &-= block.size
    liveBlocks -= 1
  }

  /// The trace of what was written.
  package func trace(name: String, seed: UInt64, parameters: [(String, Int)]) -> Trace {
    Trace(
      vocabulary: AllocationVocabulary.name, name: name, seed: seed, origin: "generated \(name)",
      parameters: parameters.map { TraceParameter(name: $0.0, value: $0.1) }, slotCount: slotCount,
      operations: operations)
  }
}
