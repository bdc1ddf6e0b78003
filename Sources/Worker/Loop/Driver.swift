/// Turns a vocabulary's operations into calls on a subject: the worker's half of an exercise.
public protocol Driver: ~Copyable {
  /// A driver with a new subject.
  init(_ session: Session)

  /// Runs one operation and returns its outcome, with nothing else done: what a timed replay measures.
  mutating func perform(_ operation: UInt64) -> UInt64

  /// Runs the operation that is number `index` of the trace, looking after the subject's memory on the way.
  mutating func performChecked(_ operation: UInt64, index: UInt64) -> UInt64
}

extension Driver where Self: ~Copyable {
  @inlinable public mutating func performChecked(_ operation: UInt64, index: UInt64) -> UInt64 { perform(operation) }
}
