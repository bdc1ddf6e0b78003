/// A source of blocks whose subject can look itself over.
///
/// That a noncopyable subject conforms to `InvariantChecking` cannot be found out while the program runs, so it is asked for by a
/// constraint: a worker built around `InvariantDriver` compiles only where it does. Each source says so itself.
public protocol SelfChecking: BlockSource, ~Copyable {
  /// What the subject finds wrong with its own records, each in one sentence.
  func invariantViolations() -> [String]
}
