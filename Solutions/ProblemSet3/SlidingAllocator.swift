import AllocLab

/// Slides blocks together, as LISP2's collector did (Knuth, *The Art of Computer Programming*, volume 1, 2.3.5, exercise 33; Jones, Hosking
/// and Moss, *The Garbage Collection Handbook*, 3.2), and takes the same three passes for a few blocks at a time.
///
///     0                                    top                          table                    limit
///     +----+------+------+----+------+------+ - - - - - - - - - - - - - - +------+------+---+------+
///     | B3 | hole | B0   | B7 | hole | B2   |  never used, or given back  |  n-1 |      | 1 |   0  |  handles
///     +----+------+------+----+------+------+ - - - - - - - - - - - - - - +------+------+---+------+
///
/// A handle is an index into a table that grows from the heap's far end towards the blocks: no page of it is touched before it is needed, and
/// neither has to move for the other. An entry is the block's address, or, with its lowest bit set, the next handle that is not in use.
///
///     block at a - 16:  | total | flags | pins |  handle | references | slack |  payload: fields first  |
///                       0                      8                             16 = a
///     hole:             | total | flags        |  next   |  previous  | …                     |  total  |
///
/// **Moving.** A block's *new* address is written into the table, while it still lies at its old one: that is all the room that a move takes, and it is there
/// already. Then every reference field is looked at: the block that it refers to still has its header in front of it, the header says the handle, and the
/// table what the field must hold. Then the blocks are copied, the lowest first, so that none slides onto bytes that are still needed.
///
///     plan      table[h(b)] = where b goes          for each b that moves
///     redirect  field = table[h(block at field)]    for each field of each block
///     move      copy b to table[h(b)]               in the order of addresses
///
/// Compaction plans for all blocks: each moves down to the end of the one before; pinned ones stay, and the others pass them by. A step first
/// *evacuates*: what lies above the line at which the heap would end without holes has to move at least once, so it goes into holes below the line that
/// it fits best. Only where no hole fits any of them, blocks slide down behind the lowest hole, as far as the budget goes, which joins holes. Both make the
/// sum of all addresses smaller, so steps come to an end.
///
/// **Costs.** `allocate` and `deallocate` O(1) but for a search among holes of nearly the same size; `compact()` and `step(budget:)` O(blocks + fields), and what
/// they copy. 16 bytes a block, 8 a handle, nothing a move.
///
/// **Invariants** are executed by `invariantViolations()`.
public struct SlidingAllocator: CompactingAllocator, ~Copyable {
  let heap: Heap
  /// Behind the last block.
  var top = 0
  /// No page at or above this has been touched since it was given back, but for the table's.
  var touchedEnd = 0
  /// Handles that the table has, and the first that is not in use: 2 · index + 1, or -1 for none.
  var handleCount = 0
  var freeHandle = Self.noHandle
  /// By class, the first hole of at least 2ᵏ⁺⁴ bytes and less than twice that; -1 for none.
  var bins = [32 of Int](repeating: -1)
  /// Bytes of all holes.
  var holeBytes = 0

  public init(heap: Heap) {
    self.heap = heap
    // Pages cost nothing before they are touched.
    _ = heap.grow(by: heap.limit)
  }

  // MARK: - The program's side

  public mutating func allocate(_ size: Int, references: Int) -> Handle? {
    guard size <= heap.end.offset else { return nil }
    let total = Self.header + max(16, (size + 15) & ~15)
    let table = freeHandle == Self.noHandle ? entry(handleCount) : tableEnd
    guard top <= table else { return nil }
    let place: Int
    if let hole = takeHole(total) {
      place = hole
    } else {
      guard top + total <= table else { return nil }
      place = top
      top += total
      touchedEnd = max(touchedEnd, top)
      setWord(place, total)
    }
    let handle = takeHandle()
    setWord(entry(handle), place + Self.header)
    setWord(place + 8, handle | references << 32 | (total - Self.header - size) << 48)
    for field in 0..<references { setWord(place + Self.header + 8 * field, Self.noReference) }
    return Handle(word: UInt64(handle))
  }

  public mutating func deallocate(_ handle: Handle) {
    let index = Int(handle.word)
    let place = word(entry(index)) - Self.header
    setWord(entry(index), freeHandle)
    freeHandle = index << 1 | 1
    makeHole(place, total(place))
  }

  public borrowing func address(of handle: Handle) -> Address { Address(word(entry(Int(handle.word)))) }

  public mutating func setReference(_ field: Int, of source: Handle, to target: Handle?) {
    var value = Self.noReference
    if let target { value = word(entry(Int(target.word))) }
    setWord(word(entry(Int(source.word))) + 8 * field, value)
  }

  public mutating func pin(_ handle: Handle) -> Address {
    let address = word(entry(Int(handle.word)))
    setWord(address - Self.header, word(address - Self.header) + Self.onePin)
    return Address(address)
  }

  public mutating func unpin(_ handle: Handle) {
    let place = word(entry(Int(handle.word))) - Self.header
    setWord(place, word(place) - Self.onePin)
  }

  public mutating func compact() {
    let (moved, end) = planSliding(budget: .max)
    if moved != nil {
      redirect()
      slide(to: end)
    }
    giveBackTop()
    giveBackHoles()
  }

  public mutating func step(budget: Int) -> Int {
    // What less would gain is not worth a move.
    guard holeBytes >= Heap.pageSize + top / 64 else {
      giveBackTop()
      return 0
    }
    if let moved = planEvacuation(above: top - holeBytes, budget: budget) {
      redirect()
      evacuate()
      giveBackTop()
      return moved
    }
    let (moved, end) = planSliding(budget: budget)
    if let moved {
      redirect()
      slide(to: end)
      giveBackTop()
      return moved
    }
    giveBackTop()
    giveBackHoles()
    return 0
  }

  // MARK: - Words

  static var header: Int { 16 }
  static var noHandle: Int { -1 }
  static var onePin: Int { 1 << 48 }
  static var isHole: Int { 1 }
  static var followsHole: Int { 2 }

  func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  func setWord(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }

  /// Where a handle's entry is.
  func entry(_ index: Int) -> Int { heap.end.offset & ~7 - 8 * (index + 1) }
  /// The lowest byte of the table.
  var tableEnd: Int { entry(handleCount - 1) }

  /// Bytes of the block or hole at `place`, with its header.
  func total(_ place: Int) -> Int { word(place) & (Self.onePin - 16) }
  func pins(_ place: Int) -> Int { word(place) >> 48 }
  func isHole(_ place: Int) -> Bool { word(place) & Self.isHole != 0 }
  func handle(_ place: Int) -> Int { word(place + 8) & 0xffff_ffff }
  func references(_ place: Int) -> Int { word(place + 8) >> 32 & 0xffff }
  /// The size that was asked for.
  func size(_ place: Int) -> Int { total(place) - Self.header - word(place + 8) >> 48 }

  private mutating func takeHandle() -> Int {
    guard freeHandle != Self.noHandle else {
      handleCount += 1
      return handleCount - 1
    }
    let index = freeHandle >> 1
    freeHandle = word(entry(index))
    return index
  }
}
