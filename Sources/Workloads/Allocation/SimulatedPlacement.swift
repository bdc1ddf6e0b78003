/// Where a textbook allocator would place blocks in a heap without end, in units: what an adversary is written against.
///
/// Free units are joined at once. Source of the policies: Knuth, The Art of Computer Programming, volume 1, section 2.5.
package struct SimulatedPlacement {
  package enum Policy: Sendable, CaseIterable {
    /// The free block that lies lowest.
    case firstFit
    /// The smallest one, and of those the one that lies lowest.
    case bestFit
    /// The first behind the place of the last request.
    case nextFit
  }

  private let policy: Policy
  /// Free blocks below the end, by their address.
  private var free: [Range<Int>] = []
  private(set) var end = 0
  /// Where the last block ended.
  private var rover = 0

  package init(_ policy: Policy) { self.policy = policy }

  /// Places a block.
  ///
  /// - Returns: its address.
  /// - Complexity: O(free blocks).
  package mutating func allocate(_ count: Int) -> Int {
    guard let place = fit(count) else {
      let address = end
      end += count
      rover = end
      return address
    }
    let address = free[place].lowerBound
    rover = address + count
    if free[place].count == count { free.remove(at: place) } else { free[place] = rover..<free[place].upperBound }
    return address
  }

  private func fit(_ count: Int) -> Int? {
    let fitting = free.indices.lazy.filter { free[$0].count >= count }
    switch policy {
    case .firstFit: return fitting.first
    case .bestFit: return fitting.min { free[$0].count < free[$1].count }
    case .nextFit: return fitting.first { free[$0].lowerBound >= rover } ?? fitting.first
    }
  }

  /// Frees a block.
  ///
  /// - Complexity: O(free blocks).
  package mutating func deallocate(_ address: Int, _ count: Int) {
    var (low, high) = (0, free.count)
    while low < high {
      let middle = (low + high) / 2
      if free[middle].lowerBound < address { low = middle + 1 } else { high = middle }
    }
    var joined = address..<address + count
    if low < free.count, free[low].lowerBound == joined.upperBound {
      joined = joined.lowerBound..<free[low].upperBound
      free.remove(at: low)
    }
    if low > 0, free[low - 1].upperBound == joined.lowerBound {
      joined = free[low - 1].lowerBound..<joined.upperBound
      low -= 1
      free.remove(at: low)
    }
    if joined.upperBound == end { end = joined.lowerBound } else { free.insert(joined, at: low) }
  }
}

extension AllocationTraceBuilder {
  /// Robson's bad program against an allocator that is simulated: in step i, what does not lie across one address in each 2^i is freed, and
  /// blocks of 2^i units are asked for.
  ///
  /// No allocator that cannot move blocks gets by without (log2 n) / 2 + 1 times what is live, if the program looks at its
  /// addresses (Robson 1971, 1974); this one has looked at those of the policy. What is left at the end is live.
  ///
  /// - Parameters:
  ///   - unit: bytes of the smallest block.
  ///   - live: units that are live at most, a multiple of twice the largest.
  ///   - largest: units of the largest block, a power of two.
  package mutating func robson(against policy: SimulatedPlacement.Policy, unit: Int, live: Int, largest: Int) {
    var heap = SimulatedPlacement(policy)
    var blocks: [(block: Block, address: Int, size: Int)] = []
    for _ in 0..<live { blocks.append((take(unit), heap.allocate(1), 1)) }
    var (used, offset, size) = (live, 0, 2)
    func crosses(_ block: (block: Block, address: Int, size: Int), _ offset: Int) -> Bool {
      (offset - block.address) & (size - 1) < block.size
    }
    while size <= largest {
      // Of the two residues, the one whose blocks leave more of their neighbourhood unused.
      let other = offset + size / 2
      func waste(_ offset: Int) -> Int {
        blocks.reduce(0) { $0 + (crosses($1, offset) ? size - $1.size : 0) }
      }
      if waste(other) >= waste(offset) { offset = other }
      for block in blocks where !crosses(block, offset) {
        release(block.block)
        heap.deallocate(block.address, block.size)
        used -= block.size
      }
      blocks.removeAll { !crosses($0, offset) }
      while used + size <= live {
        blocks.append((take(unit * size), heap.allocate(size), size))
        used += size
      }
      size *= 2
    }
    for block in blocks { adopt(block.block) }
  }
}
