extension Heap {
  /// A number that nobody can foresee who sees no more than what a program does: all 64 bits are random.
  ///
  /// It is drawn from a seed that each process has of its own, and that no trace shows before something was wrong: then the seed is kept with
  /// the trace, so that who replays that gets the same numbers, and what was found is found once more.
  ///
  /// - Complexity: O(1), a few instructions.
  @inlinable public func random() -> UInt64 {
    // Safe: the counters stay valid for as long as any copy of this heap is used.
    unsafe counters.pointee.random()
  }
}

extension HeapCounters {
  /// The next number of SplitMix64 (Steele, Lea and Flood 2014).
  @inlinable mutating func random() -> UInt64 {
    randomState &+= 0x9e37_79b9_7f4a_7c15
    var z = randomState
    z = (z ^ z &>> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z &>> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z &>> 31
  }
}
