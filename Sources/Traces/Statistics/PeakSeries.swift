/// A long series cut down to at most 512 peaks, each over as many values; their span doubles whenever they fill up.
package struct PeakSeries: Sendable {
  static let capacity = 512
  private var peaks: [Int] = []
  private var span = 1
  private var open = (peak: 0, count: 0)

  /// The peaks so far, over equally many values each but the last.
  package var values: [Int] { open.count == 0 ? peaks : peaks + [open.peak] }

  mutating func append(_ value: Int) {
    open = (max(open.peak, value), open.count + 1)
    guard open.count == span else { return }
    peaks.append(open.peak)
    open = (0, 0)
    guard peaks.count == Self.capacity else { return }
    peaks = stride(from: 0, to: Self.capacity, by: 2).map { max(peaks[$0], peaks[$0 + 1]) }
    span *= 2
  }
}
