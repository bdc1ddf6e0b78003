/// What is wrong with an access to memory, or with the end of an object: which kind of mistake, where, and about which object.
@frozen public struct MemoryFault: Equatable, Sendable {
  /// The mistakes that a program makes.
  @frozen public enum Kind: UInt8, Sendable, CaseIterable {
    /// An access behind an object's end.
    case overflow = 1
    /// An access before an object's first byte.
    case underflow = 2
    /// An access to an object that has ended.
    case useAfterFree = 3
    /// The end of an object that has ended.
    case doubleFree = 4
    /// The end of what is no object's first byte.
    case invalidFree = 5
    /// Something is decided by bytes that nobody has written.
    case uninitialisedUse = 6
    /// An access that is near no object.
    case wild = 7
  }

  /// Which mistake it is.
  public let kind: Kind
  /// The first bad byte; of a free, the address that it was asked for.
  public let address: Address
  /// The first byte of the object that it is about; nil where it is about none. `address - object` is how far it is from there.
  public let object: Address?

  @inlinable public init(_ kind: Kind, at address: Address, object: Address? = nil) {
    self.kind = kind
    self.address = address
    self.object = object
  }
}
