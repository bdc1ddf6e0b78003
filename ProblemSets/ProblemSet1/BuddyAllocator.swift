import AllocLab

/// A buddy system: blocks of 2ᵏ bytes at multiples of 2ᵏ, which split and coalesce.
///
/// Describe your design here: where the records are and what they say (a drawing helps), how the buddy of a block is
/// found and how it is known to be free, what is always true between two calls, and what they cost.
@frozen public struct BuddyAllocator: BuddySystem, ~Copyable {
  public let heap: Heap
  /// Blocks lie in 0 ..< capacity. What the heap can hold beyond that is for your records.
  public let capacity: Int
  // TODO: the free lists, one for each order, and perhaps which of them are not empty.

  @inlinable public init(heap: Heap) {
    self.heap = heap
    capacity = Self.capacity(of: heap)
    // TODO: let the heap grow, and begin with one free block of everything. Pages that you do not touch cost nothing,
    // and new memory is zero: there is no need to write to all of your records.
  }

  /// A block of the smallest power of two that is at least `layout.size` and `layout.alignment`.
  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    // TODO: find the smallest free block that is large enough, and split it until it fits. Beware of sizes that no
    // block can have: `Int.max` is one.
    nil
  }

  /// Frees a block, and joins it with its buddy for as long as that is free too.
  @inlinable public mutating func deallocate(_ address: Address) {
    // TODO: nobody tells you how large the block is, so it has to be on record.
  }

  // TODO, when all else works: `reallocate` has a default that always moves the block. Yours can often leave it where
  // it is. What if the new size fits the block? What if the buddy behind it is free?
}
