// Two questions of its own, and no model.
import AllocLab

struct Advisor: AllocationAdvisor {
  func recommendation(for workload: WorkloadDescription, goal: Goal) -> AllocatorChoice {
    if workload.distinctSizes > 16 { return .buddy }
    return workload.distinctSizes > 1 || workload.constructedBytes > 256 ? .slab : .pool
  }
}
