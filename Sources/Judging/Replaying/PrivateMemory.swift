/// The most private memory that a worker gained, as seen between windows: globals, malloc, mappings, stacks.
///
/// It is counted from what a worker takes that has no student's code, so that nothing can be hidden in what was there at the start.
/// Counting takes time in proportion to the pages. So the kernel's counter, which is fast and late, says when it is
/// worth while, and only the count is believed: subjects that keep to their heap are never charged for the counter's errors.
package struct PrivateMemory {
  /// What the run-time system may gain without its being counted: pages of its own data that it writes to first.
  package static let allowance = 96 << 10

  private let baseline: Int
  private let roughBaseline: Int
  /// What the fast counter must reach before the pages are counted again.
  private var threshold = step
  /// Bytes gained, at the most.
  private var peak = 0

  /// The least that makes another count worth while; more than the counter's usual error.
  private static let step = 128 << 10

  /// - Parameter isInBatch: whether the worker replays a batch, and not one window after the other.
  init(of link: WorkerLink, isInBatch: Bool = false) {
    baseline = isInBatch ? link.empty.afterBatch : link.empty.idle
    roughBaseline = link.roughPrivateBytes
  }

  /// Bytes gained at the most, beyond what is allowed for the run-time system.
  var charged: Int { max(0, peak - Self.allowance) }

  /// - Parameter isCertain: count, whatever the counter says.
  mutating func measure(_ link: WorkerLink, isCertain: Bool) {
    let rough = link.roughPrivateBytes - roughBaseline
    guard isCertain || rough >= threshold else { return }
    peak = max(peak, link.privateBytes - baseline)
    threshold = max(threshold, rough + max(Self.step, rough / 16))
  }
}
