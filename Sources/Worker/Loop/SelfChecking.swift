public import AllocLab

/// A source of blocks whose subject can look itself over.
///
/// That a noncopyable subject conforms to `InvariantChecking` cannot be found out while the program runs, so it is asked for by a
/// constraint: a worker built around `InvariantDriver` compiles only where it does.
public protocol SelfChecking: BlockSource, ~Copyable {
  /// What the subject finds wrong with its own records, each in one sentence.
  func invariantViolations() -> [String]
}

extension AllocatorSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  public func invariantViolations() -> [String] { subject.invariantViolations() }
}

extension PoolSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  public func invariantViolations() -> [String] { subject.invariantViolations() }
}

extension CacheSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  /// Of all caches in turn, each sentence with the number of its cache where there are several.
  public func invariantViolations() -> [String] {
    (0..<cacheCount).flatMap { number in
      // Safe: `number` is below the capacity, and all caches are initialized.
      let violations = unsafe caches[number].invariantViolations()
      return cacheCount == 1 ? violations : violations.map { "cache \(number): \($0)" }
    }
  }
}
