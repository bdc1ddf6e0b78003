/// Can look itself over.
///
/// A subject that conforms can be asked, after any operation, whether its own records still make sense. The tests of the
/// reference solutions ask after every operation of a hostile trace.
public protocol InvariantChecking: ~Copyable {
  /// What is wrong, each in one sentence with the addresses it is about; empty where nothing is.
  ///
  /// - Complexity: whatever it takes; this is never timed.
  func invariantViolations() -> [String]
}
