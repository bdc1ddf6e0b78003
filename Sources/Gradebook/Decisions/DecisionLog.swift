/// All decisions, in their order: an append-only log, in which each entry's hash takes in the one before it (Haber and Stornetta 1991).
///
/// Whoever keeps the last hash elsewhere can tell that nothing up to there was changed, left out or put in.
package struct DecisionLog: Sendable, Equatable {
  package private(set) var entries: [Decision] = []

  package init() {}

  /// The hash of the last entry; empty where there is none.
  package var head: String { entries.last?.hash ?? "" }

  /// What would be the next entry.
  package func next(
    _ kind: Decision.Kind, student: String, author: String, reason: String, at moment: Int
  ) -> Decision {
    Decision(
      number: Int64(entries.count) + 1, moment: moment, author: author, student: student, kind: kind, reason: reason,
      after: head)
  }

  /// Takes an entry, if it is the one that its fields make behind those before it.
  ///
  /// - Parameter hash: as it was kept with the entry.
  /// - Returns: false where it is not: the entry, or one before it, was changed, left out or put in.
  package mutating func append(_ decision: Decision, keptHash hash: String) -> Bool {
    guard decision.number == Int64(entries.count) + 1, decision.hash == hash else { return false }
    entries.append(decision)
    return true
  }

  /// Those about a student that hold.
  package func inForce(for student: String) -> [Decision] {
    let withdrawn = Set(
      entries.compactMap { entry -> Int64? in
        if case .withdraw(let number) = entry.kind { number } else { nil }
      })
    return entries.filter { entry in
      if case .withdraw = entry.kind { return false }
      return entry.student == student && !withdrawn.contains(entry.number)
    }
  }

  /// Days more that a student has before anything is late.
  package func daysMore(for student: String) -> Int {
    inForce(for: student).reduce(0) { days, entry in
      if case .extend(let more) = entry.kind { days + more } else { days }
    }
  }
}
