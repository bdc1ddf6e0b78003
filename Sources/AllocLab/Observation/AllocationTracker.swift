/// Follows what a program asks for and gives back, event by event, and says at any time how things stand.
///
/// **Events** come from the program's threads, each of which numbers its own 1, 2, 3, … and stamps them with the time. Of one thread they
/// arrive in the order of their numbers. No two events have the same stamp, and of one thread later ones have greater stamps. An event
/// may get *lost*, and may be *doubled*: come again, at any time after it came first.
///
/// **Arrival.** Say the last number that came of a thread is n, 0 before its first event. An event with number n + 1 or more is *new*; if it
/// is more than n + 1, those between are lost for good, which is one anomaly. One with number n or less is doubled, which is an anomaly,
/// and changes nothing else.
///
/// **Order.** Threads hand over what they note in their own time, so events arrive late: behind at most `window` new events with greater
/// stamps. So that many are *held*: of all new events those `window` with the greatest stamps, or all where there are no more. The others are
/// *applied*, in the order of their stamps. All answers, but for anomalies at arrival, are about applied events alone.
///
/// **Effects** of an event when it is applied, by its kind:
///
/// - *allocate*: if a block is live at `address`, that is the anomaly *overwritten*, and the old block is live no more: its end got lost, so
///   that it neither counts as an end nor has a lifetime. A block of `size` bytes asked for at `site` *begins* at `address`, and is born at
///   the event's stamp.
/// - *deallocate*: the block at `address` *ends*, and has had the lifetime from its birth to the event's stamp. If none is live there, that is
///   the anomaly *unknown*, and nothing else happens.
/// - *reallocate*: if no block is live at `oldAddress`, that is the anomaly *unknown*, and the rest is as if `address` were allocated. If
///   `address` is `oldAddress`, the block has the new size and site, and neither begins nor ends. Else the block at `oldAddress` *ends*, without
///   a lifetime, and then *begins* at `address`, where one that is live is overwritten as above; it has the new size and site. Either way it
///   keeps its birth.
///
/// A block is live where it begins, and nowhere else: that blocks overlap is nobody's concern here. Addresses and sites are any words, 0
/// among them.
///
/// **Memory.** What is kept is bounded by the blocks that were ever live at once, the window, the threads, and the anomalies that were not
/// taken: never by how many events there were. Sites and addresses of blocks that are gone are forgotten, but for the last 64 ends.
public protocol AllocationTracker: ~Copyable {
  /// A tracker that has heard of nothing.
  ///
  /// - Parameter window: behind how many events with greater stamps an event may arrive; from 0, for none, to 4096.
  init(window: Int)

  /// Takes an event in.
  ///
  /// - Complexity: O(log window), amortised, however many blocks are live.
  mutating func record(_ event: AllocationEvent)

  /// Applies all that is held, since no more events come. It may be called again, and then nothing happens.
  mutating func finish()

  /// What is live.
  ///
  /// - Complexity: O(1), as `peak()` and `reuse()`.
  mutating func live() -> LiveTotal

  /// The most that has been live.
  mutating func peak() -> LivePeak

  /// How many blocks began where one had just ended. "Just" means: among the last 64 ends before this begin, of blocks anywhere.
  mutating func reuse() -> AddressReuse

  /// Appends a record for each class of sizes that was ever asked for, smallest first.
  mutating func sizeClasses(_ list: inout ProfileList<SizeClassRecord>)

  /// Appends a record for each logarithm of lifetimes that blocks have had, smallest first.
  mutating func lifetimes(_ list: inout ProfileList<LifetimeRecord>)

  /// Appends the sites with the most live bytes, the most first; of sites with equally many the one with the smaller word comes first.
  ///
  /// - Parameter count: how many at most, from 0 on. Sites without a live block are none; those whose blocks have 0 bytes are.
  /// - Complexity: O(live sites × log live sites).
  mutating func topSites(_ count: Int, _ list: inout ProfileList<SiteRecord>)

  /// Appends the anomalies that were noticed since this was called last, in the order in which they were noticed: at arrival first, then
  /// those of events that are applied because of it. They are forgotten then.
  mutating func takeAnomalies(_ list: inout ProfileList<AnomalyRecord>)
}

/// A request that a program made of its allocator, and that was served.
@frozen public struct AllocationEvent: Equatable, Sendable {
  @frozen public enum Kind: UInt64, Sendable {
    case allocate = 1
    case deallocate = 2
    case reallocate = 3
  }

  public var kind: Kind
  /// Of the program's threads, from 0 to 65,535.
  public var thread: Int
  /// Counted by the thread from 1 on; less than 2⁴⁰.
  public var number: UInt64
  /// When it happened, from 1 to 2⁶³ - 1.
  public var stamp: UInt64
  /// Where the block is, from now on or up to now.
  public var address: UInt64
  /// Where the block was, if it is reallocated; else 0.
  public var oldAddress: UInt64
  /// In bytes, from 0 to 2⁴⁰; 0 if the block is deallocated. All live blocks together have less than 2⁶² bytes.
  public var size: Int
  /// Which place in the program's code asked for it; 0 if the block is deallocated.
  public var site: UInt64

  @inlinable public init(
    _ kind: Kind, thread: Int, number: UInt64, stamp: UInt64, address: UInt64, oldAddress: UInt64 = 0, size: Int = 0,
    site: UInt64 = 0
  ) {
    self.kind = kind
    self.thread = thread
    self.number = number
    self.stamp = stamp
    self.address = address
    self.oldAddress = oldAddress
    self.size = size
    self.site = site
  }
}
