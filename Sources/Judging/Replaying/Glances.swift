/// Looks at the heap in the middle of a window: the worker is stopped at moments that are drawn anew each time.
///
/// A subject can know where its windows end, and be right just there. It cannot know when it will be stopped, nor act while it is. And
/// the moment does not hang on what the worker says: not on how far it claims to have come.
struct Glances {
  /// How long after the request the worker is stopped first; nil where it is not.
  let delay: Duration?
  /// How likely it is stopped each time that the judge has waited for `slice` after that.
  private let chance: Double

  /// Nanoseconds between two draws.
  static let slice: Int64 = 20_000
  /// The shortest window that is worth it.
  private static let shortest = 32
  /// Operations for one more glance.
  private static let stride = 4096

  /// None.
  init() { (delay, chance) = (nil, 0) }

  /// Some, spread over a window of so many operations.
  ///
  /// - Parameter nanoseconds: that an operation takes, about, with its share of what it takes to hand over a window.
  init(operations count: Int, nanosecondsEach nanoseconds: Double) {
    // Not from a seed: right subjects do not depend on it, and others should not know.
    let whole = Double(count) * nanoseconds
    delay = count >= Self.shortest ? .nanoseconds(Int64(Double.random(in: 0..<min(whole, 1e6)))) : nil
    chance = count < Self.stride ? 0 : min(1, Double(count / Self.stride) * Double(Self.slice) / whole)
  }

  /// Whether there may be any.
  var areWanted: Bool { chance > 0 || delay != nil }

  /// Whether there may be more than the first.
  var maySlice: Bool { chance > 0 }

  /// Whether the worker is to be stopped now.
  func isDue() -> Bool { Double.random(in: 0..<1) < chance }
}
