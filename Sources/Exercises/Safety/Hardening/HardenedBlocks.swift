import Examining
import Vocabularies

/// What is true of a program's blocks: where they lie, which have ended and are remembered, and what attacks have changed around them.
///
/// It knows where blocks lie, which the subject says, and what the program did, which the trace and the worker say.
struct HardenedBlocks {
  enum State { case live, remembered, forgotten, condemned }

  struct Block {
    let base: Int
    let size: Int
    let extent: Int
    /// The index of the operation that made it.
    let origin: Int
    var state = State.live
    /// The key of the pattern that its bytes hold; nil where nobody knows what they hold.
    var key: UInt64?
    /// Whether its canary has changed, so that its end must be reported.
    var isSmashed = false
    /// Whether bytes near it have changed, so that its end may be reported.
    var isNearDamage = false

    var end: Int { base + size }
    var bytes: Range<Int> { base..<end }
    var canary: Range<Int> { end..<end + AttackVocabulary.canary }
    var isGuarded: Bool { size >= AttackVocabulary.guarded }
    /// From where on changed bytes may have to do with it, and up to where.
    var surroundings: Range<Int> { base - size - 320..<end + size + 320 }

    var description: String {
      "the block of operation \(origin), \(size) \(size == 1 ? "byte" : "bytes") at \(hexadecimal(UInt64(base)))"
    }
  }

  /// How often what must have room fits into the heap.
  static let share = 8

  private(set) var blocks: [Block] = []
  private let heapLimit: Int
  /// Bytes of blocks that live, are remembered or condemned.
  private var taken: LiveBytes
  /// By its first byte, the number of a block that is no longer or still known.
  private var numbers: [Int: Int] = [:]
  /// The live blocks.
  private(set) var live: Set<Int> = []
  /// Blocks that ended, in that order, and the place of the first that is remembered.
  private var ended: [Int] = []
  private var firstRemembered = 0
  private var remembered = 0
  private(set) var room: BoundsRoom

  init(heapLimit: Int) {
    self.heapLimit = heapLimit
    taken = LiveBytes(byteCount: heapLimit)
    room = BoundsRoom(heapLimit: heapLimit, objectLimit: .max, share: Self.share)
  }

  /// Another heap.
  mutating func restart() {
    for block in blocks where block.state != .forgotten { taken.remove(block.base, block.size) }
    blocks.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    live.removeAll(keepingCapacity: true)
    ended.removeAll(keepingCapacity: true)
    (firstRemembered, remembered) = (0, 0)
    room = BoundsRoom(heapLimit: heapLimit, objectLimit: .max, share: Self.share)
  }

  /// The block that began last at an address.
  func number(at address: Int) -> Int? { numbers[address] }

  /// Begins a block inside the heap.
  ///
  /// - Returns: false, with nothing changed, where one of its bytes is another block's.
  mutating func begin(_ base: Int, _ size: Int, extent: Int, origin: Int) -> Bool {
    guard size > 0, taken.insert(base, size) else { return false }
    blocks.append(Block(base: base, size: size, extent: extent, origin: origin))
    numbers[base] = blocks.count - 1
    live.insert(blocks.count - 1)
    room.add(extent)
    return true
  }

  /// A block with whose bytes others would overlap.
  func blockOverlapping(_ bytes: Range<Int>) -> Block? {
    blocks.last { $0.state != .forgotten && $0.bytes.overlaps(bytes) }
  }

  /// Ends a live block: it is remembered from now on.
  mutating func end(_ number: Int) {
    live.remove(number)
    blocks[number].state = .remembered
    blocks[number].key = nil
    ended.append(number)
    remembered += charge(number)
    while remembered > AttackVocabulary.quarantine(heapLimit: heapLimit) {
      let oldest = ended[firstRemembered]
      firstRemembered += 1
      remembered -= charge(oldest)
      blocks[oldest].state = .forgotten
      taken.remove(blocks[oldest].base, blocks[oldest].size)
      room.remove(blocks[oldest].extent)
    }
  }

  private func charge(_ number: Int) -> Int { AttackVocabulary.charge(blocks[number].size) ?? heapLimit }

  /// A block that was told is nobody's, and its bytes stay its own.
  mutating func condemn(_ number: Int) {
    live.remove(number)
    blocks[number].state = .condemned
    blocks[number].key = nil
  }

  /// The program has filled a block.
  mutating func fill(_ number: Int, key: UInt64) { blocks[number].key = key }

  /// The program, gone wrong, has changed bytes: what it may, must or must not be told of follows.
  ///
  /// - Returns: the live blocks of which bytes have changed.
  mutating func change(_ bytes: Range<Int>) -> [Int] {
    guard !bytes.isEmpty else { return [] }
    var hit: [Int] = []
    for number in live {
      let block = blocks[number]
      if bytes.overlaps(block.canary) { blocks[number].isSmashed = true }
      if bytes.overlaps(block.surroundings) { blocks[number].isNearDamage = true }
      guard bytes.overlaps(block.bytes) else { continue }
      hit.append(number)
      blocks[number].key = nil
    }
    return hit.sorted()
  }
}
