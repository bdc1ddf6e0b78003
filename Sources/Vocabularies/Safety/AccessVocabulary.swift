/// A program whose every access is asked about before it happens.
///
/// The outcome of `allocate` is the object's address, or `none`; that of `point` is 0, since it is the program's own doing; that of all
/// others a verdict: 0, or a fault.
///
///      63 61 60                      30 29                        0
///     +-----+--------------------------+---------------------------+
///     | kind | the first bad byte      | the object's first byte   |
///     +-----+--------------------------+---------------------------+
///
/// The kind is the raw value of a `MemoryFault.Kind`. All bits of an address are set where it is outside the heap, or there is none. What
/// is about a name that holds no address is not asked, and answers 0.
public enum AccessVocabulary: Vocabulary {
  public static let name = "accesses"

  /// No object, no address.
  public static let none = UInt64.max
  /// What a variable holds that holds no address.
  public static let noAddress = Int.min

  /// Bytes on either side of an object that are no other's.
  public static let redzone = 16

  /// What an object counts with, where it is asked what is remembered, and what there is room for; nil of one that no heap can hold.
  public static func charge(_ byteCount: Int) -> Int? {
    guard byteCount <= 1 << 30 else { return nil }
    return max(16, 1 << (Int.bitWidth - max(byteCount - 1, 0).leadingZeroBitCount)) + 64
  }

  /// The charges of all objects that must be remembered add up to at most this.
  public static func quarantine(heapLimit: Int) -> Int { heapLimit / 32 }

  // MARK: Verdicts

  @inlinable public static var addressMask: UInt64 { 1 << 31 - 1 }
  @inlinable public static var objectMask: UInt64 { 1 << 30 - 1 }

  /// A fault as an outcome.
  @inlinable public static func fault(_ kind: UInt8, at address: Int, object: Int?) -> UInt64 {
    let (addressBits, objectBits) = (UInt64(bitPattern: Int64(address)), UInt64(bitPattern: Int64(object ?? -1)))
    return UInt64(kind & 7) &<< 61 | min(addressBits, addressMask) &<< 30 | min(objectBits, objectMask)
  }

  /// The first bad byte of an outcome; nil where it is outside every heap.
  public static func address(_ outcome: UInt64) -> Int? {
    let bits = outcome >> 30 & addressMask
    return bits == addressMask ? nil : Int(bits)
  }

  /// The object that an outcome is about.
  public static func object(_ outcome: UInt64) -> Int? {
    let bits = outcome & objectMask
    return bits == objectMask ? nil : Int(bits)
  }

  /// The kinds of faults, as `MemoryFault.Kind` has them.
  public enum Fault: UInt8, Sendable, CaseIterable {
    case overflow = 1
    case underflow, useAfterFree, doubleFree, invalidFree, uninitialisedUse, wild

    /// As people say it.
    public var name: String {
      switch self {
      case .overflow: "overflow"
      case .underflow: "underflow"
      case .useAfterFree: "use after free"
      case .doubleFree: "double free"
      case .invalidFree: "invalid free"
      case .uninitialisedUse: "uninitialised use"
      case .wild: "wild access"
      }
    }
  }

  /// The kind of fault of an outcome; nil where there is none.
  public static func fault(of outcome: UInt64) -> Fault? { Fault(rawValue: UInt8(truncatingIfNeeded: outcome >> 61)) }

  /// A verdict as people say it.
  public static func verdict(_ outcome: UInt64) -> String {
    guard let fault = fault(of: outcome) else { return outcome == 0 ? "nothing wrong" : "no verdict" }
    let place = address(outcome).map { hexadecimal(UInt64($0)) } ?? "an address outside the heap"
    let object = object(outcome).map { ", of the object at \(hexadecimal(UInt64($0)))" } ?? ""
    return "\(fault.name) at \(place)\(object)"
  }

  // MARK: Text

  public static func slotEnd(of word: UInt64) -> Int? {
    let operation = AccessOperation(word: word)
    switch operation.kind {
    case .copy, .point: return 1 + max(operation.name, operation.other)
    case nil: return 0
    default: return 1 + operation.name
    }
  }

  public static func describe(operation word: UInt64) -> String {
    let operation = AccessOperation(word: word)
    let (name, other) = ("p\(operation.name)", "p\(operation.other)")
    switch operation.kind {
    case .allocate: return "\(name) = allocate(\(number(operation.size)))"
    case .deallocate: return "deallocate(\(name))"
    case .read: return "read \(bytes(operation.count)) at \(place(name, operation.offset))"
    case .write: return "write \(bytes(operation.count)) at \(place(name, operation.offset))"
    case .use: return "use \(bytes(operation.count)) at \(place(name, operation.offset))"
    case .copy: return "copy \(bytes(operation.number)) from \(other) to \(name)"
    case .point: return "\(name) = \(place(other, operation.distance))"
    case nil: return "nothing"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    switch AccessOperation(word: word).kind {
    case .allocate: return outcome == none ? "nil" : hexadecimal(outcome)
    case .point, nil: return ""
    default: return verdict(outcome)
    }
  }

  private static func place(_ name: String, _ offset: Int) -> String {
    offset == 0 ? name : "\(name) \(offset < 0 ? "-" : "+") \(magnitude(offset.magnitude))"
  }

  private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(number(count)) bytes" }

  private static func number(_ value: Int) -> String { value == .max ? "Int.max" : magnitude(value.magnitude) }

  /// A number as people read it: large powers of two by their exponents.
  private static func magnitude(_ value: UInt) -> String {
    guard value >= 1 << 20, value.nonzeroBitCount == 1 else { return value == Int.max ? "Int.max" : "\(value)" }
    return "2^\(value.trailingZeroBitCount)"
  }
}
