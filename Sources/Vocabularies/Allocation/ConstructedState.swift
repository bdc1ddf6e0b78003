/// The state that a constructor leaves an object in: a serial number, and behind it a pattern that only it has there.
///
///     | serial number, 8 B | payload pattern of (address, serial number) … |
public enum ConstructedState {
  /// Bytes of the serial number, which stay as they are while the object is in use.
  public static let serialBytes = 8

  /// The key of the pattern behind the serial number.
  @inlinable public static func key(address: UInt64, serial: UInt64) -> UInt64 {
    PayloadPattern.key(ofOperation: address &* 0x1_0000_0001 ^ serial &<< 20)
  }
}
