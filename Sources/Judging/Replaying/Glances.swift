/// Looks at the heap in the middle of a window: the worker is stopped at moments that are drawn anew each time.
///
/// A subject can know where its windows end, and be right just there. It cannot know when it will be stopped, nor act while it is. And
/// the moment does not hang on what the worker says: not on how far it claims to have come.
struct Glances {
  /// How likely the worker is stopped each time that the judge has waited for `slice`.
  private let chance: Double

  /// Nanoseconds between two draws.
  static let slice: Int64 = 20_000
  /// The shortest window that is worth it: a shorter one is over before it is looked at.
  private static let shortest = 512
  /// Operations for one more glance.
  private static let stride = 4096

  /// None.
  init() { chance = 0 }

  /// Some, spread over a window of so many operations.
  ///
  /// - Parameter nanoseconds: that an operation takes, about.
  init(operations count: Int, nanosecondsEach nanoseconds: Double) {
    let slices = max(1, Double(count) * nanoseconds / Double(Self.slice))
    chance = count < Self.shortest ? 0 : min(1, Double(1 + count / Self.stride) / slices)
  }

  /// Whether there may be any.
  var areWanted: Bool { chance > 0 }

  /// Whether the worker is to be stopped now. Not from a seed: right subjects do not depend on it, and others should not know.
  func isDue() -> Bool { Double.random(in: 0..<1) < chance }
}
