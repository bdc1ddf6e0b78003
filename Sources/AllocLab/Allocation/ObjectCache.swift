/// Keeps objects of one type that are expensive to construct: the interface of a *slab allocator* (Bonwick 1994).
///
/// An object is constructed once, when memory for it is first set up, and is handed out in its constructed state. Whoever used
/// it gives it back in that state, so handing it out again costs no construction. Several caches may share a heap.
public protocol ObjectCache: ~Copyable {
  /// A cache of objects as `objects` describes them, over a heap that other caches may also grow.
  init(heap: Heap, objects: ObjectDescription)

  /// An object in its constructed state, or nil where the heap has no room.
  ///
  /// A slab has at most 32 KiB. Of the heap's limit three tenths may go to headers, colours and what slabs leave over, and each cache
  /// may have a slab that is hardly used. Where one cache has the heap to itself, it grows only when no object is free: as long as
  /// fewer are live than were before, by no more than 1 MiB in all, for records.
  ///
  /// Slabs are coloured: what the objects leave over of one goes in front of them, a little more in each new slab. So with 2000 live
  /// objects, no more than three quarters of the slabs have their first object at the same line of 64 bytes of a page. This is asked
  /// of objects of 256 bytes or more, of which slabs of 4, 8, 16 and 32 KiB all leave three lines over after a header of 64 bytes
  /// and two an object.
  mutating func allocate() -> Address?

  /// Takes back the object at `address`, which is live and in its constructed state.
  mutating func deallocate(_ address: Address)

  /// Gives the memory of slabs without a live object back to the system, with `Heap.decommit`.
  ///
  /// The objects in them are constructed anew when their memory is next used. A cache may keep one empty slab, and its records; so
  /// at most 32 KiB stay for each live object, and 64 KiB for each cache.
  /// - Returns: the bytes given back now, the sum of what `decommit` answered: 0 where nothing has changed since the last call.
  mutating func reap() -> Int
}

/// What the objects in a cache look like, and how one is made.
public struct ObjectDescription {
  /// Size and alignment of one object.
  public let layout: Layout
  /// Puts the object at an address into its constructed state. It is expensive: call it no more often than needed.
  public let construct: (Address) -> Void

  /// A description of objects of `layout`, made by `construct`.
  public init(layout: Layout, construct: @escaping (Address) -> Void) {
    self.layout = layout
    self.construct = construct
  }
}
