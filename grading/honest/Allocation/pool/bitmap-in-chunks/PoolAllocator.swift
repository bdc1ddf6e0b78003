// A pool that remembers free blocks in bitmaps, so nothing is ever written into a block. A chunk has 2ⁿ bytes and lies at a multiple
// of that, so a block's chunk is found by its address. The heap's last chunk is as large as what is left.
//
//     chunk                                first block
//     | next | hint | free | count | bits … | block | block | …            a set bit is a free block
//
// Chunks with a free block are in a list, by their number plus one; a full one is taken off its front. Bits are searched from the
// word `hint`, before which none is set.

import AllocLab

public struct PoolAllocator: BlockPool, ~Copyable {
  private let heap: Heap
  private let stride: Int
  private let alignment: Int
  private let chunkBytes: Int
  /// The number of the first chunk with a free block, plus one; 0 for none.
  private var open: UInt32 = 0

  private static var header: Int { 16 }

  public init(heap: Heap, block: Layout) {
    self.heap = heap
    alignment = block.alignment
    stride = block.stride ?? .max
    var bytes = 64 << 10
    while bytes < 1 << 40, bytes / 64 < stride { bytes *= 2 }
    chunkBytes = bytes
  }

  public mutating func allocate() -> Address? {
    guard open != 0 || addChunk() else { return nil }
    let chunk = Int(open - 1) * chunkBytes
    var word = Int(heap.load(UInt32.self, at: Address(chunk + 4)))
    var bits = heap.load(UInt64.self, at: bitmap(chunk, word))
    while bits == 0 {
      word += 1
      bits = heap.load(UInt64.self, at: bitmap(chunk, word))
    }
    let number = word * 64 + bits.trailingZeroBitCount
    heap.store(bits & (bits - 1), at: bitmap(chunk, word))
    heap.store(UInt32(word), at: Address(chunk + 4))
    let left = heap.load(UInt32.self, at: Address(chunk + 8)) - 1
    heap.store(left, at: Address(chunk + 8))
    if left == 0 { open = heap.load(UInt32.self, at: Address(chunk)) }
    return Address(firstBlock(chunk) + number * stride)
  }

  public mutating func deallocate(_ address: Address) {
    let chunk = address.offset / chunkBytes * chunkBytes
    let number = (address.offset - firstBlock(chunk)) / stride
    let place = bitmap(chunk, number / 64)
    heap.store(heap.load(UInt64.self, at: place) | 1 << UInt64(number % 64), at: place)
    let hint = heap.load(UInt32.self, at: Address(chunk + 4))
    heap.store(min(hint, UInt32(number / 64)), at: Address(chunk + 4))
    let left = heap.load(UInt32.self, at: Address(chunk + 8))
    heap.store(left + 1, at: Address(chunk + 8))
    guard left == 0 else { return }
    heap.store(open, at: Address(chunk))
    open = UInt32(chunk / chunkBytes + 1)
  }

  private func bitmap(_ chunk: Int, _ word: Int) -> Address { Address(chunk + Self.header + word * 8) }

  /// How many blocks fit behind the header of a chunk of so many bytes.
  private func capacity(_ bytes: Int) -> Int {
    guard bytes > Self.header, stride <= bytes else { return 0 }
    // A bit for each; rounding to words and to the alignment may cost some.
    var count = (bytes - Self.header) * 8 / (stride * 8 + 1)
    while count > 0, blocksOffset(count) + count * stride > bytes { count -= 1 }
    return count
  }

  /// Where, in a chunk, the blocks begin if there are so many.
  private func blocksOffset(_ count: Int) -> Int {
    Address(Self.header + (count + 63) / 64 * 8).alignedUp(to: alignment).offset
  }

  private func firstBlock(_ chunk: Int) -> Int {
    chunk + blocksOffset(Int(heap.load(UInt32.self, at: Address(chunk + 12))))
  }

  private mutating func addChunk() -> Bool {
    let chunk = heap.end.offset
    guard chunk % chunkBytes == 0 else { return false }
    let bytes = min(chunkBytes, heap.limit - chunk)
    let count = capacity(bytes)
    guard count > 0, heap.grow(by: bytes) != nil else { return false }
    heap.store(UInt32(count), at: Address(chunk + 8))
    heap.store(UInt32(count), at: Address(chunk + 12))
    for word in 0..<(count + 63) / 64 {
      let bits = min(64, count - word * 64)
      heap.store(bits == 64 ? UInt64.max : 1 << UInt64(bits) - 1, at: bitmap(chunk, word))
    }
    open = UInt32(chunk / chunkBytes + 1)
    return true
  }
}
