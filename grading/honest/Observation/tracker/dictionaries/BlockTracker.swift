import AllocLab

/// Dictionaries for all there is; held events in an array that is sorted by stamps, the smallest last.
public struct BlockTracker: AllocationTracker, ~Copyable {
  private struct Block {
    var size: Int
    var site: UInt64
    var birth: UInt64
  }

  private struct End {
    var address: UInt64
    var thread: Int
  }

  private let window: Int
  private var held: [AllocationEvent] = []
  private var last: [Int: UInt64] = [:]
  private var blocks: [UInt64: Block] = [:]
  private var sites: [UInt64: LiveTotal] = [:]
  private var classes: [Int: SizeClassRecord] = [:]
  private var lives: [Int: Int] = [:]
  private var now = LiveTotal()
  private var top = LivePeak()
  private var again = AddressReuse()
  private var noted: [AnomalyRecord] = []
  /// By number, and the latest number of an address.
  private var ends: [Int: End] = [:]
  private var endOf: [UInt64: Int] = [:]
  private var endCount = 0

  public init(window: Int) { self.window = window }

  public mutating func record(_ event: AllocationEvent) {
    let expected = last[event.thread, default: 0] + 1
    if event.number < expected {
      noted.append(AnomalyRecord(kind: .doubled, thread: event.thread, number: event.number))
      return
    }
    if event.number > expected {
      noted.append(
        AnomalyRecord(kind: .lost, thread: event.thread, number: expected, detail: event.number - expected))
    }
    last[event.thread] = event.number
    var (low, high) = (0, held.count)
    while low < high {
      let middle = (low + high) / 2
      if held[middle].stamp > event.stamp { low = middle + 1 } else { high = middle }
    }
    held.insert(event, at: low)
    if held.count > window, let next = held.popLast() { apply(next) }
  }

  public mutating func finish() { while let next = held.popLast() { apply(next) } }

  private mutating func apply(_ event: AllocationEvent) {
    switch event.kind {
    case .allocate: put(event, birth: event.stamp, isNew: true)
    case .deallocate:
      if let block = take(event.address) {
        lives[logarithm(event.stamp - block.birth), default: 0] += 1
        end(event.address, event.thread)
      } else {
        note(.unknown, event, event.address)
      }
    case .reallocate:
      if let block = take(event.oldAddress) {
        if event.address != event.oldAddress { end(event.oldAddress, event.thread) }
        put(event, birth: block.birth, isNew: event.address != event.oldAddress)
      } else {
        note(.unknown, event, event.oldAddress)
        put(event, birth: event.stamp, isNew: true)
      }
    }
    if now.bytes > top.bytes {
      top.bytes = now.bytes
      top.stamp = event.stamp
    }
    if now.blocks > top.blocks { top.blocks = now.blocks }
  }

  private mutating func note(_ kind: AnomalyRecord.Kind, _ event: AllocationEvent, _ address: UInt64) {
    noted.append(AnomalyRecord(kind: kind, thread: event.thread, number: event.number, detail: address))
  }

  private mutating func put(_ event: AllocationEvent, birth: UInt64, isNew: Bool) {
    if isNew {
      if take(event.address) != nil { note(.overwritten, event, event.address) }
      if let number = endOf[event.address], let end = ends[number] {
        again.count += 1
        again.byOtherThreads += end.thread == event.thread ? 0 : 1
      }
    }
    blocks[event.address] = Block(size: event.size, site: event.site, birth: birth)
    count(event.size, event.site, 1)
    classes[sizeClass(event.size)]?.requests += 1
  }

  private mutating func take(_ address: UInt64) -> Block? {
    guard let block = blocks.removeValue(forKey: address) else { return nil }
    count(block.size, block.site, -1)
    return block
  }

  private mutating func count(_ size: Int, _ site: UInt64, _ sign: Int) {
    let number = sizeClass(size)
    now.blocks += sign
    now.bytes += sign * size
    var total = sites[site] ?? LiveTotal()
    total.blocks += sign
    total.bytes += sign * size
    sites[site] = total.blocks == 0 ? nil : total
    var record = classes[number] ?? SizeClassRecord(sizeClass: number, live: LiveTotal(), requests: 0)
    record.live.blocks += sign
    record.live.bytes += sign * size
    classes[number] = record
  }

  private mutating func end(_ address: UInt64, _ thread: Int) {
    ends[endCount] = End(address: address, thread: thread)
    endOf[address] = endCount
    endCount += 1
    guard let old = ends.removeValue(forKey: endCount - 65) else { return }
    if endOf[old.address] == endCount - 65 { endOf[old.address] = nil }
  }

  private func sizeClass(_ size: Int) -> Int {
    var number = 0
    while 1 << number < size { number += 1 }
    return number
  }

  private func logarithm(_ time: UInt64) -> Int {
    var (number, rest) = (0, time)
    while rest > 1 {
      rest /= 2
      number += 1
    }
    return number
  }

  public mutating func live() -> LiveTotal { now }
  public mutating func peak() -> LivePeak { top }
  public mutating func reuse() -> AddressReuse { again }

  public mutating func sizeClasses(_ list: inout ProfileList<SizeClassRecord>) {
    for record in classes.values.sorted(by: { $0.sizeClass < $1.sizeClass }) { list.append(record) }
  }

  public mutating func lifetimes(_ list: inout ProfileList<LifetimeRecord>) {
    for (logarithm, blocks) in lives.sorted(by: { $0.key < $1.key }) {
      list.append(LifetimeRecord(logarithm: logarithm, blocks: blocks))
    }
  }

  public mutating func topSites(_ count: Int, _ list: inout ProfileList<SiteRecord>) {
    var best: [SiteRecord] = []
    for (site, live) in sites { best.append(SiteRecord(site: site, live: live)) }
    best.sort { $0.live.bytes == $1.live.bytes ? $0.site < $1.site : $0.live.bytes > $1.live.bytes }
    for record in best.prefix(count) { list.append(record) }
  }

  public mutating func takeAnomalies(_ list: inout ProfileList<AnomalyRecord>) {
    for record in noted { list.append(record) }
    noted.removeAll()
  }
}
