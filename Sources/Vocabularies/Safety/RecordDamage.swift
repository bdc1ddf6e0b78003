/// How `Hostility.damage` changes a word that a subject keeps in the heap for itself.
public enum RecordDamage: Int, Sendable, CaseIterable {
  case lowestBitFlipped = 0
  case fourthBitFlipped = 1
  case sixteenAdded = 2
  case sixteenTaken = 3
  case zeroed = 4
  case highBitFlipped = 5
  case replaced = 6
  case swapped = 7
  case allBitsSet = 8

  /// The way numbered `number`, counted round.
  public init(number: Int) {
    let count = Self.allCases.count
    self = Self.allCases[((number % count) + count) % count]
  }

  /// What becomes of `word`, where another record is `other`; never the same word.
  public func damaged(_ word: UInt64, other: UInt64) -> UInt64 {
    let changed =
      switch self {
      case .lowestBitFlipped: word ^ 1
      case .fourthBitFlipped: word ^ 8
      case .sixteenAdded: word &+ 16
      case .sixteenTaken: word &- 16
      case .zeroed: UInt64(0)
      case .highBitFlipped: word ^ 1 << 32
      case .replaced, .swapped: other
      case .allBitsSet: UInt64.max
      }
    return changed == word ? word ^ 16 : changed
  }

  /// What happened to the word, as the end of a sentence.
  public var summary: String {
    switch self {
    case .lowestBitFlipped: "its lowest bit flipped"
    case .fourthBitFlipped: "bit 3 flipped"
    case .sixteenAdded: "16 added"
    case .sixteenTaken: "16 subtracted"
    case .zeroed: "set to zero"
    case .highBitFlipped: "bit 32 flipped"
    case .replaced: "overwritten with another record"
    case .swapped: "swapped with another record"
    case .allBitsSet: "all bits set"
    }
  }
}
