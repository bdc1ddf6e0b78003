import AllocLab

/// A hash table with chains, held events in no order, and hardly any sums: what is asked is counted then, from the live blocks.
public struct BlockTracker: AllocationTracker, ~Copyable {
  private struct Node {
    var address: UInt64
    var birth: UInt64
    var size: Int
    var site: UInt64
    /// The next of the chain, or of the vacant ones; -1 for none. Size -1 if it is vacant.
    var next: Int
  }

  private let window: Int
  private var held: [AllocationEvent] = []
  private var threads: [(thread: Int, number: UInt64)] = []
  private var nodes: [Node] = []
  private var chains = Array(repeating: -1, count: 64)
  private var vacant = -1
  private var total = LiveTotal()
  private var most = LivePeak()
  private var reused = AddressReuse()
  private var requests = Array(repeating: 0, count: 64)
  private var lives = Array(repeating: 0, count: 64)
  /// The last ends, the latest first.
  private var ends: [(address: UInt64, thread: Int)] = []
  private var anomalies: [AnomalyRecord] = []

  public init(window: Int) { self.window = window }

  public mutating func record(_ event: AllocationEvent) {
    guard comes(event) else { return }
    held.append(event)
    if held.count > window { applyFirst() }
  }

  public mutating func finish() { while !held.isEmpty { applyFirst() } }

  private mutating func applyFirst() {
    var first = 0
    for place in held.indices where held[place].stamp < held[first].stamp { first = place }
    held.swapAt(first, held.count - 1)
    apply(held.removeLast())
  }

  private mutating func comes(_ event: AllocationEvent) -> Bool {
    var place = threads.startIndex
    while place < threads.endIndex, threads[place].thread != event.thread { place += 1 }
    if place == threads.endIndex { threads.append((event.thread, 0)) }
    let last = threads[place].number
    if event.number <= last {
      anomalies.append(AnomalyRecord(kind: .doubled, thread: event.thread, number: event.number))
      return false
    }
    if event.number != last + 1 {
      anomalies.append(
        AnomalyRecord(kind: .lost, thread: event.thread, number: last + 1, detail: event.number - (last + 1)))
    }
    threads[place].number = event.number
    return true
  }

  // MARK: - The table

  private func chain(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address ^ address >> 29) &* 0xbf58_476d_1ce4_e5b9 >> 20) & (chains.count - 1)
  }

  private mutating func remove(_ address: UInt64) -> Node? {
    let chain = chain(address)
    var (before, place) = (-1, chains[chain])
    while place >= 0, nodes[place].address != address { (before, place) = (place, nodes[place].next) }
    guard place >= 0 else { return nil }
    let node = nodes[place]
    if before < 0 { chains[chain] = node.next } else { nodes[before].next = node.next }
    (nodes[place].size, nodes[place].next) = (-1, vacant)
    vacant = place
    total.blocks -= 1
    total.bytes -= node.size
    return node
  }

  private mutating func insert(_ event: AllocationEvent, birth: UInt64) {
    if total.blocks > chains.count { rehash() }
    let chain = chain(event.address)
    let node = Node(address: event.address, birth: birth, size: event.size, site: event.site, next: chains[chain])
    if vacant >= 0 {
      chains[chain] = vacant
      vacant = nodes[vacant].next
      nodes[chains[chain]] = node
    } else {
      chains[chain] = nodes.count
      nodes.append(node)
    }
    total.blocks += 1
    total.bytes += event.size
    requests[sizeClass(event.size)] += 1
  }

  private mutating func rehash() {
    chains = Array(repeating: -1, count: 4 * chains.count)
    for place in nodes.indices where nodes[place].size >= 0 {
      let chain = chain(nodes[place].address)
      nodes[place].next = chains[chain]
      chains[chain] = place
    }
  }

  // MARK: - Effects

  private mutating func apply(_ event: AllocationEvent) {
    var birth = event.stamp
    var isInPlace = false
    if event.kind != .allocate {
      let address = event.kind == .deallocate ? event.address : event.oldAddress
      if let old = remove(address) {
        isInPlace = event.kind == .reallocate && event.address == address
        if !isInPlace {
          ends.insert((address, event.thread), at: 0)
          if ends.count > 64 { ends.removeLast() }
        }
        if event.kind == .deallocate {
          lives[63 - (event.stamp - old.birth).leadingZeroBitCount] += 1
        } else {
          birth = old.birth
        }
      } else {
        note(.unknown, event, address)
      }
    }
    if event.kind != .deallocate {
      if !isInPlace { begin(event) }
      insert(event, birth: birth)
    }
    if total.bytes > most.bytes { (most.bytes, most.stamp) = (total.bytes, event.stamp) }
    most.blocks = max(most.blocks, total.blocks)
  }

  private mutating func begin(_ event: AllocationEvent) {
    if remove(event.address) != nil { note(.overwritten, event, event.address) }
    guard let end = ends.first(where: { $0.address == event.address }) else { return }
    reused.count += 1
    if end.thread != event.thread { reused.byOtherThreads += 1 }
  }

  private mutating func note(_ kind: AnomalyRecord.Kind, _ event: AllocationEvent, _ address: UInt64) {
    anomalies.append(AnomalyRecord(kind: kind, thread: event.thread, number: event.number, detail: address))
  }

  private func sizeClass(_ size: Int) -> Int { (0...63).first { size <= 1 << $0 } ?? 63 }

  // MARK: - Answers

  public mutating func live() -> LiveTotal { total }
  public mutating func peak() -> LivePeak { most }
  public mutating func reuse() -> AddressReuse { reused }

  public mutating func sizeClasses(_ list: inout ProfileList<SizeClassRecord>) {
    var live = Array(repeating: LiveTotal(), count: 64)
    for node in nodes where node.size >= 0 {
      live[sizeClass(node.size)].blocks += 1
      live[sizeClass(node.size)].bytes += node.size
    }
    for number in 0..<64 where requests[number] > 0 {
      list.append(SizeClassRecord(sizeClass: number, live: live[number], requests: requests[number]))
    }
  }

  public mutating func lifetimes(_ list: inout ProfileList<LifetimeRecord>) {
    for number in 0..<64 where lives[number] > 0 {
      list.append(LifetimeRecord(logarithm: number, blocks: lives[number]))
    }
  }

  public mutating func topSites(_ count: Int, _ list: inout ProfileList<SiteRecord>) {
    var records: [SiteRecord] = []
    for node in nodes.filter({ $0.size >= 0 }).sorted(by: { $0.site < $1.site }) {
      if records.last?.site != node.site { records.append(SiteRecord(site: node.site, live: LiveTotal())) }
      records[records.count - 1].live.blocks += 1
      records[records.count - 1].live.bytes += node.size
    }
    records.sort { ($0.live.bytes, $1.site) > ($1.live.bytes, $0.site) }
    for record in records.prefix(count) { list.append(record) }
  }

  public mutating func takeAnomalies(_ list: inout ProfileList<AnomalyRecord>) {
    for record in anomalies { list.append(record) }
    anomalies = []
  }
}
