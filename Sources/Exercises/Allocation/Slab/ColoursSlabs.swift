import Examining
import Vocabularies

/// What objects leave over of their slabs moves them on, so that those of different slabs do not all begin at the same lines of a page,
/// and so at the same lines of the CPU's cache.
///
/// Where slabs begin is their cache's business. So it looks at rows of objects that lie one behind the other: a row that ends is a slab
/// that ends, or a free object, and free objects only make it more lenient.
final class ColoursSlabs: LifetimeRule {
  /// Live objects that lie in enough slabs to tell: of the largest, more than fifty.
  private static let objects = 2000
  private static let lineBytes = 64
  private static let pageBytes = 4096
  /// What a slab may have as a header beside two bytes an object.
  private static let headerBytes = 64

  private let stride: Int
  /// Where live objects are; of no use once they have been looked at.
  private var live: Set<Int> = []
  private var isDone = false

  /// - Returns: nil where slabs of some size leave so little over that it cannot be told.
  init?(size: Int, alignment: Int) {
    guard 256..<Self.pageBytes ~= size, alignment <= Self.lineBytes else { return nil }
    stride = (size + alignment - 1) & ~(alignment - 1)
    for shift in 12...15 {
      // With a header so small that one object more fits, as much has to be left.
      let (count, rest) = (1 << shift).quotientAndRemainder(dividingBy: stride)
      guard rest >= Self.headerBytes + 2 * count + 3 * Self.lineBytes else { return nil }
    }
  }

  func restarted() {
    live = []
    isDone = false
  }

  func placed(at address: Int, outcome: UInt64) -> Objection? {
    guard !isDone else { return nil }
    live.insert(address)
    guard live.count == Self.objects else { return nil }
    defer {
      isDone = true
      live = []
    }
    var starts = 0
    var lines = [Int](repeating: 0, count: Self.pageBytes / Self.lineBytes)
    for address in live where !live.contains(address - stride) {
      starts += 1
      lines[address % Self.pageBytes / Self.lineBytes] += 1
    }
    guard let most = lines.max(), let line = lines.firstIndex(of: most), most * 4 > starts * 3, starts > 20 else {
      return nil
    }
    return Objection(
      .uncoloured,
      "so that \(live.count) objects lie in \(starts) rows, of which \(most) begin at the same line of a page, at byte "
        + "\(line * Self.lineBytes): three quarters are the most that was expected")
  }

  func ended(at address: Int) { if !isDone { live.remove(address) } }

  func reaped() {}
}
