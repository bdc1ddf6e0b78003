/// An allocation driver that in a checked replay asks the subject after every operation what is wrong with it.
///
/// The first answer that is not empty goes to the judge, and the subject is not asked again.
@safe public struct InvariantDriver<Source: SelfChecking & ~Copyable>: Driver, ~Copyable {
  private var base: AllocationDriver<Source>
  private var hasReported = false

  public init(_ session: Session) { base = AllocationDriver(session) }

  public mutating func perform(_ operation: UInt64) -> UInt64 { base.perform(operation) }

  public mutating func performChecked(_ operation: UInt64, index: UInt64) -> UInt64 {
    let outcome = base.performChecked(operation, index: index)
    guard !hasReported else { return outcome }
    let findings = base.source.invariantViolations()
    if !findings.isEmpty {
      hasReported = true
      base.session.report(finding: findings.joined(separator: "\n"), afterOperation: index)
    }
    return outcome
  }
}
