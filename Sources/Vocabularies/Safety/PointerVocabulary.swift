/// Pointers that the subject designs: they come with objects, move, are asked for accesses, and end their objects.
///
/// The outcome of `allocate` and of `advance` is the pointer, a word that only the subject understands, or `none`; that of an access the
/// address that was granted (an offset into the heap), or `none`; that of `deallocate` is 1 where the object ended. What is about a name
/// that holds no pointer is not asked, and answers `none`.
public enum PointerVocabulary: Vocabulary {
  public static let name = "pointers"

  /// No pointer, and no address: refused.
  public static let none = UInt64.max

  /// How far from its object, on either side, a pointer's position is exact, in bytes.
  public static let reach = 1 << 31
  /// The most objects that are live at once.
  public static let objectLimit = 1 << 17

  public static func slotEnd(of word: UInt64) -> Int? {
    let operation = PointerOperation(word: word)
    switch operation.kind {
    case .copy, .store, .load: return 1 + max(operation.name, operation.other)
    default: return 1 + operation.name
    }
  }

  public static func describe(operation word: UInt64) -> String {
    let operation = PointerOperation(word: word)
    let (pointer, other) = ("p\(operation.name)", "p\(operation.other)")
    switch operation.kind {
    case .allocate: return "\(pointer) = allocate(\(operation.number))"
    case .advance: return "\(pointer) = advance(\(pointer), by: \(number(operation.number)))"
    case .read: return "read \(bytes(operation.number)) at \(pointer)"
    case .write: return "write \(bytes(operation.number)) at \(pointer)"
    case .deallocate: return "deallocate(\(pointer))"
    case .copy: return "\(pointer) = \(other)"
    case .store: return "write the pointer \(other) to memory at \(pointer)"
    case .load: return "\(pointer) = the pointer in memory at \(other)"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    switch PointerOperation(word: word).kind {
    case .allocate: outcome == none ? "nil" : "pointer \(hexadecimal(outcome))"
    case .advance: "pointer \(hexadecimal(outcome))"
    case .read, .write, .store, .load: outcome == none ? "refused" : hexadecimal(outcome)
    case .deallocate: outcome == 1 ? "ended" : "refused"
    case .copy: ""
    }
  }

  private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(number(count)) bytes" }

  /// A number as people read it: powers of two by their exponents.
  private static func number(_ value: Int) -> String {
    guard value != .max else { return "Int.max" }
    let magnitude = value.magnitude
    guard magnitude >= 1 << 20, magnitude.nonzeroBitCount == 1 else { return "\(value)" }
    return "\(value < 0 ? "-" : "")2^\(magnitude.trailingZeroBitCount)"
  }
}

/// What a program writes into its objects: bytes that differ at every address, so that it does not matter in which order it writes.
public enum AddressPattern {
  /// Of an access to `count` bytes from `address` on, those that the pattern is written to: from the first multiple of 8 on.
  @inlinable public static func written(_ address: Int, _ count: Int) -> Range<Int> {
    let (end, start) = (address &+ count, (address &+ 7) & ~7)
    return start < end ? start..<end : end..<end
  }

  /// The key of the pattern of what begins at an address that is a multiple of 8.
  @inlinable public static func key(at address: Int, secret: UInt64 = 0) -> UInt64 {
    PayloadPattern.key(PayloadPattern.key(ofOperation: secret), advancedBy: address)
  }
}
