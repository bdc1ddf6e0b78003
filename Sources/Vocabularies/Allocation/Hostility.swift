/// What a hostile operation does to a subject. Only traces made for it have any.
public enum Hostility: UInt8, Sendable, CaseIterable {
  // The heap refuses to grow. The outcome is 0.

  /// The `size`th call of `grow` from now on fails, counted from 1, and no other.
  case growthFailsOnce = 0
  /// The `size`th call of `grow` from now on fails, and every one after it.
  case growthFails = 1
  /// One call of `grow` in `size` fails, at random.
  case growthFailsAtRandom = 2
  /// The heap grows again as it should.
  case growthWorks = 3

  // Frees that are wrong, for subjects that promise to detect them. The outcome is 1 where the subject did.

  /// Frees the block that was last in `slot` once more. No block may have been allocated since it was freed.
  case doubleFree = 8
  /// Frees an address `size` bytes inside the live block in `slot`.
  case interiorFree = 9
  /// Frees an address `size` bytes past the heap's end.
  case foreignFree = 10
  /// Frees an address `size` bytes, less than the alignment, before the live block in `slot`; or behind, where that is the heap's start.
  case misalignedFree = 11

  // A subject that checks itself.

  /// Changes one of the words that the subject keeps in the heap for itself: the `size`th, counted round, in the way numbered `slot`
  /// (see `RecordDamage`). The outcome is the word's address, or `AllocationVocabulary.noAddress` where there is none.
  case damage = 16
  /// Asks the subject for what is wrong with its own records. The outcome is the number of its findings. Where it has some right
  /// after a damage, that damage is undone.
  case checkInvariants = 17

  // Another life.

  /// The subject ends, and a new one begins over an empty heap that grows as it should. No block may be live. A trace of many lives
  /// begins with it. The outcome is where the old heap ended.
  case restart = 24

  // What C promises of null pointers, for subjects with C's interface. Others pass these over. The outcome is 0.

  /// Frees a null pointer, which does nothing.
  case freeOfNull = 28
  /// The next allocation or deallocation is made by `realloc`: of a null pointer, or to a size of 0.
  case byReallocation = 29

  /// Whether it is a free that is wrong.
  public var isWrongFree: Bool { (Self.doubleFree.rawValue...Self.misalignedFree.rawValue).contains(rawValue) }

  /// Whether it is about the heap's growth, which every subject meets.
  public var isFault: Bool { rawValue <= Self.growthWorks.rawValue }
}
