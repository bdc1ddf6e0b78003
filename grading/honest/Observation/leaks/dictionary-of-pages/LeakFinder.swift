import AllocLab

/// Marks bit sets over and over until nothing changes; a dictionary of pages says where blocks are. Nothing is kept of an image but
/// bits, and everything is found out when it is asked for.
public struct LeakFinder: LeakDetector, ~Copyable {
  private let image: HeapImage
  /// By the number of a page of 64 KiB, the first block that ends in it or behind it.
  private var firstInPage: [UInt64: Int] = [:]

  public init(image: HeapImage) {
    self.image = image
    for (number, block) in image.blocks.enumerated() {
      let last = block.address + UInt64(max(block.size, 1)) - 1
      for page in block.address >> 16...last >> 16 where firstInPage[page] == nil { firstInPage[page] = number }
    }
  }

  /// The block of a byte, and whether it is its first.
  private func target(_ word: UInt64) -> (block: Int, isStart: Bool)? {
    guard var low = firstInPage[word >> 16] else { return nil }
    var high = low
    var step = 1
    while high < image.blocks.count, image.blocks.address(high) <= word {
      low = high
      high += step
      step *= 2
    }
    high = min(high, image.blocks.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if image.blocks.address(middle) <= word { low = middle } else { high = middle }
    }
    let block = image.blocks[low]
    guard word >= block.address, word - block.address < UInt64(max(1, block.size)) else { return nil }
    return (low, word == block.address)
  }

  private func targets(_ start: UInt64, _ byteCount: Int) -> [(block: Int, isStart: Bool)] {
    var found: [(block: Int, isStart: Bool)] = []
    var offset = Int((8 - start % 8) % 8)
    while offset + 8 <= byteCount {
      if let word = image.load(start + UInt64(offset)), let target = target(word) { found.append(target) }
      offset += 8
    }
    return found
  }

  private var roots: [(block: Int, isStart: Bool)] {
    var found = image.registers.compactMap { target($0) }
    for region in image.regions where region.kind != .heap { found += targets(region.start, region.byteCount) }
    return found
  }

  private func targets(of block: Int) -> [(block: Int, isStart: Bool)] {
    targets(image.blocks[block].address, image.blocks[block].size)
  }

  /// Categories, and what heads lost.
  private func find() -> (categories: [LeakCategory], indirect: [Int]) {
    let count = image.blocks.count
    var isReachable = Array(repeating: false, count: count)
    var isFound = isReachable
    var new: [Int] = []
    for root in roots {
      isFound[root.block] = true
      if root.isStart, !isReachable[root.block] {
        isReachable[root.block] = true
        new.append(root.block)
      }
    }
    while !new.isEmpty {
      var found: [Int] = []
      for block in new {
        for target in targets(of: block) {
          isFound[target.block] = true
          guard target.isStart, !isReachable[target.block] else { continue }
          isReachable[target.block] = true
          found.append(target.block)
        }
      }
      new = found
    }
    new = (0..<count).filter { isFound[$0] && !isReachable[$0] }
    while !new.isEmpty {
      var found: [Int] = []
      for block in new {
        for target in targets(of: block) where !isFound[target.block] {
          isFound[target.block] = true
          found.append(target.block)
        }
      }
      new = found
    }
    var isIndirect = Array(repeating: false, count: count)
    var indirect = Array(repeating: 0, count: count)
    for head in 0..<count where !isFound[head] && !isIndirect[head] {
      var left = [head]
      while let block = left.popLast() {
        for target in targets(of: block) {
          let other = target.block
          if other == head || isFound[other] || isIndirect[other] { continue }
          isIndirect[other] = true
          indirect[head] += image.blocks[other].size + indirect[other]
          indirect[other] = 0
          left.append(other)
        }
      }
    }
    let categories = (0..<count).map { block -> LeakCategory in
      if isReachable[block] { return .reachable }
      if isFound[block] { return .possible }
      return isIndirect[block] ? .indirect : .definite
    }
    return (categories, indirect)
  }

  public mutating func classify(_ categories: inout CategoryList) {
    for category in find().categories { categories.append(category) }
  }

  public mutating func total(_ category: LeakCategory) -> LeakTotal {
    let categories = find().categories
    var total = LeakTotal()
    for (number, block) in image.blocks.enumerated() where categories[number] == category {
      total.blocks += 1
      total.bytes += block.size
    }
    return total
  }

  public mutating func report(_ records: inout RecordList) {
    struct Key: Hashable {
      let category: UInt64
      let site: UInt64
    }
    let (categories, indirect) = find()
    var found: [Key: LeakRecord] = [:]
    for (number, block) in image.blocks.enumerated() {
      let key = Key(category: categories[number].rawValue, site: block.site)
      var record = found[key] ?? LeakRecord(category: categories[number], site: block.site, total: LeakTotal())
      record.total.blocks += 1
      record.total.bytes += block.size
      record.indirectBytes += indirect[number]
      found[key] = record
    }
    for key in found.keys.sorted(by: { ($0.category, $0.site) < ($1.category, $1.site) }) {
      if let record = found[key] { records.append(record) }
    }
  }
}
