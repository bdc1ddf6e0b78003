import AllocLab

/// Every pointer is looked up once: edges in one array, block after block. Then three searches over numbers alone.
public struct LeakFinder: LeakDetector, ~Copyable {
  private let image: HeapImage
  private var categories: [LeakCategory?]
  private var indirect: [Int]

  public init(image: HeapImage) {
    self.image = image
    let count = image.blocks.count
    categories = Array(repeating: nil, count: count)
    indirect = Array(repeating: 0, count: count)
    var starts: [UInt64] = []
    var ends: [UInt64] = []
    for block in image.blocks {
      starts.append(block.address)
      ends.append(block.address + UInt64(block.size == 0 ? 1 : block.size))
    }
    // Twice the number of the block, and one more for a pointer to its inside.
    func edge(_ word: UInt64) -> Int32? {
      guard count > 0, word >= starts[0], word < ends[count - 1] else { return nil }
      var low = 0
      var size = count
      while size > 1 {
        let half = size / 2
        if starts[low + half] <= word { low += half }
        size -= half
      }
      return word < ends[low] ? Int32(2 * low + (starts[low] == word ? 0 : 1)) : nil
    }
    func edges(_ start: UInt64, _ byteCount: Int, into list: inout [Int32]) {
      var address = start % 8 == 0 ? start : start - start % 8 + 8
      let end = start + UInt64(byteCount)
      while address < end, end - address >= 8 {
        if let word = image.load(address), let edge = edge(word) { list.append(edge) }
        address += 8
      }
    }
    var roots: [Int32] = []
    for word in image.registers { if let edge = edge(word) { roots.append(edge) } }
    for region in image.regions where region.kind == .globals || region.kind == .stack {
      edges(region.start, region.byteCount, into: &roots)
    }
    var all: [Int32] = []
    var firsts: [Int] = [0]
    for block in image.blocks {
      edges(block.address, block.size, into: &all)
      firsts.append(all.count)
    }
    var queue: [Int] = []
    // Reachable: start pointers all the way.
    for root in roots where root % 2 == 0 && categories[Int(root / 2)] == nil {
      categories[Int(root / 2)] = .reachable
      queue.append(Int(root / 2))
    }
    var next = 0
    while next < queue.count {
      let block = queue[next]
      next += 1
      for place in firsts[block]..<firsts[block + 1] where all[place] % 2 == 0 {
        let target = Int(all[place] / 2)
        if categories[target] == nil {
          categories[target] = .reachable
          queue.append(target)
        }
      }
    }
    // Possible: what else the roots and these lead to.
    for root in roots where categories[Int(root / 2)] == nil {
      categories[Int(root / 2)] = .possible
      queue.append(Int(root / 2))
    }
    next = 0
    while next < queue.count {
      let block = queue[next]
      next += 1
      for place in firsts[block]..<firsts[block + 1] where categories[Int(all[place] / 2)] == nil {
        categories[Int(all[place] / 2)] = .possible
        queue.append(Int(all[place] / 2))
      }
    }
    // Heads.
    for head in 0..<count where categories[head] == nil {
      categories[head] = .definite
      queue = [head]
      next = 0
      while next < queue.count {
        let block = queue[next]
        next += 1
        for place in firsts[block]..<firsts[block + 1] {
          let target = Int(all[place] / 2)
          guard target != head, categories[target] == nil || categories[target] == .definite else { continue }
          categories[target] = .indirect
          indirect[head] += image.blocks[target].size + indirect[target]
          indirect[target] = 0
          queue.append(target)
        }
      }
    }
  }

  public mutating func classify(_ list: inout CategoryList) {
    for category in categories { if let category { list.append(category) } }
  }

  public mutating func total(_ category: LeakCategory) -> LeakTotal {
    var total = LeakTotal()
    for block in categories.indices where categories[block] == category {
      total.blocks += 1
      total.bytes += image.blocks[block].size
    }
    return total
  }

  public mutating func report(_ records: inout RecordList) {
    let order = categories.indices.sorted { one, other in
      let (mine, its) = (categories[one]?.rawValue ?? 0, categories[other]?.rawValue ?? 0)
      return mine == its ? image.blocks[one].site < image.blocks[other].site : mine < its
    }
    var record: LeakRecord?
    for block in order {
      guard let category = categories[block] else { continue }
      let item = image.blocks[block]
      if record?.category != category || record?.site != item.site {
        if let record { records.append(record) }
        record = LeakRecord(category: category, site: item.site, total: LeakTotal())
      }
      record?.total.blocks += 1
      record?.total.bytes += item.size
      record?.indirectBytes += indirect[block]
    }
    if let record { records.append(record) }
  }
}
