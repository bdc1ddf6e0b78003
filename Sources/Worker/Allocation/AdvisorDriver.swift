public import AllocLab
internal import Vocabularies

/// Asks an advisor about workloads, each described by the statements before the question.
public struct AdvisorDriver<Subject: AllocationAdvisor>: Driver, ~Copyable {
  private let subject = Subject()
  private var figures = Array(repeating: 0, count: AdviceVocabulary.figures.count)

  public init(_ session: Session) {}

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    if let (number, value) = AdviceVocabulary.figure(of: operation) {
      figures[number] = value
      return 0
    }
    let workload = WorkloadDescription(
      smallestSize: figures[0], largestSize: figures[1], meanSize: figures[2], distinctSizes: figures[3],
      alignment: figures[4], peakLiveBlocks: figures[5], constructedBytes: figures[6], allocations: figures[7])
    let goal = Goal(rawValue: UInt8(truncatingIfNeeded: operation)) ?? .time
    return UInt64(subject.recommendation(for: workload, goal: goal).rawValue)
  }
}
