import Synchronization
package import Vocabularies

/// The vocabularies that this program knows, by name: whoever prints or checks a trace file has only the name, and no exercise.
///
/// Allocation is the framework's own, since recorders and importers speak it. Others are made known by whoever has exercises: each
/// catalogue makes known what its exercises are in.
package enum VocabularyRegistry {
  private static let known = Mutex<[String: any Vocabulary.Type]>([AllocationVocabulary.name: AllocationVocabulary.self]
  )

  /// Makes a vocabulary known; of two with one name the later stands.
  package static func add(_ vocabulary: any Vocabulary.Type) { known.withLock { $0[vocabulary.name] = vocabulary } }

  /// The vocabulary of that name, or nil where none is known.
  package static func vocabulary(named name: String) -> (any Vocabulary.Type)? { known.withLock { $0[name] } }
}
