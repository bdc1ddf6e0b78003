/// A way in which a submission can be wrong, by the name that reports carry.
///
/// Whoever finds it declares it: the frame what can befall any worker, an oracle or a rule what it looks for, an exercise what only
/// it asks. Two kinds are the same if their names are; a kind that was read from a file has nothing but its name.
package struct ViolationKind: RawRepresentable, Sendable, Codable {
  /// What the judge has to know about a kind beside its name.
  package struct Traits: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The worker must be started again after it.
    package static let endsWorker = Traits(rawValue: 1)
    /// It may be what is seen of records that their blocks' owners overwrote.
    package static let mayComeOfOverwriting = Traits(rawValue: 2)
    /// The operation that it names may lie before the one at which it happened.
    package static let isNoticedLater = Traits(rawValue: 4)
    /// No one trace's replay shows it: only many do, or the clock, or the compiler.
    package static let isAboutNoTrace = Traits(rawValue: 8)
  }

  /// Its name in reports, rubrics and lists of mutants, for example `out-of-heap`.
  package let rawValue: String
  /// What it means, in sentences for the student.
  package let explanation: String
  /// What usually lies behind it in an exercise, and what to look at there; nil where it explains itself.
  package private(set) var causes: String?
  private let traits: Traits

  /// Declares a kind.
  package init(_ name: String, _ traits: Traits = [], means explanation: String, causes: String? = nil) {
    rawValue = name
    self.explanation = explanation
    self.causes = causes
    self.traits = traits
  }

  /// The kind that a file names. What it means is the catalogue's to say.
  package init(rawValue: String) { self.init(rawValue, means: "") }

  /// The same kind, with what usually lies behind it in one exercise.
  package func causes(_ causes: String) -> ViolationKind {
    var kind = self
    kind.causes = causes
    return kind
  }

  /// The same kind, as it is in all exercises.
  var withoutCauses: ViolationKind {
    var kind = self
    kind.causes = nil
    return kind
  }
}

extension ViolationKind: CustomStringConvertible {
  package var description: String { rawValue }
}

extension ViolationKind: Hashable {
  package static func == (a: ViolationKind, b: ViolationKind) -> Bool { a.rawValue == b.rawValue }
  package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension ViolationKind {
  /// Whether the worker must be started again after it.
  package var endsWorker: Bool { traits.contains(.endsWorker) }
  /// Whether this may be what is seen of records that their blocks' owners overwrote.
  package var mayComeOfOverwriting: Bool { traits.contains(.mayComeOfOverwriting) }
  /// Whether the operation that it names may lie before the one at which it happened.
  package var isNoticedLater: Bool { traits.contains(.isNoticedLater) }
  /// Whether it is seen in the replay of a trace, and not only in many, or against the clock.
  package var isAboutOneTrace: Bool { !traits.contains(.isAboutNoTrace) }
}
