/// Says which allocator serves a workload best: the interface of the *comparison*.
public protocol AllocationAdvisor {
  /// An advisor.
  init()

  /// The allocator that is best for `workload`, where best means as `goal` says.
  func recommendation(for workload: WorkloadDescription, goal: Goal) -> AllocatorChoice
}

/// What a workload looks like before it runs.
public struct WorkloadDescription: Sendable {
  /// The smallest size asked for, in bytes.
  public let smallestSize: Int
  /// The largest size asked for, in bytes.
  public let largestSize: Int
  /// The mean size asked for, in bytes.
  public let meanSize: Int
  /// How many sizes there are.
  public let distinctSizes: Int
  /// The alignment that every block needs, in bytes.
  public let alignment: Int
  /// The most blocks that live at once.
  public let peakLiveBlocks: Int
  /// The bytes that a new object's constructor writes; 0 where there is nothing to construct.
  public let constructedBytes: Int
  /// Calls of `allocate` in the whole run.
  public let allocations: Int

  /// A description with these figures.
  public init(
    smallestSize: Int, largestSize: Int, meanSize: Int, distinctSizes: Int, alignment: Int, peakLiveBlocks: Int,
    constructedBytes: Int, allocations: Int
  ) {
    self.smallestSize = smallestSize
    self.largestSize = largestSize
    self.meanSize = meanSize
    self.distinctSizes = distinctSizes
    self.alignment = alignment
    self.peakLiveBlocks = peakLiveBlocks
    self.constructedBytes = constructedBytes
    self.allocations = allocations
  }
}

/// What the best allocator is best at.
@frozen public enum Goal: UInt8, Sendable, CaseIterable {
  /// The least CPU time.
  case time = 0
  /// The least memory touched at the peak.
  case space = 1
}

/// The allocators of the problem set.
@frozen public enum AllocatorChoice: UInt8, Sendable, CaseIterable {
  /// One pool, whose blocks are as large as the largest size.
  case pool = 0
  /// One slab cache for each size, with constructed objects.
  case slab = 1
  /// One buddy system.
  case buddy = 2
}
