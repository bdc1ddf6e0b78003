/// Pairs of hand-ins that share more than what everybody was given explains: a list to look at, and never a verdict.
package struct SimilarityReport: Sendable, Encodable, Equatable {
  /// Lines of a file, from 1, both ends included.
  package struct Lines: Sendable, Encodable, Equatable {
    package let file: String
    package let from: Int
    package let to: Int
  }

  /// The same tokens in both, but for names, numbers and texts.
  package struct Place: Sendable, Encodable, Equatable {
    package let first: Lines
    package let second: Lines
    package let tokens: Int
  }

  package struct Pair: Sendable, Encodable, Equatable {
    package let first: String
    package let second: String
    /// Of whom so much is in the other, in percent: the larger of both shares.
    package let share: Double
    package let of: String
    /// The file that has the largest share; nil where that is all of the hand-in.
    package let file: String?
    /// Different fingerprints that both have, and how many that hand-in or file has.
    package let shared: Int
    package let fingerprints: Int
    /// The longest first.
    package var places: [Place]
  }

  /// Most of what a hand-in has many have: it may be everybody's idea, or from one source that nobody here is.
  package struct CommonHandIn: Sendable, Encodable, Equatable {
    package let name: String
    /// In percent of its fingerprints.
    package let share: Double
  }

  package let format = "alloclab-similarity/1"
  /// Tokens of a fingerprint, and from how many in a row on it is sure that what is shared is found.
  package let gram: Int
  package let guarantee: Int
  package let handIns: Int
  package let files: Int
  package let tokens: Int
  /// What more hand-ins have than this is ignored; so many fingerprints.
  package let commonFrom: Int
  package let commonFingerprints: Int
  /// From how many percent on a pair is told; and how many there are, of which `pairs` has the first.
  package let least: Double
  package let pairCount: Int
  package var pairs: [Pair]
  package let common: [CommonHandIn]
  /// Hand-ins in which nothing is left once what everybody was given is taken out.
  package let nothingOwn: [String]
  /// What was not looked at, and why.
  package var unread: [String]

  private enum CodingKeys: String, CodingKey {
    case format, gram, guarantee, handIns, files, tokens, commonFrom, commonFingerprints, least, pairCount, pairs
    case common, nothingOwn, unread
  }
}
