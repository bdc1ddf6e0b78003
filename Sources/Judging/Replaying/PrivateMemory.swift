/// The most private memory that a worker gained, as seen between windows: globals, malloc, mappings, stacks.
///
/// Counting page by page takes time in proportion to them. So the kernel's counter, which is fast and late, says when it is
/// worth while, and only the count is believed: subjects that keep to their heap are never charged for the counter's errors.
struct PrivateMemory {
  private let baseline: Int
  private let roughBaseline: Int
  /// What the fast counter must reach before the pages are counted again.
  private var threshold = step
  /// Bytes gained, at the most.
  private(set) var peak = 0

  /// The least that makes another count worth while; more than the counter's usual error.
  private static let step = 128 << 10

  init(of link: WorkerLink) {
    baseline = link.privateBytes
    roughBaseline = link.roughPrivateBytes
  }

  /// - Parameter isCertain: count, whatever the counter says.
  mutating func measure(_ link: WorkerLink, isCertain: Bool) {
    let rough = link.roughPrivateBytes - roughBaseline
    guard isCertain || rough >= threshold else { return }
    peak = max(peak, link.privateBytes - baseline)
    threshold = max(threshold, rough + max(Self.step, rough / 16))
  }
}
