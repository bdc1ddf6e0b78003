/// One growable, contiguous region of memory: all that an allocator has to work with.
///
///     0                                   end                        limit
///     +------------------------------------+ - - - - - - - - - - - - - +
///     |  yours: load, store, copy, fill …  |  reached by grow(by:)     |
///     +------------------------------------+ - - - - - - - - - - - - - +
///
/// A heap begins empty. `grow(by:)` moves its end, as `sbrk` does, and new bytes are zero. A page that is never touched costs
/// nothing: what counts as your footprint is the pages you have touched, not how far the heap reaches.
///
/// Every access is bounds-checked, always. One that strays outside `0 ..< end` stops the program there and reports the
/// access's kind, address and size, the heap's end, and where symbols allow the function that made it.
///
/// A `Heap` is a handle: copies of it are the same heap. Keep one in a stored property of your allocator.
@safe @frozen public struct Heap {
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let counters: UnsafeMutablePointer<HeapCounters>
  @usableFromInline let system: UnsafePointer<HeapSystem>

  /// A heap whose bytes begin at `base`, for the framework and for tests.
  ///
  /// The three pointers must stay valid for as long as any copy of this heap is used, and `base` must be followed by
  /// `counters.limit` bytes of memory, zero at first.
  @unsafe public init(
    base: UnsafeMutableRawPointer, counters: UnsafeMutablePointer<HeapCounters>, system: UnsafePointer<HeapSystem>
  ) {
    unsafe self.base = base
    unsafe self.counters = counters
    unsafe self.system = system
  }

  /// Bytes in a page: the grain of `protect`, of `decommit` and of your footprint.
  @inlinable public static var pageSize: Int { 4096 }

  /// The address just past the last byte that may be accessed.
  @inlinable public var end: Address { unsafe Address(counters.pointee.end) }

  /// The most bytes that this heap can ever hold.
  @inlinable public var limit: Int { unsafe counters.pointee.limit }

  /// Moves the end of the heap up by `byteCount` bytes and returns where it was: the first of the new bytes, which are zero.
  ///
  /// - Returns: nil, and nothing changes, where the heap would grow beyond its limit.
  /// - Precondition: `byteCount` is not negative.
  /// - Complexity: O(1). Memory is committed page by page on first touch.
  @inlinable public func grow(by byteCount: Int) -> Address? {
    precondition(byteCount >= 0, "a heap grows by a number of bytes that is not negative")
    let end = unsafe counters.pointee.end
    guard unsafe byteCount <= counters.pointee.limit &- end else { return nil }
    unsafe counters.pointee.end = end &+ byteCount
    unsafe counters.pointee.growCalls &+= 1
    return Address(end)
  }
}

/// What a heap counts; the framework keeps it where the judge can see it.
@frozen public struct HeapCounters: BitwiseCopyable, Sendable {
  /// Bytes from the start to the end.
  public var end: Int
  /// The most that `end` may become.
  public var limit: Int
  /// Successful calls of `grow(by:)`.
  public var growCalls: Int

  /// The counters of an empty heap.
  @inlinable public init(limit: Int) {
    end = 0
    self.limit = limit
    growCalls = 0
  }
}
