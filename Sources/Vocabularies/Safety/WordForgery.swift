/// How a program makes a word of its own out of a pointer, or of nothing.
@frozen public enum WordForgery: Equatable, Sendable {
  /// One bit is another, from the lowest, 0.
  case bitFlipped(Int)
  /// A number is added, and comes round.
  case added(Int)
  /// A word in which every bit is drawn, by a number.
  case drawn(Int)
  /// A small number, as it is.
  case replaced(Int)
  /// The two halves change places.
  case halvesSwapped

  /// From the number of an operation. Every number is a way to forge.
  @inlinable public init(number: Int) {
    let argument = number >> 3
    switch number & 7 {
    case 1: self = .bitFlipped(argument & 63)
    case 2: self = .added(argument)
    case 3: self = .drawn(argument)
    case 4: self = .replaced(argument)
    default: self = .halvesSwapped
    }
  }

  /// The number that stands for it in an operation; never 0. Arguments of up to 32 bits are exact.
  public var number: Int {
    switch self {
    case .bitFlipped(let bit): bit << 3 | 1
    case .added(let addend): addend << 3 | 2
    case .drawn(let seed): seed << 3 | 3
    case .replaced(let value): value << 3 | 4
    case .halvesSwapped: 5
    }
  }

  /// What becomes of a word; never none, which is no pointer.
  @inlinable public func forged(_ word: UInt64) -> UInt64 {
    let forged: UInt64
    switch self {
    case .bitFlipped(let bit): forged = word ^ 1 &<< UInt64(bit & 63)
    case .added(let addend): forged = word &+ UInt64(bitPattern: Int64(addend))
    case .drawn(let seed):
      // The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
      var bits = UInt64(bitPattern: Int64(seed)) &+ 0x9e37_79b9_7f4a_7c15
      bits = (bits ^ bits &>> 30) &* 0xbf58_476d_1ce4_e5b9
      bits = (bits ^ bits &>> 27) &* 0x94d0_49bb_1331_11eb
      forged = bits ^ bits &>> 31
    case .replaced(let value): forged = UInt64(bitPattern: Int64(value))
    case .halvesSwapped: forged = word &<< 32 | word &>> 32
    }
    return forged == PointerVocabulary.none ? forged &- 1 : forged
  }

  /// What it does, as the right side of an assignment.
  func summary(of pointer: String) -> String {
    switch self {
    case .bitFlipped(let bit): "\(pointer), bit \(bit) flipped"
    case .added(let addend): "\(pointer) \(addend < 0 ? "-" : "+") \(addend.magnitude)"
    case .drawn: "any word"
    case .replaced(let value): "the number \(value)"
    case .halvesSwapped: "\(pointer), its halves swapped"
    }
  }
}
