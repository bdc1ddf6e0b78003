public import AllocLab
internal import Vocabularies

/// Asks an advisor about the workload that the trace's parameters describe.
public struct AdvisorDriver<Subject: AllocationAdvisor>: Driver, ~Copyable {
  private let subject = Subject()
  private let workload: WorkloadDescription

  public init(_ session: Session) {
    func figure(_ name: String) -> Int { session.parameter("workload.\(name)") ?? 0 }
    workload = WorkloadDescription(
      smallestSize: figure("smallestSize"), largestSize: figure("largestSize"), meanSize: figure("meanSize"),
      distinctSizes: figure("distinctSizes"), alignment: figure("alignment"),
      peakLiveBlocks: figure("peakLiveBlocks"), constructedBytes: figure("constructedBytes"),
      allocations: figure("allocations"))
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    let goal = Goal(rawValue: UInt8(truncatingIfNeeded: operation)) ?? .time
    return UInt64(subject.recommendation(for: workload, goal: goal).rawValue)
  }
}
