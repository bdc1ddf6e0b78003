import AllocLab

/// Finds out what a program does to memory that is not its own.
public struct DebugHeap: DebugAllocator, ~Copyable {
  private let heap: Heap

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ size: Int, as family: BlockFamily, at site: Site) -> Address? {
    // TODO: a place for a record, two tags and the block between them.
    nil
  }

  public mutating func deallocate(
    _ address: Address, as family: BlockFamily, at site: Site, reporting reports: inout MisuseReportList
  ) {
    // TODO: which block is this? Look at its tags, fill it, and keep it.
  }

  public mutating func reallocate(
    _ address: Address, to size: Int, at site: Site, reporting reports: inout MisuseReportList
  ) -> Address? {
    // TODO: a new block, the old one's bytes, and the old one's end.
    nil
  }

  public mutating func check(at site: Site, reporting reports: inout MisuseReportList) {
    // TODO: look at every tag, and at every kept block.
  }

  public mutating func shutDown(at site: Site, reporting reports: inout MisuseReportList) {
    // TODO: as check, and tell what is live still.
  }
}
