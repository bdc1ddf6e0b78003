import Examining

/// After `reap`, slabs without a live object take no memory.
final class ReapGivesBack: ReapRule {
  private let caches: Int

  init(caches: Int) { self.caches = caches }

  /// The largest slab that anybody needs.
  static let slabBytes = 32 * 1024

  func objection(toTouching byteCount: Int, in oracle: borrowing AllocationOracle) -> Objection? {
    // A live object may keep a slab; a cache may keep one slab, and the records of its slabs.
    let live = oracle.liveBlocks
    let allowed = (live + 2 * caches) * Self.slabBytes
    guard byteCount > allowed else { return nil }
    return Objection(
      .notReaped, "with \(live) live \(live == 1 ? "object" : "objects"); at most \(allowed) were expected")
  }
}
