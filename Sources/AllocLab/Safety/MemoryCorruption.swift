/// What an allocator finds out about a program that has gone wrong, or is under attack.
@frozen public enum MemoryCorruption: UInt8, Error, Sendable, CaseIterable {
  /// Bytes behind a block's end were overwritten.
  case overflow = 1
  /// Bytes of a block that had ended were overwritten.
  case writeAfterFree = 2
  /// The end of a block that has ended.
  case doubleFree = 3
  /// The end of what is no block's first byte.
  case invalidFree = 4
}
