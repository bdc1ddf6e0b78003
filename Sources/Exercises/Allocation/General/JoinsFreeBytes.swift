import Examining
import Vocabularies
import Workloads

/// What lies free in a row, between two live blocks or behind the last one, serves what fits in there: see `GeneralPurposeAllocator` and
/// `SegregatedAllocator`.
final class JoinsFreeBytes: RefusalRule {
  /// Bytes at the heap's start that records may take.
  private let recordBytes: Int
  /// Bytes that a row must have beyond what is asked for.
  private let overhead: Int
  /// What it is called where they serve nothing.
  private let kind: ViolationKind

  init(recordBytes: Int, overhead: Int, kind: ViolationKind) {
    (self.recordBytes, self.overhead, self.kind) = (recordBytes, overhead, kind)
  }

  /// Words of the map of live bytes that were read so far, of those that each operation allows: a long trace whose every request fails
  /// would else take longer to judge than to replay.
  private var wordsRead = 0
  private static let (wordsAtFirst, wordsAnOperation) = (1 << 20, 64)

  func restarted() { wordsRead = 0 }

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard !oracle.growthMayFail, request.size <= oracle.heapLimit, request.alignment <= oracle.heapLimit else {
      return nil
    }
    let words = oracle.highestUsed / 64
    guard wordsRead + words <= Self.wordsAtFirst + index * Self.wordsAnOperation else { return nil }
    wordsRead += words
    let needed = request.size + (request.alignment > 16 ? request.alignment : 0) + overhead
    // Beyond the highest byte that was ever used, all are free.
    let highest = oracle.highestUsed.roundedUp(to: 64)
    var start = recordBytes
    for place in stride(from: recordBytes, to: highest, by: 64) where !oracle.isFree(place, 64) {
      if place - start >= needed {
        return Objection(
          kind, "\(hexadecimal(start)) ..< \(hexadecimal(place)) is free: \(place - start) bytes in a row")
      }
      start = place + 64
    }
    guard oracle.heapLimit - start >= needed else { return nil }
    return Objection(
      .failedWithRoom,
      "from \(hexadecimal(start)) on, up to the heap's limit, \(oracle.heapLimit - start) bytes are free in a row")
  }
}
