import AllocLab

/// A naive model of what an allocator has handed out: which bytes are whose, and what was written there.
struct LiveBlocks {
  struct Block {
    let address: Address
    let size: Int
    let mark: UInt64
  }

  let heap: Heap
  private(set) var blocks: [Block] = []
  private var marks: UInt64 = 0
  /// Bytes at the start of every block that are not written.
  var reservedBytes = 0

  init(heap: Heap) { self.heap = heap }

  /// Notes a new block and fills it, once it is found sound; returns what is wrong with it.
  mutating func add(_ address: Address, size: Int, alignment: Int, room: Int? = nil) -> String? {
    if !address.isAligned(to: alignment) { return "\(address.offset) is not aligned to \(alignment)" }
    if address.offset < 0 || address.offset + size > room ?? heap.end.offset { return "\(address.offset) is outside" }
    for block in blocks where overlaps(block, address, size) {
      return "\(address.offset), \(size) bytes, overlaps \(block.address.offset), \(block.size) bytes"
    }
    marks += 1
    blocks.append(Block(address: address, size: size, mark: marks))
    fill(blocks[blocks.count - 1])
    return nil
  }

  /// Forgets block number `index`, after looking at its bytes.
  mutating func remove(at index: Int) -> (block: Block, fault: String?) {
    let block = blocks[index]
    let fault = faults(of: block, upTo: block.size)
    blocks.swapAt(index, blocks.count - 1)
    blocks.removeLast()
    return (block, fault)
  }

  /// The first byte of `block`, now at `address`, that is not what was written.
  func faults(of block: Block, at address: Address? = nil, upTo count: Int) -> String? {
    let start = address ?? block.address
    for offset in stride(from: reservedBytes, to: count, by: 1)
    where heap.load(UInt8.self, at: start + offset) != byte(block.mark, offset) {
      return "byte \(offset) of the block at \(start.offset), \(block.size) bytes, has changed"
    }
    return nil
  }

  /// What is wrong with the bytes of any live block.
  func faults() -> String? { blocks.lazy.compactMap { faults(of: $0, upTo: $0.size) }.first }

  private func overlaps(_ block: Block, _ address: Address, _ size: Int) -> Bool {
    address < block.address + max(block.size, 1) && block.address < address + max(size, 1)
  }

  private func fill(_ block: Block) {
    for offset in stride(from: reservedBytes, to: block.size, by: 1) {
      heap.store(byte(block.mark, offset), at: block.address + offset)
    }
  }

  private func byte(_ mark: UInt64, _ offset: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (mark &+ UInt64(offset)) &* 0x9e37_79b9_7f4a_7c15 >> 56)
  }
}
