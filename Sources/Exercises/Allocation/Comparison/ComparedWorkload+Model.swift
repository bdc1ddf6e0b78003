/// How much memory each choice touches, as a page of arithmetic: near enough to draw workloads on both sides of a border, and never
/// what an advisor is held to.
extension ComparedWorkload {
  /// Bytes touched at the peak by choice; nil where it cannot serve the workload.
  package var modelledBytes: [Double?] {
    let blocks = Double(peakLiveBlocks)
    var slab = 0.0
    var buddy = 8192.0
    for (size, share) in shares {
      let count = blocks * share
      // Which objects are wanted changes, and a cache keeps what it had once.
      let held = distinctSizes > 1 ? count + 0.8 * count.squareRoot() : count
      slab += held * Self.slabBytes(forEach: size) + 0.55 * 4096
      buddy += count * Double(Self.powerOfTwo(max(size, 16))) * 1.03
    }
    return [blocks * Double(largestSize), distinctSizes <= 16 ? slab : nil, buddy]
  }

  /// What an object takes of its slab, of which at most an eighth is lost.
  private static func slabBytes(forEach size: Int) -> Double {
    var slab = powerOfTwo(max(4096, 4 * size))
    while (slab - 64) / size * size * 8 < slab * 7 { slab *= 2 }
    return Double(slab) / Double((slab - 64) / size)
  }

  private static func powerOfTwo(_ size: Int) -> Int {
    size <= 1 ? 1 : 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
  }
}
