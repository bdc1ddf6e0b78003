import CPlatform

/// How long a cycle of the time-stamp counter is.
enum CycleClock {
  /// Measured once, against the monotonic clock, over two milliseconds.
  static let nanosecondsPerCycle: Double = {
    let clock = ContinuousClock()
    let start = clock.now
    let cycles = cp_cycles()
    while clock.now - start < .milliseconds(2) {}
    let elapsed = clock.now - start
    let attoseconds = Double(elapsed.components.seconds) * 1e18 + Double(elapsed.components.attoseconds)
    return attoseconds / 1e9 / Double(cp_cycles() &- cycles)
  }()
}
