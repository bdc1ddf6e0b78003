import Traces
import Vocabularies
package import Workloads

/// What is true of an image: every block's category, and the records.
///
/// Found from edges that are looked up once: reachable is what start pointers lead to from the roots, possible what any pointers lead to
/// besides, and the rest is lost; heads are found as memcheck does it (`mc_leakcheck.c` of valgrind 3.19), in the order of addresses.
package struct LeakTruth: Sendable {
  /// Codes, by block.
  package private(set) var categories: [UInt64]
  /// Five words each, in the order that is asked for.
  package private(set) var records: [UInt64] = []
  /// Blocks and bytes, by code.
  package private(set) var totals = Array(repeating: (blocks: 0, bytes: 0), count: LeakVocabulary.categories.count)
  /// Of heads, the bytes of all that became indirect by them.
  private var indirectBytes: [Int]

  private static let (definite, indirect, possible, reachable): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)

  /// - Complexity: O((blocks + words) × log blocks).
  package init(of image: HeapImageTables) {
    categories = Array(repeating: 0, count: image.blocks.count)
    indirectBytes = Array(repeating: 0, count: image.blocks.count)
    let edges = Edges(of: image)
    mark(edges.roots.filter(\.isStart).map(\.target), edges, Self.reachable, startsOnly: true)
    var inner = edges.roots.map(\.target)
    for block in categories.indices where categories[block] == Self.reachable {
      inner += edges.edges(of: block).map(\.target)
    }
    mark(inner, edges, Self.possible, startsOnly: false)
    findHeads(image, edges)
    for (block, category) in categories.enumerated() {
      totals[Int(category)].blocks += 1
      totals[Int(category)].bytes += image.blocks[block].size
    }
    makeRecords(image)
  }

  /// Gives all that is led to, and has no category yet, that one.
  private mutating func mark(_ starts: [Int], _ edges: Edges, _ category: UInt64, startsOnly: Bool) {
    var pending = starts
    while let block = pending.popLast() {
      guard categories[block] == 0 else { continue }
      categories[block] = category
      for edge in edges.edges(of: block) where edge.isStart || !startsOnly { pending.append(edge.target) }
    }
  }

  private mutating func findHeads(_ image: HeapImageTables, _ edges: Edges) {
    for head in categories.indices where categories[head] == 0 {
      categories[head] = Self.definite
      var pending = [head]
      while let block = pending.popLast() {
        for edge in edges.edges(of: block) where edge.target != head {
          // Those that were heads lose what they had to this one.
          guard categories[edge.target] == 0 || categories[edge.target] == Self.definite else { continue }
          categories[edge.target] = Self.indirect
          indirectBytes[head] += image.blocks[edge.target].size + indirectBytes[edge.target]
          indirectBytes[edge.target] = 0
          pending.append(edge.target)
        }
      }
    }
  }

  private mutating func makeRecords(_ image: HeapImageTables) {
    let order = categories.indices.sorted {
      (categories[$0], image.blocks[$0].site) < (categories[$1], image.blocks[$1].site)
    }
    var last: (UInt64, UInt64)?
    for block in order {
      let key = (categories[block], image.blocks[block].site)
      if last == nil || last.map({ $0 != key }) == true { records += [key.0, key.1, 0, 0, 0] }
      last = key
      let end = records.count
      records[end - 3] += 1
      records[end - 2] += UInt64(image.blocks[block].size)
      records[end - 1] += UInt64(indirectBytes[block])
    }
  }

  /// Which blocks the words of blocks and roots point to.
  private struct Edges {
    struct Edge {
      let target: Int
      let isStart: Bool
    }

    private(set) var roots: [Edge] = []
    /// One block's after the other's.
    private var edges: [Edge] = []
    private var ends: [Int] = []

    func edges(of block: Int) -> ArraySlice<Edge> { edges[(block == 0 ? 0 : ends[block - 1])..<ends[block]] }

    init(of image: HeapImageTables) {
      func edge(_ word: UInt64) -> Edge? {
        image.block(at: word).map { Edge(target: $0, isStart: image.blocks[$0].address == word) }
      }
      func edges(_ range: Range<UInt64>, in region: HeapImageTables.Region) -> [Edge] {
        var found: [Edge] = []
        var address = (range.lowerBound + 7) & ~7
        while address + 8 <= range.upperBound {
          if let edge = edge(region.word(at: Int(address - region.start))) { found.append(edge) }
          address += 8
        }
        return found
      }
      roots = image.registers.compactMap(edge)
      for region in image.regions where !region.isHeap { roots += edges(region.start..<region.end, in: region) }
      var region = 0
      for block in image.blocks {
        while image.regions[region].end <= block.address || !image.regions[region].isHeap { region += 1 }
        self.edges += edges(block.address..<block.address + UInt64(block.size), in: image.regions[region])
        ends.append(self.edges.count)
      }
    }
  }
}
