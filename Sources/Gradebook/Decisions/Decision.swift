import Traces

/// What an instructor decided about a student's grade. It holds for all runs, those to come as well, until it is withdrawn.
package struct Decision: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// An exercise has so many points, whatever the grader found.
    case override(exercise: String, points: Double)
    /// So many points on top, which lateness does not take away: for an essay, say. May be negative.
    case award(points: Double)
    /// So many days more before anything is late.
    case extend(days: Int)
    /// An earlier decision, by its number, holds no more.
    case withdraw(number: Int64)
  }

  /// Counted from 1 through the whole log.
  package let number: Int64
  /// Seconds since 1970.
  package let moment: Int
  package let author: String
  package let student: String
  package let kind: Kind
  package let reason: String
  /// SHA-256 over this entry and the hash of the one before, in hexadecimal.
  package let hash: String

  /// An entry behind one with the hash `previous`; empty for the first.
  package init(
    number: Int64, moment: Int, author: String, student: String, kind: Kind, reason: String, after previous: String
  ) {
    (self.number, self.moment, self.author) = (number, moment, author)
    (self.student, self.kind, self.reason) = (student, kind, reason)
    let fields = [previous, "\(number)", "\(moment)", author, student, kind.text, reason]
    // With their lengths, so that no two entries read the same.
    let text = fields.map { "\($0.utf8.count):\($0)" }.joined(separator: ",")
    hash = SHA256.hexadecimal(Array(text.utf8))
  }
}

extension Decision.Kind {
  /// As it stands in the database and under the hash: a word, and its arguments.
  package var text: String {
    switch self {
    case .override(let exercise, let points): "override \(exercise) \(points)"
    case .award(let points): "award \(points)"
    case .extend(let days): "extend \(days)"
    case .withdraw(let number): "withdraw \(number)"
    }
  }

  /// Nil where `text` is none of this version's.
  package init?(text: String) {
    let words = text.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("override", 3):
      guard let points = Double(words[2]) else { return nil }
      self = .override(exercise: words[1], points: points)
    case ("award", 2):
      guard let points = Double(words[1]) else { return nil }
      self = .award(points: points)
    case ("extend", 2):
      guard let days = Int(words[1]) else { return nil }
      self = .extend(days: days)
    case ("withdraw", 2):
      guard let number = Int64(words[1]) else { return nil }
      self = .withdraw(number: number)
    default: return nil
    }
  }
}
