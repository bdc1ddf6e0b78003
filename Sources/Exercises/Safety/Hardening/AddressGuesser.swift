import Glibc
import Vocabularies

/// An attacker who knows all addresses so far, and guesses the next one, in three ways.
///
/// So the entropy of addresses is estimated as NIST SP 800-90B (2018) does in its sections 6.3.7 to 6.3.10: predictors run along, and how often
/// the best of them is right bounds the min-entropy from above: −log₂ of that share. Who promises one of 64 places may be right once in 64
/// times by chance; it is held against nobody below once in 32 and 16 more, so that an honest allocator is wronged less than once in 10⁹ traces.
struct AddressGuesser {
  enum Way: Int, CaseIterable {
    /// As in the life before, at the same place.
    case asBefore
    /// As far from the last one as that was from the one before.
    case sameDistance
    /// What followed this address the last time.
    case successor

    var summary: String {
      switch self {
      case .asBefore: "it is where it was in the process before"
      case .sameDistance: "it is as far from the last one as that was from the one before"
      case .successor: "it is what followed the last address when that was handed out before"
      }
    }
  }

  private(set) var guesses = [0, 0, 0]
  private(set) var hits = [0, 0, 0]
  private var place = 0
  /// By place in a life, what was there the last time.
  private var before: [Int] = []
  private var successors: [Int: Int] = [:]
  private var last: Int?
  private var distance: Int?

  /// Another process begins.
  mutating func restart() {
    place = 0
    last = nil
    distance = nil
  }

  /// A block is handed out.
  mutating func see(_ address: Int) {
    if place < before.count {
      note(.asBefore, before[place] == address)
      before[place] = address
    } else {
      before.append(address)
    }
    if let last {
      if let distance { note(.sameDistance, last + distance == address) }
      if let successor = successors[last] { note(.successor, successor == address) }
      successors[last] = address
      distance = address - last
    }
    last = address
    place += 1
  }

  private mutating func note(_ way: Way, _ isRight: Bool) {
    guesses[way.rawValue] += 1
    if isRight { hits[way.rawValue] += 1 }
  }

  /// The way in which too much is foreseen, or nil.
  var success: Way? {
    Way.allCases.first { Self.isTooMuch(hits[$0.rawValue], of: guesses[$0.rawValue]) }
  }

  /// Whether so many of some guesses are right more often than may be by chance.
  static func isTooMuch(_ hits: Int, of guesses: Int) -> Bool { guesses >= 256 && hits > guesses / 32 + 16 }

  /// Of the way that is right most often: an estimate of the min-entropy, in bits. At most what so few guesses can tell.
  var bits: Double {
    Way.allCases.map { way in
      let (guesses, hits) = (Double(guesses[way.rawValue]), Double(max(1, hits[way.rawValue])))
      return guesses == 0 ? 64 : log2(guesses / hits)
    }
    .min() ?? 0
  }
}
