import AllocLab

/// Finds out which blocks of a program's heap nobody can free any more.
public struct LeakFinder: LeakDetector, ~Copyable {
  private let image: HeapImage

  public init(image: HeapImage) { self.image = image }

  public mutating func classify(_ categories: inout CategoryList) {
    // TODO: what do the roots lead to, and what do lost blocks lead to? One category for each block.
  }

  public mutating func total(_ category: LeakCategory) -> LeakTotal {
    // TODO: count the category's blocks and their bytes. Until then, numbers that nobody takes for an answer.
    LeakTotal(blocks: -1, bytes: -1)
  }

  public mutating func report(_ records: inout RecordList) {
    // TODO: a record for each category and site that has blocks, sorted by both.
  }
}
