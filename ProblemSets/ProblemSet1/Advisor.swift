import AllocLab

/// Recommends the pool, the slab allocator or the buddy system for a workload.
///
/// Describe your model here: what each of the three does with a workload, in bytes and in time, and which figures you
/// measured to put into it.
public struct Advisor: AllocationAdvisor {
  public init() {}

  /// The best allocator for `workload`: the one that takes the least time, or touches the least memory.
  public func recommendation(for workload: WorkloadDescription, goal: Goal) -> AllocatorChoice {
    // TODO: estimate the cost of each allocator and answer the cheapest. Until there is a model there is no answer.
    fatalError("there is no recommendation yet")
  }
}
