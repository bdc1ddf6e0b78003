/// Looks at the heap in the middle of a window: the worker is stopped near operations that are drawn anew each time.
///
/// A subject can know where its windows end, and be right just there. It cannot know where it will be stopped, nor act while it is.
struct Glances {
  /// Places in the window, in order, near which the worker is still to be stopped.
  private var places: [Int] = []

  /// The shortest window that is worth it: a shorter one is over before it is looked at.
  private static let shortest = 512
  /// Operations for one more glance.
  private static let stride = 4096

  /// None.
  init() {}

  /// Some, in a window of so many operations.
  init(operations count: Int) {
    let glances = count < Self.shortest ? 0 : 1 + count / Self.stride
    // Not from the seed: right subjects do not depend on it, and others should not know.
    places = (0..<glances).map { _ in Int.random(in: count / 16..<count - count / 16) }.sorted()
  }

  /// The next place.
  var next: Int? { places.first }

  /// All places before `done` are done with.
  mutating func pass(_ done: Int) { places.removeAll { $0 <= done } }
}
