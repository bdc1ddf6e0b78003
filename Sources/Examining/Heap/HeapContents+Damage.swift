import Vocabularies

/// Payload bytes that are not as their block's owner wrote them.
package struct DamagedBytes: Sendable, Equatable {
  package let block: HeapContents.Block
  /// From the first wrong byte to the last.
  package let bytes: Range<Int>

  package init(block: HeapContents.Block, bytes: Range<Int>) {
    self.block = block
    self.bytes = bytes
  }
}

extension HeapContents {
  /// Looks at the payload of every live block that lies inside the heap.
  ///
  /// - Parameters:
  ///   - end: the heap's; what does not lie below it was never written.
  ///   - limit: the most blocks that are reported.
  /// - Complexity: O(live bytes).
  package func damage(in heap: HeapView, end: Int, limit: Int = 64) -> [DamagedBytes] {
    var found: [DamagedBytes] = []
    for block in blocks.values where found.count < limit {
      guard block.size > format.reservedBytes, block.bytes.upperBound <= min(end, heap.byteCount) else { continue }
      let payload = block.address + format.reservedBytes
      let key = PayloadPattern.key(ofOperation: UInt64(block.pattern))
      let patterned = unfilled.flatMap { $0.slot == block.slot ? $0.patterned : nil } ?? block.size
      let count = patterned - format.reservedBytes
      guard count > 0, let first = heap.firstDifference(at: payload, count: count, key: key) else { continue }
      var last = count - 1
      while last > first, heap.byte(at: payload + last) == PayloadPattern.byte(at: last, key: key) { last -= 1 }
      found.append(DamagedBytes(block: block, bytes: payload + first..<payload + last + 1))
    }
    return found.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
  }
}
