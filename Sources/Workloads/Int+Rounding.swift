extension Int {
  /// The first multiple of `unit`, a power of two, at or above this number.
  package func roundedUp(to unit: Int) -> Int { (self + unit - 1) & ~(unit - 1) }
}
