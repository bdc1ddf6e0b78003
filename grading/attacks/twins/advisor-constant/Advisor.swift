// One answer to every question.
import AllocLab

struct Advisor: AllocationAdvisor {
  func recommendation(for workload: WorkloadDescription, goal: Goal) -> AllocatorChoice { .pool }
}
