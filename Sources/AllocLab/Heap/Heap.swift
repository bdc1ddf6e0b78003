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
  /// - Returns: nil, and nothing changes, where the heap would grow beyond its limit, or the system has no memory just now.
  /// - Precondition: `byteCount` is not negative.
  /// - Complexity: O(1). Memory is committed page by page on first touch.
  @inlinable public func grow(by byteCount: Int) -> Address? {
    precondition(byteCount >= 0, "a heap grows by a number of bytes that is not negative")
    let end = unsafe counters.pointee.end
    guard unsafe byteCount <= counters.pointee.limit &- end else { return nil }
    if unsafe counters.pointee.faultPeriod != 0, unsafe counters.pointee.refuses() { return nil }
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
  /// Calls of `grow(by:)` until the first that is refused, or 0 where that is behind.
  @usableFromInline var faultCountdown: Int
  /// How it goes on: 0 where nothing is refused, 1 for the next call alone, 2 for every call, −n for one in n, at random.
  @usableFromInline var faultPeriod: Int
  /// The state of what random refusals are drawn from.
  @usableFromInline var faultState: UInt64
  /// The state of what `random()` draws from.
  @usableFromInline var randomState: UInt64

  /// The counters of an empty heap.
  ///
  /// - Parameter seed: of its random numbers.
  @inlinable public init(limit: Int, seed: UInt64 = 0) {
    end = 0
    self.limit = limit
    growCalls = 0
    faultCountdown = 0
    faultPeriod = 0
    faultState = 0
    randomState = seed
  }

  /// From now on `grow(by:)` fails as `fault` says.
  public mutating func inject(_ fault: GrowthFault) {
    switch fault {
    case .none: (faultCountdown, faultPeriod) = (0, 0)
    case .once(let calls): (faultCountdown, faultPeriod) = (max(calls, 1) - 1, 1)
    case .always(let calls): (faultCountdown, faultPeriod) = (max(calls, 1) - 1, 2)
    case .atRandom(let calls): (faultCountdown, faultPeriod) = (0, -max(calls, 1))
    }
    faultState = UInt64(truncatingIfNeeded: end) &+ 0x9e37_79b9_7f4a_7c15
  }

  /// Whether this call of `grow(by:)` fails, while a fault is armed.
  @usableFromInline @inline(never) mutating func refuses() -> Bool {
    if faultCountdown > 0 {
      faultCountdown -= 1
      return false
    }
    if faultPeriod == 1 { faultPeriod = 0 }
    if faultPeriod >= 0 { return true }
    // Knuth's MMIX generator; its upper half is random enough.
    faultState = faultState &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(truncatingIfNeeded: faultState >> 33) % -faultPeriod == 0
  }
}

/// How a heap refuses to grow, though its limit is not reached: what an allocator must bear.
public enum GrowthFault: Equatable, Sendable {
  /// Not at all.
  case none
  /// The `call`th call of `grow(by:)` from now on fails, counted from 1; those after it do not.
  case once(call: Int)
  /// The `call`th call from now on fails, and every one after it.
  case always(call: Int)
  /// One call in so many fails, at random.
  case atRandom(oneIn: Int)
}
