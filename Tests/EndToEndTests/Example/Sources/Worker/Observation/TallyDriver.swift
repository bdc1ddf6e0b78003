public import AllocLab
internal import Vocabularies

/// Adds keys to a tally, and asks for their counts.
public struct TallyDriver<Subject: Tally>: Driver, ~Copyable {
  private var subject = Subject()

  public init(_ session: Session) {}

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    let key = Int(truncatingIfNeeded: TallyVocabulary.key(of: operation))
    if TallyVocabulary.asks(operation) { return UInt64(truncatingIfNeeded: subject.count(of: key)) }
    subject.add(key)
    return 0
  }
}
