extension Builder {
  /// What to write where a type does not say what should always be true of it.
  static func howToConform(_ type: String) -> String {
    """
    \(type) does not say what should always be true of it, so it cannot be asked. Add to \(type).swift, or to \(type)+Invariants.swift beside it:

      extension \(type): InvariantChecking {
        public func invariantViolations() -> [String] {
          // A sentence for each thing that is wrong, with the addresses it is about; none while nothing is.
        }
      }
    """
  }
}
