import Examining
import Vocabularies

/// What is true of a program's blocks: where they lie, which are live and which are kept, and which bytes around them are damaged.
///
/// It knows where blocks lie, which the subject says, and what the program did, which the trace says; what the program wrote, the judge wrote.
struct DebuggedBlocks {
  enum State { case live, kept, gone }

  struct Block {
    let base: Int
    let size: Int
    let family: Int
    /// Sites, as reports have them.
    let madeAt: UInt64
    var endedAt: UInt64?
    /// The index of the operation that made it.
    let origin: Int
    var state = State.live
    /// The key of the pattern that its bytes hold; nil where nobody knows what they hold.
    var key: UInt64?
    /// Whether bytes were damaged since it has ended.
    var wasDamaged = false

    /// Its bytes and its tags'.
    var span: Range<Int> { base - MisuseVocabulary.tag..<base + size + MisuseVocabulary.tag }

    var description: String {
      "the block of operation \(origin), \(size == 1 ? "1 byte" : "\(size) bytes") at \(hexadecimal(UInt64(base)))"
    }
  }

  /// How often what must have room fits into the heap.
  static let share = 8

  private(set) var blocks: [Block] = []
  private let heapLimit: Int
  /// Bytes of blocks and tags that are live or kept.
  private var taken: LiveBytes
  /// By its first byte, the number of the block that was made there last.
  private var numbers: [Int: Int] = [:]
  /// The numbers of live blocks, and of kept ones.
  private(set) var live: Set<Int> = []
  /// Blocks that ended, in that order, and the place of the first that is kept.
  private var ended: [Int] = []
  private var firstKept = 0
  private var keptBytes = 0
  /// By block, which of its bytes are damaged: how far each is from what it was.
  private var damage: [Int: [Int: UInt8]] = [:]
  private(set) var room: BoundsRoom

  init(heapLimit: Int) {
    self.heapLimit = heapLimit
    taken = LiveBytes(byteCount: heapLimit)
    room = BoundsRoom(heapLimit: heapLimit, objectLimit: .max, share: Self.share)
  }

  /// Another heap.
  mutating func restart() {
    for number in live { remove(number) }
    for number in ended[firstKept...] { remove(number) }
    blocks.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    live.removeAll(keepingCapacity: true)
    ended.removeAll(keepingCapacity: true)
    damage.removeAll(keepingCapacity: true)
    (firstKept, keptBytes) = (0, 0)
    room = BoundsRoom(heapLimit: heapLimit, objectLimit: .max, share: Self.share)
  }

  private mutating func remove(_ number: Int) {
    let span = blocks[number].span
    taken.remove(span.lowerBound, span.count)
  }

  /// What a block takes at most, but for powers of two.
  static func extent(_ size: Int) -> Int { size <= 1 << 40 ? size + 2 * MisuseVocabulary.tag : size }

  // MARK: - Blocks

  /// The block that is live or kept and begins at an address.
  func number(at address: Int) -> Int? {
    numbers[address].flatMap { blocks[$0].state == .gone ? nil : $0 }
  }

  /// The block that is live or kept and whose byte an address is, or whose tags'.
  ///
  /// - Complexity: O(1) for first bytes, O(blocks) for others.
  func owner(of address: Int) -> Int? {
    number(at: address) ?? live.first { blocks[$0].span.contains(address) }
      ?? ended[firstKept...].first { blocks[$0].span.contains(address) }
  }

  /// A block with whose bytes others would overlap.
  func blockOverlapping(_ bytes: Range<Int>) -> Block? {
    blocks.last { $0.state != .gone && $0.span.overlaps(bytes) }
  }

  /// Begins a block that lies in the heap with its tags.
  ///
  /// - Returns: its number; nil, with nothing changed, where it would share a byte with others.
  mutating func begin(_ base: Int, _ size: Int, family: Int, site: UInt64, origin: Int) -> Int? {
    let block = Block(base: base, size: size, family: family, madeAt: site, origin: origin)
    guard taken.insert(block.span.lowerBound, block.span.count) else { return nil }
    blocks.append(block)
    numbers[base] = blocks.count - 1
    live.insert(blocks.count - 1)
    room.add(Self.extent(size))
    return blocks.count - 1
  }

  /// The program has filled a block.
  mutating func fill(_ number: Int, key: UInt64) { blocks[number].key = key }

  // MARK: - What has to be told

  /// What has to be told of an address that is to end and is no live block's first byte; nil where it is one.
  func wrongFree(_ address: Int, at site: UInt64) -> MisuseClaim? {
    guard let number = owner(of: address) else { return MisuseClaim(.wildFree, block: address, foundAt: site) }
    let block = blocks[number]
    guard address == block.base else {
      return claim(.innerFree, number, offset: address - block.base, at: site)
    }
    return block.state == .live ? nil : claim(.doubleFree, number, at: site)
  }

  /// What has to be told of a live block that is to end; its tags are sound then.
  mutating func lookOver(_ number: Int, family: Int, at site: UInt64) -> [MisuseClaim] {
    let wrong = blocks[number].family == family ? [] : [claim(.mismatchedFree, number, at: site)]
    return takeDamage(of: number, at: site) + wrong
  }

  /// Ends a live block: it is kept from now on, and others are let go.
  ///
  /// - Returns: what has to be told of those.
  mutating func end(_ number: Int, at site: UInt64) -> [MisuseClaim] {
    live.remove(number)
    blocks[number].state = .kept
    blocks[number].endedAt = site
    blocks[number].key = nil
    ended.append(number)
    keptBytes += charge(number)
    var claims: [MisuseClaim] = []
    while keptBytes > MisuseVocabulary.keptBytes(heapLimit: heapLimit) {
      let oldest = ended[firstKept]
      claims += takeDamage(of: oldest, at: site)
      firstKept += 1
      keptBytes -= charge(oldest)
      remove(oldest)
      blocks[oldest].state = .gone
      room.remove(Self.extent(blocks[oldest].size))
    }
    return claims
  }

  private func charge(_ number: Int) -> Int { MisuseVocabulary.charge(blocks[number].size) ?? heapLimit }

  /// What has to be told when everything is looked at.
  mutating func check(at site: UInt64) -> [MisuseClaim] {
    damage.keys.sorted().flatMap { takeDamage(of: $0, at: site) }
  }

  /// What has to be told of blocks that are live still.
  func leaks(at site: UInt64) -> [MisuseClaim] { live.map { claim(.leak, $0, at: site) } }

  private func claim(
    _ kind: MisuseVocabulary.Kind, _ number: Int, offset: Int = 0, count: Int = 0, at site: UInt64
  ) -> MisuseClaim {
    let block = blocks[number]
    return MisuseClaim(
      kind, block: block.base, size: block.size, offset: offset, count: count, madeAt: block.madeAt,
      endedAt: block.endedAt, foundAt: site)
  }

  private mutating func takeDamage(of number: Int, at site: UInt64) -> [MisuseClaim] {
    guard let bytes = damage.removeValue(forKey: number) else { return [] }
    let size = blocks[number].size
    let parts: [(MisuseVocabulary.Kind, (Int) -> Bool)] = [
      (.underflow, { $0 < 0 }), (.overflow, { $0 >= size }), (.writeAfterFree, { $0 >= 0 && $0 < size }),
    ]
    return parts.compactMap { kind, isPart in
      let damaged = bytes.keys.filter(isPart)
      guard let first = damaged.min(), let last = damaged.max() else { return nil }
      return claim(kind, number, offset: first, count: last - first + 1, at: site)
    }
  }

  // MARK: - Damage

  /// Which bytes of a block and its tags a write may change: of a live block the tags' alone.
  func writable(_ number: Int, from offset: Int, count: Int) -> [Int] {
    let block = blocks[number]
    guard block.state != .gone, count > 0 else { return [] }
    let tag = MisuseVocabulary.tag
    let bytes = (offset..<offset + count).clamped(to: -tag..<block.size + tag)
    return bytes.filter { block.state == .kept || $0 < 0 || $0 >= block.size }
  }

  /// Whether bytes of a block, or of its tags, are damaged.
  func isDamaged(_ number: Int) -> Bool { damage[number] != nil }

  /// A byte is further from what it was than before.
  mutating func change(_ number: Int, at offset: Int, by difference: UInt8) {
    let sum = (damage[number]?[offset] ?? 0) &+ difference
    // After some more changes it is what it was.
    damage[number, default: [:]][offset] = sum == 0 ? nil : sum
    if damage[number]?.isEmpty ?? false { damage[number] = nil }
    blocks[number].wasDamaged = true
  }
}
