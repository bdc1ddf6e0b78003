import Vocabularies

/// What an exercise's outcomes and blocks look like.
package enum BlockFormat: Sendable {
  /// An outcome is an address, and a block holds payload from its first byte to its last.
  case plain
  /// An outcome says as well which of several subjects that share the heap a block is of.
  case owned
  /// An outcome carries a serial number too, and a block begins with it (see `ConstructedState`).
  case constructed

  /// The bits of an outcome that hold the address.
  package var addressMask: UInt64 { self == .plain ? .max : AllocationVocabulary.addressMask }

  /// Bytes at a block's start that hold no payload.
  package var reservedBytes: Int { self == .constructed ? ConstructedState.serialBytes : 0 }

  /// The bits of a serial number that an outcome carries.
  static let serialMask: UInt64 = ~0 >> AllocationVocabulary.serialShift

  /// No object's number: nobody could look at it in time.
  static let unknownSerial = serialMask
}
