/// Live blocks, and their bytes.
@frozen public struct LiveTotal: Equatable, Sendable {
  public var blocks: Int
  public var bytes: Int

  @inlinable public init(blocks: Int = 0, bytes: Int = 0) {
    self.blocks = blocks
    self.bytes = bytes
  }
}

/// The most that has lived at once.
@frozen public struct LivePeak: Equatable, Sendable {
  /// The most live bytes there were after any applied event; 0 before the first.
  public var bytes: Int
  /// The stamp of the first event after which there were as many bytes; 0 where `bytes` is.
  public var stamp: UInt64
  /// The most live blocks there were after any applied event, which need not be the same one.
  public var blocks: Int

  @inlinable public init(bytes: Int = 0, stamp: UInt64 = 0, blocks: Int = 0) {
    self.bytes = bytes
    self.stamp = stamp
    self.blocks = blocks
  }
}

/// How often an address was used again soon.
@frozen public struct AddressReuse: Equatable, Sendable {
  /// Begins at addresses that are among the last 64 ends.
  public var count: Int
  /// Those of them by another thread than that of the end; where the address ended more than once, of its latest end.
  public var byOtherThreads: Int

  @inlinable public init(count: Int = 0, byOtherThreads: Int = 0) {
    self.count = count
    self.byOtherThreads = byOtherThreads
  }
}

/// Blocks of sizes that are alike.
@frozen public struct SizeClassRecord: ProfileRecord {
  /// The smallest k for which 2ᵏ is no less than the size: 0 for 0 and 1 bytes, 3 for 5 to 8.
  public var sizeClass: Int
  /// Of live blocks.
  public var live: LiveTotal
  /// How many allocations and reallocations have been applied that asked for a size of this class.
  public var requests: Int

  @inlinable public init(sizeClass: Int, live: LiveTotal, requests: Int) {
    self.sizeClass = sizeClass
    self.live = live
    self.requests = requests
  }
}

/// Blocks that lived about as long.
@frozen public struct LifetimeRecord: ProfileRecord {
  /// The largest k for which 2ᵏ is no more than the lifetime: 0 for 1, 2 for 4 to 7.
  public var logarithm: Int
  public var blocks: Int

  @inlinable public init(logarithm: Int, blocks: Int) {
    self.logarithm = logarithm
    self.blocks = blocks
  }
}

/// The live blocks that were asked for at one place of the program.
@frozen public struct SiteRecord: ProfileRecord {
  public var site: UInt64
  public var live: LiveTotal

  @inlinable public init(site: UInt64, live: LiveTotal) {
    self.site = site
    self.live = live
  }
}

/// Something that cannot be, if the stream of events is whole.
@frozen public struct AnomalyRecord: ProfileRecord {
  @frozen public enum Kind: UInt64, Sendable {
    /// Events are missing: `number` is the first one's, `detail` how many there are.
    case lost = 1
    /// An event came again: `number` is its, `detail` 0.
    case doubled = 2
    /// Where no block is live one was to end: `number` is the event's, `detail` the address.
    case unknown = 3
    /// A block was to begin where one is live: `number` is the event's, `detail` the address.
    case overwritten = 4
  }

  public var kind: Kind
  public var thread: Int
  public var number: UInt64
  public var detail: UInt64

  @inlinable public init(kind: Kind, thread: Int, number: UInt64, detail: UInt64 = 0) {
    self.kind = kind
    self.thread = thread
    self.number = number
    self.detail = detail
  }
}

// MARK: - Words

extension SizeClassRecord {
  @inlinable public static var wordCount: Int { 4 }

  @inlinable public func word(_ place: Int) -> UInt64 {
    let number =
      switch place {
      case 0: sizeClass
      case 1: live.blocks
      case 2: live.bytes
      default: requests
      }
    return UInt64(bitPattern: Int64(number))
  }

  @inlinable public init?(word: (Int) -> UInt64) {
    self.init(
      sizeClass: Int(truncatingIfNeeded: word(0)),
      live: LiveTotal(blocks: Int(truncatingIfNeeded: word(1)), bytes: Int(truncatingIfNeeded: word(2))),
      requests: Int(truncatingIfNeeded: word(3)))
  }
}

extension LifetimeRecord {
  @inlinable public static var wordCount: Int { 2 }

  @inlinable public func word(_ place: Int) -> UInt64 { UInt64(bitPattern: Int64(place == 0 ? logarithm : blocks)) }

  @inlinable public init?(word: (Int) -> UInt64) {
    self.init(logarithm: Int(truncatingIfNeeded: word(0)), blocks: Int(truncatingIfNeeded: word(1)))
  }
}

extension SiteRecord {
  @inlinable public static var wordCount: Int { 3 }

  @inlinable public func word(_ place: Int) -> UInt64 {
    place == 0 ? site : UInt64(bitPattern: Int64(place == 1 ? live.blocks : live.bytes))
  }

  @inlinable public init?(word: (Int) -> UInt64) {
    self.init(
      site: word(0),
      live: LiveTotal(blocks: Int(truncatingIfNeeded: word(1)), bytes: Int(truncatingIfNeeded: word(2))))
  }
}

extension AnomalyRecord {
  @inlinable public static var wordCount: Int { 4 }

  @inlinable public func word(_ place: Int) -> UInt64 {
    switch place {
    case 0: kind.rawValue
    case 1: UInt64(bitPattern: Int64(thread))
    case 2: number
    default: detail
    }
  }

  @inlinable public init?(word: (Int) -> UInt64) {
    guard let kind = Kind(rawValue: word(0)) else { return nil }
    self.init(kind: kind, thread: Int(truncatingIfNeeded: word(1)), number: word(2), detail: word(3))
  }
}
