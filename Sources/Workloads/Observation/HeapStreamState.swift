/// What is true of a heap after each change of a stream, found from its blocks: free runs are the gaps between neighbours.
package struct HeapStreamState: Sendable {
  package private(set) var blocks: [UInt64: HeapStream.Block] = [:]
  /// By address.
  package private(set) var regions: [HeapStream.Region] = []
  private var addresses: AddressSet
  /// Lengths of runs that the last change took away, and of those that it brought.
  package private(set) var lost: [UInt64] = []
  package private(set) var gained: [UInt64] = []
  /// Whether the last change was a snapshot, so that all runs before it are gone.
  package private(set) var isAnew = false
  /// Bytes of all regions; and those that live blocks were asked for, and take.
  package private(set) var (heap, requested, taken): (UInt64, UInt64, UInt64) = (0, 0, 0)

  /// - Parameter stream: all whose blocks there will be.
  package init(for stream: HeapStream) {
    var known: [UInt64] = []
    for event in stream.events {
      switch event.change {
      case .begin(let block): known.append(block.address)
      case .snapshot(_, let blocks): known += blocks.map(\.address)
      default: break
      }
    }
    addresses = AddressSet(of: known)
  }

  /// Makes a change, if it is possible.
  ///
  /// - Returns: whether it is.
  package mutating func apply(_ change: HeapStream.Change) -> Bool {
    lost.removeAll(keepingCapacity: true)
    gained.removeAll(keepingCapacity: true)
    isAnew = false
    switch change {
    case .begin(let block): return begin(block)
    case .end(let address): return end(address)
    case .map(let region): return map(region)
    case .resize(let region): return resize(region)
    case .unmap(let start):
      guard let place = place(of: start), tail(of: regions[place]) == start else { return false }
      note(&lost, regions[place].end - start)
      heap &-= regions[place].end - start
      regions.remove(at: place)
      return true
    case .snapshot(let regions, let blocks):
      let before = self
      (self.regions, self.blocks) = ([], [:])
      (heap, requested, taken) = (0, 0, 0)
      addresses.removeAll()
      guard regions.allSatisfy({ map($0) }), blocks.allSatisfy({ begin($0) }) else {
        self = before
        return false
      }
      findAllRuns(regions, blocks)
      isAnew = true
      return true
    }
  }

  private mutating func findAllRuns(_ regions: [HeapStream.Region], _ blocks: [HeapStream.Block]) {
    (lost, gained) = ([], [])
    var next = 0
    for region in regions {
      var cursor = region.start
      while next < blocks.count, blocks[next].address < region.end {
        note(&gained, blocks[next].address &- cursor)
        cursor = blocks[next].end
        next += 1
      }
      note(&gained, region.end &- cursor)
    }
  }

  /// An empty run is none.
  private func note(_ lengths: inout [UInt64], _ length: UInt64) { if length > 0 { lengths.append(length) } }

  private mutating func begin(_ block: HeapStream.Block) -> Bool {
    guard block.taken > 0, block.requested <= block.taken, block.taken <= .max - block.address,
      let region = region(around: block.address), block.end <= region.end
    else { return false }
    let (start, end) = gap(around: block.address, to: block.address, in: region)
    guard start <= block.address, block.end <= end else { return false }
    note(&lost, end - start)
    note(&gained, block.address - start)
    note(&gained, end - block.end)
    blocks[block.address] = block
    addresses.insert(block.address)
    requested &+= block.requested
    taken &+= block.taken
    return true
  }

  private mutating func end(_ address: UInt64) -> Bool {
    guard let block = blocks.removeValue(forKey: address), let region = region(around: address) else { return false }
    addresses.remove(address)
    requested &-= block.requested
    taken &-= block.taken
    let (start, end) = gap(around: address, to: block.end, in: region)
    note(&lost, address - start)
    note(&lost, end - block.end)
    note(&gained, end - start)
    return true
  }

  /// Where the last block below `first` ends, and the first from `last` on begins; or the region does.
  private func gap(around first: UInt64, to last: UInt64, in region: HeapStream.Region) -> (UInt64, UInt64) {
    let before = addresses.last(below: first).flatMap { blocks[$0] }.map(\.end) ?? 0
    let after = addresses.first(from: last) ?? .max
    return (max(before, region.start), min(after, region.end))
  }

  private mutating func map(_ region: HeapStream.Region) -> Bool {
    guard region.start <= region.end else { return false }
    let place = regions.firstIndex { $0.start >= region.start } ?? regions.count
    let lowest = place > 0 ? regions[place - 1].end : 0
    guard lowest <= region.start, place == regions.count || regions[place].start > region.start,
      place == regions.count || regions[place].start >= region.end
    else { return false }
    regions.insert(region, at: place)
    heap &+= region.end - region.start
    note(&gained, region.end - region.start)
    return true
  }

  private mutating func resize(_ region: HeapStream.Region) -> Bool {
    guard let place = place(of: region.start), region.start <= region.end else { return false }
    let old = regions[place]
    let tail = tail(of: old)
    let limit = place + 1 < regions.count ? regions[place + 1].start : .max
    guard tail <= region.end, region.end <= limit else { return false }
    regions[place].end = region.end
    heap = heap &- old.end &+ region.end
    note(&lost, old.end - tail)
    note(&gained, region.end - tail)
    return true
  }

  /// Where the last block of a region ends, or it starts.
  private func tail(of region: HeapStream.Region) -> UInt64 {
    max(region.start, addresses.last(below: region.end).flatMap { blocks[$0] }.map(\.end) ?? 0)
  }

  private func place(of start: UInt64) -> Int? { regions.firstIndex { $0.start == start } }

  private func region(around address: UInt64) -> HeapStream.Region? {
    guard let place = regions.lastPlace(where: { $0.start <= address }), address < regions[place].end else {
      return nil
    }
    return regions[place]
  }
}

extension HeapStream {
  /// The stream without what is impossible, once something else was left out; times never decrease.
  ///
  /// - Parameter isKept: asked of each event by its place.
  /// - Returns: also for each event whether it stayed.
  package func keeping(_ isKept: (Int) -> Bool) -> (stream: HeapStream, stayed: [Bool]) {
    var state = HeapStreamState(for: self)
    var kept = HeapStream()
    var stayed = Array(repeating: false, count: events.count)
    for (place, event) in events.enumerated() where isKept(place) && state.apply(event.change) {
      stayed[place] = true
      var event = event
      if case .snapshot = event.change {} else { event.time = max(event.time, kept.events.last?.time ?? 0) }
      kept.events.append(event)
    }
    return (kept, stayed)
  }
}
