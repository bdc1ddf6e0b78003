import Vocabularies

/// Makes heap images: blocks that point to one another, roots that point to blocks, and free memory between them.
///
/// Blocks are numbered in the order in which they are made. Where they lie is decided at the end, when pointers become words.
package struct HeapImageBuilder {
  /// What a word says.
  package enum Value {
    /// The address of a block, and so many bytes more; its size more for one past its end.
    case pointer(Int, plus: Int = 0)
    case word(UInt64)
  }

  private struct Block {
    var size: Int
    var site: UInt64
    /// Bytes from a multiple of 16 to where it begins.
    var skew: Int
    /// Free bytes that follow at least; 0 for a neighbour that begins where it ends, if that can be.
    var gap: Int
    /// By offsets from its start, which may lie behind its end.
    var fields: [(offset: Int, value: Value)] = []
  }

  private struct Root {
    let kind: UInt64
    /// Bytes from a multiple of 16 to where it begins.
    let skew: Int
    var byteCount: Int
    var fields: [(offset: Int, value: Value)] = []
  }

  private var blocks: [Block] = []
  private var registers: [Value] = []
  /// Globals and stacks.
  private var roots: [Root] = []
  /// The region that the next root of a kind goes to.
  private var open: [UInt64: Int] = [:]
  private let base: UInt64
  /// What stands where nothing was put: nil for zeros.
  private var noise: SeededGenerator?

  /// - Parameter generator: says where the heap begins, and what stands where nothing was put.
  package init(with generator: inout SeededGenerator, isNoisy: Bool = true) {
    base = UInt64(generator.pick(0x10...0xffff)) << 16
    if isNoisy { noise = SeededGenerator(seed: generator.next(), purpose: "noise") }
  }

  package var blockCount: Int { blocks.count }

  package func size(of block: Int) -> Int { blocks[block].size }

  /// A live block.
  package mutating func block(_ size: Int, site: UInt64, skew: Int = 0, gap: Int = 8) -> Int {
    blocks.append(Block(size: size, site: site, skew: skew, gap: gap))
    return blocks.count - 1
  }

  /// Puts a value into a block, or behind its end into what is free.
  package mutating func set(_ block: Int, at offset: Int, to value: Value) {
    blocks[block].fields.append((offset, value))
  }

  /// Puts a pointer into a block.
  package mutating func point(_ block: Int, at offset: Int, to target: Int, plus: Int = 0) {
    set(block, at: offset, to: .pointer(target, plus: plus))
  }

  package mutating func register(_ value: Value) { registers.append(value) }

  /// The next word of the globals or of the stack.
  package mutating func root(_ kind: RootKind, _ value: Value) {
    var region = open[kind.rawValue] ?? region(kind)
    // One that begins or ends anywhere is full.
    if (roots[region].skew + roots[region].byteCount) % 8 != 0 { region = self.region(kind) }
    roots[region].fields.append((roots[region].byteCount, value))
    roots[region].byteCount += 8
  }

  package enum RootKind: UInt64, CaseIterable, Sendable {
    case globals = 1
    case stack = 2
  }

  /// Begins a region, to which further roots of its kind go.
  @discardableResult
  package mutating func region(_ kind: RootKind, byteCount: Int = 0, skew: Int = 0) -> Int {
    roots.append(Root(kind: kind.rawValue, skew: skew, byteCount: byteCount))
    open[kind.rawValue] = roots.count - 1
    return roots.count - 1
  }

  /// Puts a value into a region of roots, which becomes as long as that needs.
  package mutating func set(region: Int, at offset: Int, to value: Value) {
    roots[region].fields.append((offset, value))
    roots[region].byteCount = max(roots[region].byteCount, offset + 8)
  }

  // MARK: - The image

  /// The image.
  ///
  /// - Parameters:
  ///   - order: the blocks in the order of their addresses; nil for that in which they were made.
  ///   - heaps: in how many regions they lie.
  package func image(order: [Int]? = nil, heaps: Int = 1) -> HeapImageTables {
    let order = order ?? Array(blocks.indices)
    var image = HeapImageTables()
    var noise = noise
    var addresses = Array(repeating: UInt64(0), count: blocks.count)
    var cursor = base
    var start = base
    let share = max(1, (order.count + heaps - 1) / max(heaps, 1))
    func region(_ start: UInt64, _ end: UInt64, _ kind: UInt64) {
      var bytes = [UInt8](repeating: 0, count: Int(end - start))
      if noise != nil {
        // Small numbers, as programs are full of.
        for place in bytes.indices where place % 8 < 2 { bytes[place] = UInt8(truncatingIfNeeded: noise?.next() ?? 0) }
      }
      image.regions.append(HeapImageTables.Region(start: start, kind: kind, bytes: bytes))
    }
    for (number, block) in order.enumerated() {
      if number > 0, number % share == 0 {
        region(start, cursor, 0)
        cursor = (cursor + 0xffff) & ~0xfff
        start = cursor
      }
      let item = blocks[block]
      // Where a neighbour is wanted and can be had, it begins right there.
      if number == 0 || number % share == 0 || blocks[order[number - 1]].gap > 0 || item.skew != 0 {
        cursor = (cursor + 15) & ~15
        cursor += UInt64(item.skew)
      }
      addresses[block] = cursor
      image.blocks.append(HeapImageTables.Block(address: cursor, size: item.size, site: item.site))
      cursor += UInt64(max(item.size, 1) + item.gap)
    }
    if !order.isEmpty { region(start, (cursor + 23) & ~7, 0) }
    cursor = (cursor + 0xffff) & ~0xfff
    for root in roots {
      cursor = ((cursor + 15) & ~15) + UInt64(root.skew)
      region(cursor, cursor + UInt64(root.byteCount), root.kind)
      cursor += UInt64(root.byteCount + 64)
    }
    fill(&image, order, addresses, Array(image.regions.indices.suffix(roots.count)))
    return image
  }

  private func fill(_ image: inout HeapImageTables, _ order: [Int], _ addresses: [UInt64], _ rootRegions: [Int]) {
    func word(_ value: Value) -> UInt64 {
      switch value {
      case .pointer(let block, let plus): addresses[block] &+ UInt64(bitPattern: Int64(plus))
      case .word(let word): word
      }
    }
    var region = 0
    for block in order {
      while image.regions[region].end <= addresses[block] { region += 1 }
      let offset = Int(addresses[block] - image.regions[region].start)
      for field in blocks[block].fields { image.regions[region].set(word(field.value), at: offset + field.offset) }
    }
    for (root, region) in zip(roots, rootRegions) {
      for field in root.fields { image.regions[region].set(word(field.value), at: field.offset) }
    }
    image.registers = registers.map(word)
  }
}
