// Chunks of powers of two. Of each power there is an array of free ones, out of all of which one is drawn at random. A large block has a
// chunk of its own, of which all pages but its own are protected. What is known of blocks is in a dictionary, so that an address is either
// that of a block, exactly, or of none. A chunk that is used again must be poison from end to end.

import AllocLab

public struct HardenedHeap: HardenedAllocator, ~Copyable {
  private enum State { case live, ended, condemned }

  private struct Block {
    let chunk: Int
    let order: Int
    let size: Int
    var state = State.live
  }

  private let heap: Heap
  private let key: UInt64
  private var blocks: [Int: Block] = [:]
  private var free: [[Int]] = Array(repeating: [], count: 40)
  /// Chunks that were never used, and are zero.
  private var isUsed: Set<Int> = []
  private var queue: [Int] = []
  private var first = 0
  private var remembered = 0

  public init(heap: Heap) {
    self.heap = heap
    key = heap.random() | 1
    _ = heap.grow(by: 4096)
  }

  private func canary(_ base: Int) -> UInt64 {
    let product = (UInt64(base) ^ key).multipliedFullWidth(by: key)
    return product.high ^ product.low
  }

  private func log(_ bytes: Int) -> Int { Int.bitWidth - (bytes - 1).leadingZeroBitCount }

  private func body(_ size: Int) -> Int { (size + 4095) & ~4095 }

  private func isLarge(_ size: Int) -> Bool { size >= 16 << 10 }

  public mutating func allocate(_ layout: Layout) throws(MemoryCorruption) -> Address? {
    let size = layout.size
    guard size <= heap.limit else { return nil }
    let order = log(max(32, layout.alignment, isLarge(size) ? body(size) + 8192 : size + 8))
    let count = isLarge(size) ? 1 : order <= 11 ? 80 : 4
    if free[order].count < count { refill(order, count) }
    guard !free[order].isEmpty else { return nil }
    let place = Int(heap.random() % UInt64(free[order].count))
    let chunk = free[order][place]
    free[order][place] = free[order][free[order].count - 1]
    free[order].removeLast()
    if isLarge(size) {
      let base = chunk + 4096
      heap.protect(.none, at: Address(chunk), byteCount: 1 << order)
      heap.protect(.readWrite, at: Address(base), byteCount: body(size))
      heap.fill(at: Address(base), byteCount: body(size))
      for byte in size..<min(body(size), size + 8) {
        heap.store(UInt8(truncatingIfNeeded: canary(base + byte)), at: Address(base + byte))
      }
      blocks[base] = Block(chunk: chunk, order: order, size: size)
      return Address(base)
    }
    if isUsed.contains(chunk) {
      for byte in stride(from: chunk, to: chunk + 1 << order, by: 8)
      where heap.load(UInt64.self, at: Address(byte)) != 0x0101_0101_0101_0101 * UInt64(Self.poison) {
        throw .writeAfterFree
      }
    }
    isUsed.insert(chunk)
    heap.fill(at: Address(chunk), byteCount: size)
    heap.store(canary(chunk), at: Address(chunk + size))
    blocks[chunk] = Block(chunk: chunk, order: order, size: size)
    return Address(chunk)
  }

  /// More free chunks, from the heap's end.
  private mutating func refill(_ order: Int, _ count: Int) {
    let step = max(4096, 1 << order)
    while free[order].count < count, let start = heap.grow(by: step)?.offset {
      for chunk in stride(from: start, to: start + step, by: 1 << order) { free[order].append(chunk) }
    }
  }

  public mutating func deallocate(_ address: Address) throws(MemoryCorruption) {
    guard var block = blocks[address.offset] else { throw .invalidFree }
    switch block.state {
    case .ended: throw .doubleFree
    case .condemned: throw .overflow
    case .live: break
    }
    guard isWhole(address.offset, block) else {
      block.state = .condemned
      blocks[address.offset] = block
      throw .overflow
    }
    if isLarge(block.size) {
      heap.fill(at: address, byteCount: block.size)
      heap.protect(.none, at: address, byteCount: body(block.size))
    } else {
      heap.fill(at: address, byteCount: 1 << block.order, with: Self.poison)
    }
    block.state = .ended
    blocks[address.offset] = block
    queue.append(address.offset)
    remembered += charge(block)
    while remembered > heap.limit / 64 { forget() }
  }

  private func isWhole(_ base: Int, _ block: Block) -> Bool {
    guard isLarge(block.size) else { return heap.load(UInt64.self, at: Address(base + block.size)) == canary(base) }
    for byte in block.size..<min(body(block.size), block.size + 8)
    where heap.load(UInt8.self, at: Address(base + byte)) != UInt8(truncatingIfNeeded: canary(base + byte)) {
      return false
    }
    return true
  }

  private func charge(_ block: Block) -> Int { 64 + 1 << log(max(16, block.size)) }

  private mutating func forget() {
    guard let block = blocks.removeValue(forKey: queue[first]) else { return }
    first += 1
    remembered -= charge(block)
    if isLarge(block.size) {
      // It may be a small block's next.
      heap.protect(.readWrite, at: Address(block.chunk), byteCount: 1 << block.order)
      heap.fill(at: Address(block.chunk), byteCount: 1 << block.order, with: Self.poison)
      isUsed.insert(block.chunk)
    }
    free[block.order].append(block.chunk)
    if first > 4096 {
      queue.removeFirst(first)
      first = 0
    }
  }
}
