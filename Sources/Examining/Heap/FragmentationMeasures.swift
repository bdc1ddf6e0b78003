/// The four measures of fragmentation, of memory used and bytes live over time.
///
/// Each is a quotient, kept as numerator and denominator, so that it is exact. Source: Johnstone and Wilson, "The Memory Fragmentation
/// Problem: Solved?", 1998, section 5.
package struct FragmentationMeasures: Sendable {
  /// What was used and live at one moment.
  package typealias Moment = (used: UInt64, live: UInt64)

  /// Sums of bytes × time.
  private var (usedTime, liveTime): (UInt128, UInt128) = (0, 0)
  private var now: (moment: Moment, time: UInt64)?
  private var atMostLive: Moment = (0, 0)
  private var atMostUsed: Moment = (0, 0)

  package init() {}

  /// From `time` on so much is used and live. Of several moments with the most, the first counts.
  package mutating func note(used: UInt64, live: UInt64, at time: UInt64) {
    if let now {
      usedTime &+= UInt128(now.moment.used) &* UInt128(time &- now.time)
      liveTime &+= UInt128(now.moment.live) &* UInt128(time &- now.time)
      if live > atMostLive.live { atMostLive = (used, live) }
      if used > atMostUsed.used { atMostUsed = (used, live) }
    } else {
      (atMostLive, atMostUsed) = ((used, live), (used, live))
    }
    now = ((used, live), time)
  }

  /// Numerators and denominators, in the order of the paper: on average over time, where most was live, where most was used, and
  /// the most used over the most live.
  package var quotients: [(numerator: UInt128, denominator: UInt128)] {
    [
      (usedTime, liveTime), (UInt128(atMostLive.used), UInt128(atMostLive.live)),
      (UInt128(atMostUsed.used), UInt128(atMostUsed.live)), (UInt128(atMostUsed.used), UInt128(atMostLive.live)),
    ]
  }
}
