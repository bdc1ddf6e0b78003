import AllocLab

/// Finds what the sites of a program do with memory.
public struct PatternFinder: PatternDetector, ~Copyable {
  private let interval: Int

  public init(interval: Int) { self.interval = interval }

  public mutating func record(_ event: AllocationEvent) {
    // TODO: whose block is it? Keep its site's sums, those of this interval and those of all.
  }

  public mutating func sites(showing pattern: AllocationPattern, _ list: inout ProfileList<PatternRecord>) {
    // TODO: until then, a site that nobody has.
    list.append(PatternRecord(site: .max, strength: -1))
  }

  public mutating func lifetime(_ permille: Int, ofBlocksFrom site: UInt64) -> UInt64? {
    // TODO: ask the site's sketch. Until then, a lifetime that no block has.
    0
  }
}
