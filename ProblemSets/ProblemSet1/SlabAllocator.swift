import AllocLab

/// A slab allocator (Bonwick 1994): a cache of objects that stay constructed while they are free.
///
/// Describe your design here: what a slab looks like (a drawing helps), how the slab of an object is found, which lists
/// there are and when a slab moves from one to another, what is always true between two calls, and what they cost.
@frozen public struct SlabAllocator: ObjectCache, ~Copyable {
  /// The heap. Other caches grow it too, so what you get from one `grow` need not follow what you got from the last.
  @usableFromInline let heap: Heap
  /// Size and alignment of an object, and how one is constructed.
  @usableFromInline let objects: ObjectDescription
  // TODO: the cache's state. Which slabs have free objects, which are full, and which are empty?

  @inlinable public init(heap: Heap, objects: ObjectDescription) {
    self.heap = heap
    self.objects = objects
    // TODO: choose how large a slab is and how many objects it holds. At least 7/8 of a slab should be objects.
  }

  /// An object in its constructed state, or nil where there is no room.
  @inlinable public mutating func allocate() -> Address? {
    // TODO: take a free object from a slab that is partly used; else from an empty one; else set up a new slab. Call
    // `objects.construct` once for an object, before it is handed out for the first time.
    nil
  }

  /// Takes back an object, which is in its constructed state, and must stay so.
  @inlinable public mutating func deallocate(_ address: Address) {
    // TODO: find the slab, note that the object is free (but not inside the object), and put the slab into another list
    // if it was full, or is empty now.
  }

  /// Gives back the memory of all slabs that are empty.
  @inlinable public mutating func reap() -> Int {
    // TODO: decommit the empty slabs, and remember their addresses for later. Their objects are gone, and so are their
    // records: all bytes read as zero.
    0
  }
}
