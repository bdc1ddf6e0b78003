import AllocLab

/// Follows a program's blocks, event by event.
public struct BlockTracker: AllocationTracker, ~Copyable {
  private let window: Int

  public init(window: Int) { self.window = window }

  public mutating func record(_ event: AllocationEvent) {
    // TODO: is it new? Hold it, and apply the one with the smallest stamp if now there are too many.
  }

  public mutating func finish() {
    // TODO: apply all that is held, in the order of stamps.
  }

  // TODO: answer. Until then, numbers that nobody takes for answers.

  public mutating func live() -> LiveTotal { LiveTotal(blocks: -1, bytes: -1) }

  public mutating func peak() -> LivePeak { LivePeak(bytes: -1, stamp: .max, blocks: -1) }

  public mutating func reuse() -> AddressReuse { AddressReuse(count: -1, byOtherThreads: -1) }

  public mutating func sizeClasses(_ list: inout ProfileList<SizeClassRecord>) {}

  public mutating func lifetimes(_ list: inout ProfileList<LifetimeRecord>) {}

  public mutating func topSites(_ count: Int, _ list: inout ProfileList<SiteRecord>) {}

  public mutating func takeAnomalies(_ list: inout ProfileList<AnomalyRecord>) {}
}
