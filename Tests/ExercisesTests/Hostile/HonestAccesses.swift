import Vocabularies

/// A sanitizer that never does wrong: it keeps a sorted list of objects, and for each the ranges of it that are initialised.
struct HonestAccesses {
  private struct Object {
    let base: Int
    let size: Int
    var isLive = true
    var written = RangeSet<Int>()
    var end: Int { base + size }
  }

  private let limit: Int
  private var names: [Int]
  /// All that live or are remembered, by their bases, which stand sorted beside it.
  private var objects: [Int: Object] = [:]
  private var bases: [Int] = []
  private var ended: [Int] = []
  private var free: [Int: [Int]] = [:]
  private(set) var end = 16

  init(nameCount: Int, limit: Int) {
    names = Array(repeating: AccessVocabulary.noAddress, count: nameCount)
    self.limit = limit
  }

  mutating func perform(_ operation: AccessOperation) -> UInt64 {
    guard operation.name < names.count else { return 0 }
    let base = names[operation.name]
    let isAsked = base != AccessVocabulary.noAddress
    switch operation.kind {
    case .allocate:
      let object = allocate(operation.size)
      names[operation.name] = object ?? AccessVocabulary.noAddress
      return object.map { UInt64($0) } ?? AccessVocabulary.none
    case .point:
      guard operation.other < names.count else { return 0 }
      let start = names[operation.other]
      names[operation.name] = start == AccessVocabulary.noAddress ? start : start &+ operation.distance
      return 0
    case .deallocate: return isAsked ? deallocate(base) : 0
    case .read: return isAsked ? fault(base &+ operation.offset, operation.count) : 0
    case .write:
      guard isAsked else { return 0 }
      let (address, count) = (base &+ operation.offset, operation.count)
      let fault = fault(address, count)
      if fault == 0, count > 0, let object = object(at: address) {
        objects[object]?.written.insert(contentsOf: address..<address + count)
      }
      return fault
    case .use: return isAsked ? use(base &+ operation.offset, operation.count) : 0
    case .copy:
      guard isAsked, operation.other < names.count, names[operation.other] != AccessVocabulary.noAddress else {
        return 0
      }
      return copy(names[operation.other], base, operation.number)
    case nil: return 0
    }
  }

  // MARK: Objects

  /// The place in the list of the last object that begins at or before an address.
  private func place(_ address: Int) -> Int {
    var (low, high) = (0, bases.count)
    while low < high {
      let middle = (low + high) / 2
      if bases[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  /// The object that a byte is in, live or remembered.
  private func object(at byte: Int) -> Int? {
    let place = place(byte)
    guard place >= 0, let object = objects[bases[place]], byte < object.end else { return nil }
    return object.base
  }

  private func block(_ size: Int) -> Int { max(16, 1 << (Int.bitWidth - max(0, size - 1).leadingZeroBitCount)) }

  private mutating func allocate(_ size: Int) -> Int? {
    guard size <= limit else { return nil }
    let block = block(size)
    guard let base = free[block]?.popLast() ?? (block + 16 <= limit - end ? end : nil) else { return nil }
    end = max(end, base + block + 16)
    objects[base] = Object(base: base, size: size)
    bases.insert(base, at: place(base) + 1)
    return base
  }

  private mutating func deallocate(_ address: Int) -> UInt64 {
    guard let object = objects[address] else {
      return AccessVocabulary.fault(5, at: address, object: object(at: address))
    }
    guard object.isLive else { return AccessVocabulary.fault(4, at: address, object: address) }
    objects[address]?.isLive = false
    objects[address]?.written = RangeSet()
    ended.append(address)
    var charges = ended.reduce(0) { $0 + block(objects[$1]?.size ?? 0) + 64 }
    while charges > limit / 32 {
      let gone = ended.removeFirst()
      let size = objects.removeValue(forKey: gone)?.size ?? 0
      charges -= block(size) + 64
      bases.remove(at: place(gone))
      free[block(size), default: []].append(gone)
    }
    return 0
  }

  // MARK: Verdicts

  private func fault(_ address: Int, _ count: Int) -> UInt64 {
    guard count > 0 else { return 0 }
    guard let base = object(at: address), let object = objects[base], object.isLive else { return outside(address) }
    return count <= object.end - address ? 0 : outside(object.end)
  }

  private func outside(_ byte: Int) -> UInt64 {
    if let object = object(at: byte) { return AccessVocabulary.fault(3, at: byte, object: object) }
    let place = place(byte)
    let lower = place >= 0 ? objects[bases[place]] : nil
    let upper = place + 1 < bases.count ? objects[bases[place + 1]] : nil
    let below = lower.flatMap { $0.isLive ? byte - $0.end + 1 : nil } ?? .max
    let above = upper.flatMap { $0.isLive ? $0.base - byte : nil } ?? .max
    if below <= min(above, 16) { return AccessVocabulary.fault(1, at: byte, object: lower?.base) }
    if above <= 16 { return AccessVocabulary.fault(2, at: byte, object: upper?.base) }
    return AccessVocabulary.fault(7, at: byte, object: nil)
  }

  private func use(_ address: Int, _ count: Int) -> UInt64 {
    guard count > 0 else { return 0 }
    guard let base = object(at: address), let object = objects[base], object.isLive else { return outside(address) }
    let end = count <= object.end - address ? address + count : object.end
    let first = object.written.ranges.first { $0.contains(address) }?.upperBound ?? address
    return first < end ? AccessVocabulary.fault(6, at: first, object: base) : fault(address, count)
  }

  private mutating func copy(_ source: Int, _ destination: Int, _ count: Int) -> UInt64 {
    let verdict = fault(source, count)
    guard verdict == 0 else { return verdict }
    let other = fault(destination, count)
    guard other == 0, count > 0, let from = object(at: source), let to = object(at: destination) else { return other }
    let copied = objects[from]?.written.intersection(RangeSet(source..<source + count)) ?? RangeSet()
    objects[to]?.written.remove(contentsOf: destination..<destination + count)
    for range in copied.ranges {
      let start = range.lowerBound - source + destination
      objects[to]?.written.insert(contentsOf: start..<start + range.count)
    }
    return 0
  }
}
