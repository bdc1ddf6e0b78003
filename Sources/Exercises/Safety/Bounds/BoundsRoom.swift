import Vocabularies

/// When a request must be served: as long as powers of two in memory of their own for each of them fit into a share of the heap,
/// a quarter where nothing else is said.
///
/// So it is whatever a subject does about fragmentation, and however it rounds up, if not beyond a power of two.
struct BoundsRoom {
  /// What is added for each object.
  private static let record = 64

  let heapLimit: Int
  /// How often that fits into the heap.
  private let share: Int
  /// The most objects that must be served at once.
  let objectLimit: Int
  /// By the binary logarithm of the rounded size: how many live, and how many ever lived at once.
  private var live = Array(repeating: 0, count: 64)
  private var peak = Array(repeating: 0, count: 64)
  private var count = 0

  init(heapLimit: Int, objectLimit: Int = PointerVocabulary.objectLimit, share: Int = 4) {
    self.heapLimit = heapLimit
    self.share = share
    self.objectLimit = objectLimit
  }

  private func order(_ size: Int) -> Int { size <= 16 ? 4 : Int.bitWidth - (size - 1).leadingZeroBitCount }

  /// Bytes that all objects take, with another one of that size; nil where it is larger than any heap.
  func taken(with size: Int) -> Int? {
    guard size <= 1 << 30 else { return nil }
    let new = order(size)
    return peak.indices.reduce(0) { sum, order in
      sum + max(peak[order], live[order] + (order == new ? 1 : 0)) * (1 << min(order, 31) + Self.record)
    }
  }

  func mustServe(_ size: Int) -> Bool {
    guard count < objectLimit, let taken = taken(with: size) else { return false }
    return taken <= heapLimit / share
  }

  mutating func add(_ size: Int) {
    let order = order(size)
    live[order & 63] += 1
    peak[order & 63] = max(peak[order & 63], live[order & 63])
    count += 1
  }

  mutating func remove(_ size: Int) {
    live[order(size) & 63] -= 1
    count -= 1
  }
}
