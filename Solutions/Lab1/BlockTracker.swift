import AllocLab

/// An allocation tracker over tables with open addressing, and a heap of events that wait for their turn.
///
/// **Idea.** Everything is counted when an event is applied, so that most questions only read; what is kept is what lives.
///
///     record ──► numbers: lost? doubled? ──► held: the smallest stamp leaves ──► apply
///                (last one by thread)        (a heap of `window` stamps)           │
///                                                                                  ▼
///            blocks  [address | birth | size | site]     found by address, gone at the end
///            sites   [site | blocks | bytes]             gone with their last live block
///            classes [blocks | bytes | requests] × 64    lifetimes [blocks] × 64     ends: ring of 64
///
/// **Held events.** A binary heap has stamps and places, events stay where they are in an array. One that is older than all that is
/// held, when as many are held as may be, is applied at once and never gets into the heap.
///
/// **Tables.** Linear probing, at most half full, with removal by moving back what follows: no tombstones, so that a table that is used for
/// hours is as fast as a new one. Addresses may be any word: an entry is vacant if its birth is 0, a site's if it has no block.
///
/// **Reuse.** Most addresses are not among the last 64 ends. A count of how many of these have a hash says so, mostly, without a search.
///
/// **Invariants.** The blocks' sums are those of the sites and of the classes. Held are no more than `window` events, none of which has a
/// smaller stamp than one that was applied. The counts of hashes are those of the ring.
///
/// **Costs.** O(log window) an event, mostly for what leaves the heap; four looks into tables. 32 bytes a block and 24 a site, twice to four
/// times that in tables.
///
/// Source: Knuth, The Art of Computer Programming 3, 6.4, algorithms L and R; 5.2.3 for the heap.
public struct BlockTracker: AllocationTracker, ~Copyable {
  let window: Int
  var held = HeldEvents()
  private(set) var appliedStamp: UInt64 = 0
  private var threads = LinearTable<LastNumber>()

  private(set) var blocks = LinearTable<Block>()
  private(set) var sites = LinearTable<Site>()
  private(set) var classes = Array(repeating: SizeClass(), count: 64)
  private var lifetimeCounts = Array(repeating: 0, count: 64)
  private(set) var total = LiveTotal()
  private var most = LivePeak()
  private(set) var ends = LastEnds()
  private var reused = AddressReuse()
  private var anomalies: [AnomalyRecord] = []

  /// What is known of a live block.
  struct Block: TableEntry {
    var key: UInt64
    var birth: UInt64
    var size: Int
    var site: UInt64

    static var vacant: Block { Block(key: 0, birth: 0, size: 0, site: 0) }
    var isVacant: Bool { birth == 0 }
  }

  struct Site: TableEntry {
    var key: UInt64
    var live: LiveTotal

    static var vacant: Site { Site(key: 0, live: LiveTotal()) }
    var isVacant: Bool { live.blocks == 0 }
  }

  struct SizeClass {
    var live = LiveTotal()
    var requests = 0
  }

  /// The number of the last event that came of a thread.
  struct LastNumber: TableEntry {
    var key: UInt64
    var number: UInt64

    static var vacant: LastNumber { LastNumber(key: 0, number: 0) }
    var isVacant: Bool { number == 0 }
  }

  public init(window: Int) { self.window = window }

  // MARK: - Arrival

  public mutating func record(_ event: AllocationEvent) {
    guard isNew(event) else { return }
    guard held.count >= window else { return held.insert(event) }
    if let first = held.smallestStamp, first < event.stamp {
      apply(held.replaceSmallest(with: event))
    } else {
      apply(event)
    }
  }

  private mutating func isNew(_ event: AllocationEvent) -> Bool {
    let thread = UInt64(event.thread)
    let place = threads.place(of: thread)
    let last = place.map { threads[$0].number } ?? 0
    guard event.number > last else {
      anomalies.append(AnomalyRecord(kind: .doubled, thread: event.thread, number: event.number))
      return false
    }
    if event.number > last + 1 {
      anomalies.append(
        AnomalyRecord(kind: .lost, thread: event.thread, number: last + 1, detail: event.number - last - 1))
    }
    if let place {
      threads[place].number = event.number
    } else {
      threads.insert(LastNumber(key: thread, number: event.number))
    }
    return true
  }

  public mutating func finish() {
    while let event = held.removeSmallest() { apply(event) }
  }

  // MARK: - Effects

  private mutating func apply(_ event: AllocationEvent) {
    appliedStamp = event.stamp
    switch event.kind {
    case .allocate: begin(event, birth: event.stamp)
    case .deallocate:
      guard let place = blocks.place(of: event.address) else { return note(.unknown, event, event.address) }
      let block = remove(at: place)
      lifetimeCounts[63 - (event.stamp - block.birth).leadingZeroBitCount] += 1
      ends.append(event.address, thread: event.thread)
    case .reallocate: reallocate(event)
    }
    most.blocks = max(most.blocks, total.blocks)
    if total.bytes > most.bytes { (most.bytes, most.stamp) = (total.bytes, event.stamp) }
  }

  private mutating func reallocate(_ event: AllocationEvent) {
    guard let place = blocks.place(of: event.oldAddress) else {
      note(.unknown, event, event.oldAddress)
      return begin(event, birth: event.stamp)
    }
    let old = remove(at: place)
    if event.address == event.oldAddress {
      add(event, birth: old.birth)
    } else {
      ends.append(event.oldAddress, thread: event.thread)
      begin(event, birth: old.birth)
    }
  }

  private mutating func begin(_ event: AllocationEvent, birth: UInt64) {
    if let place = blocks.place(of: event.address) {
      note(.overwritten, event, event.address)
      _ = remove(at: place)
    }
    if let thread = ends.thread(of: event.address) {
      reused.count += 1
      if thread != event.thread { reused.byOtherThreads += 1 }
    }
    add(event, birth: birth)
  }

  private mutating func note(_ kind: AnomalyRecord.Kind, _ event: AllocationEvent, _ address: UInt64) {
    anomalies.append(AnomalyRecord(kind: kind, thread: event.thread, number: event.number, detail: address))
  }

  private mutating func add(_ event: AllocationEvent, birth: UInt64) {
    let number = Self.sizeClass(event.size)
    blocks.insert(Block(key: event.address, birth: birth, size: event.size, site: event.site))
    total.add(event.size)
    classes[number].live.add(event.size)
    classes[number].requests += 1
    if let place = sites.place(of: event.site) {
      sites[place].live.add(event.size)
    } else {
      sites.insert(Site(key: event.site, live: LiveTotal(blocks: 1, bytes: event.size)))
    }
  }

  private mutating func remove(at place: Int) -> Block {
    let block = blocks.remove(at: place)
    total.remove(block.size)
    classes[Self.sizeClass(block.size)].live.remove(block.size)
    if let place = sites.place(of: block.site) {
      if sites[place].live.blocks > 1 { sites[place].live.remove(block.size) } else { _ = sites.remove(at: place) }
    }
    return block
  }

  static func sizeClass(_ size: Int) -> Int { size > 1 ? Int.bitWidth - (size - 1).leadingZeroBitCount : 0 }

  // MARK: - Answers

  public mutating func live() -> LiveTotal { total }

  public mutating func peak() -> LivePeak { most }

  public mutating func reuse() -> AddressReuse { reused }

  public mutating func sizeClasses(_ list: inout ProfileList<SizeClassRecord>) {
    for (number, its) in classes.enumerated() where its.requests > 0 {
      list.append(SizeClassRecord(sizeClass: number, live: its.live, requests: its.requests))
    }
  }

  public mutating func lifetimes(_ list: inout ProfileList<LifetimeRecord>) {
    for (logarithm, blocks) in lifetimeCounts.enumerated() where blocks > 0 {
      list.append(LifetimeRecord(logarithm: logarithm, blocks: blocks))
    }
  }

  public mutating func topSites(_ count: Int, _ list: inout ProfileList<SiteRecord>) {
    let sorted = sites.entries.sorted { ($1.live.bytes, $0.key) < ($0.live.bytes, $1.key) }
    for site in sorted.prefix(count) { list.append(SiteRecord(site: site.key, live: site.live)) }
  }

  public mutating func takeAnomalies(_ list: inout ProfileList<AnomalyRecord>) {
    for anomaly in anomalies { list.append(anomaly) }
    anomalies = []
  }
}

extension LiveTotal {
  fileprivate mutating func add(_ size: Int) {
    blocks += 1
    bytes += size
  }

  fileprivate mutating func remove(_ size: Int) {
    blocks -= 1
    bytes -= size
  }
}
