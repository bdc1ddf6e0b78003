import Examining
import Traces
import Vocabularies
import Workloads

/// What is drawn changes numbers, and never what is tested.
extension Hybrid {
  // What is short comes first: whoever fails there reads a few lines.
  static let workloads: [Workload] =
    exhaustive + [
      Workload(
        "borders", "Sizes one below, at and one above each power of two, and each multiple of 16 up to 1 KiB.",
        measuresSpace: false
      ) { generator in
        var builder = AllocationTraceBuilder()
        var sizes = (0...17).flatMap { [(1 << $0) - 1, 1 << $0, (1 << $0) + 1] }
        sizes += stride(from: 16, through: 1024, by: 16).flatMap { [$0 - 1, $0, $0 + 1] }
        for order in ReleaseOrder.allCases {
          for size in sizes.shuffled(using: &generator) { builder.allocate(size) }
          switch order {
          case .firstInFirstOut: builder.deallocateAll()
          case .lastInFirstOut: while !builder.live.isEmpty { builder.deallocateLast() }
          case .random: builder.deallocateAll(shuffledWith: &generator)
          }
        }
        return hybridTrace(builder, limit: 4 << 20)
      },
      Workload(
        "packed", "Blocks of 16 bytes until a small heap is full, of which a header of 8 bytes would be a half.",
        weight: 2
      ) { generator in
        packed([16 - generator.pick(0...7)], limit: 192 << 10)
      },
      Workload("packed-odd", "The same with blocks of an odd number of words, and with pages.", weight: 2) {
        generator in
        packed([40 + generator.pick(0...8), 112, 520 + generator.pick(0...99), 4096, 20_000], limit: 1 << 20)
      },
      Workload(
        "one-size", "A small heap full of blocks of one size, of which many are freed in any order, and wanted again.",
        weight: 3
      ) { generator in
        var builder = AllocationTraceBuilder()
        let limit = 160 << 10
        for size in [48 + generator.pick(0...15), 250, 1000] {
          let count = (limit - recordBytes(limit: limit)) / size + 40
          for round in 0..<3 {
            while builder.live.count < count { builder.allocate(size) }
            builder.punchHoles(keepingOneIn: round + 2, with: &generator)
          }
          while builder.live.count < count { builder.allocate(size) }
          builder.deallocateAll(shuffledWith: &generator)
        }
        return hybridTrace(builder, limit: limit)
      },
      Workload(
        "phases", "A heap full of blocks of one size, then of another, small, medium and large ones in turn.", weight: 4
      ) { generator in
        var builder = AllocationTraceBuilder()
        let limit = 512 << 10
        for size in [1000, 100_000, 70, 6000, 300, 30_000, 2040, 12_000].shuffled(using: &generator) {
          let size = size + generator.pick(0...15)
          for _ in 0..<(limit - recordBytes(limit: limit)) / size + 4 { builder.allocate(size) }
          builder.deallocateAll(shuffledWith: &generator)
        }
        builder.allocate(limit - recordBytes(limit: limit) - slack)
        return hybridTrace(builder, limit: limit)
      },
      Workload(
        "survivors", "The same, with blocks that stay: each keeps a run from going back, and those between must.",
        weight: 3
      ) { generator in
        var builder = AllocationTraceBuilder()
        let limit = 2 << 20
        var kept: [AllocationTraceBuilder.Block] = []
        for size in [200, 20_000, 2500, 64, 8000] {
          let room = limit - recordBytes(limit: limit) - builder.liveBytes
          for _ in 0..<min(room * 3 / 4 / size, 2500) { builder.allocate(size + generator.pick(0...7)) }
          for _ in 0..<2 { kept.append(builder.exchange(at: generator.below(builder.live.count), with: nil)) }
          builder.deallocateAll(shuffledWith: &generator)
          // Of what lies between those that stay the largest row has a sixth of the heap or more.
          builder.allocate((limit - recordBytes(limit: limit)) / (kept.count + 1) - slack)
          builder.deallocateLast()
        }
        for block in kept { builder.release(block) }
        return hybridTrace(builder, limit: limit)
      },
      Workload(
        "set-aside",
        "A few blocks of every class, freed, and then one of the whole heap: lists of free blocks keep runs from going back.",
        weight: 3
      ) { generator in
        var builder = AllocationTraceBuilder()
        let limit = 1 << 20
        for round in 0..<8 {
          for _ in 0..<60 { builder.allocate(generator.logarithmic(1...[30_000, 2000][round & 1])) }
          builder.deallocateAll(shuffledWith: &generator)
          builder.allocate(limit - recordBytes(limit: limit) - slack - generator.pick(0...99))
          builder.deallocateLast()
        }
        return hybridTrace(builder, limit: limit)
      },
      Workload(
        "ladder", "Blocks that grow across every border and shrink again, a tenth at a time, among others.", weight: 4
      ) { generator in
        var builder = AllocationTraceBuilder()
        for round in 0..<6 {
          for _ in 0..<5 { builder.allocate(generator.pick(0...24)) }
          let top = [3000, 20_000, 300_000][round % 3]
          var size = 8 + generator.pick(0...7)
          while size < top {
            size += max(size / 10, 1)
            step(&builder, to: size + generator.pick(-1...1), with: &generator)
          }
          while size > 4 {
            size -= max(size / 7, 1)
            step(&builder, to: size + generator.pick(-1...1), with: &generator)
          }
          builder.deallocateAll(shuffledWith: &generator)
        }
        return hybridTrace(builder)
      },
      Workload("leaps", "Blocks that go from one side of a border far to the other, and back.", weight: 2) {
        generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<60 { builder.allocate(generator.logarithmic(1...50_000)) }
        let sizes = [0, 1, 15, 17, 128, 129, 1024, 1025, 4096, 4097, 8192, 8193, 32_768, 32_769, 65_536, 131_073]
        for _ in 0..<3000 {
          builder.reallocate(
            at: generator.below(builder.live.count), to: generator.pick(sizes) + generator.pick(0...1),
            alignment: generator.oneIn(20) ? 1 << generator.pick(5...13) : 1)
        }
        builder.deallocateAll(shuffledWith: &generator)
        return hybridTrace(builder)
      },
      Workload(
        "grows-over-runs",
        "Large blocks that grow into what small and medium ones behind them have left, up to the heap's limit.",
        weight: 3
      ) { generator in
        var builder = AllocationTraceBuilder()
        let limit = 2 << 20
        for round in 0..<8 {
          var block = builder.take(40_000 + generator.pick(0...999))
          let size = [400, 30_000, 3000, 900][round % 4]
          for _ in 0..<400_000 / size { builder.allocate(size + generator.pick(0...9)) }
          builder.deallocateAll(shuffledWith: &generator)
          for wanted in [70_000, 140_000, 260_000, 100_000, 200_000, 33_000] {
            builder.reallocate(&block, to: wanted + generator.pick(0...99))
          }
          builder.allocate(100)
          builder.reallocate(&block, to: 600_000 + 140_000 * round)
          builder.release(block)
          builder.deallocateAll()
        }
        return hybridTrace(builder, limit: limit)
      },
      Workload(
        "aligned", "Alignments up to 16 pages with sizes of all kinds, and what lies between them serves others.",
        weight: 2
      ) { generator in
        var builder = AllocationTraceBuilder()
        builder.churn(operations: 6000, population: 250, with: &generator) {
          ($0.logarithmic(1...20_000), $0.oneIn(2) ? 1 : 1 << $0.pick(0...16))
        }
        builder.deallocateAll(shuffledWith: &generator)
        return hybridTrace(builder)
      },
      Workload("exhaustion", "A heap that is always nearly full, with all sizes.", weight: 3) { generator in
        var builder = AllocationTraceBuilder()
        let limit = (1 << 20) + 64 * generator.pick(0...40)
        for _ in 0..<8 {
          while builder.liveBytes < limit { builder.allocate(generator.logarithmic(1...70_000)) }
          builder.punchHoles(keepingOneIn: generator.pick(2...6), with: &generator)
          for _ in 0..<40 { builder.allocate(generator.pick(1000...4000)) }
        }
        return hybridTrace(builder, limit: limit)
      },
      Workload(
        "shrinking", "Large blocks that shrink, and others that need what they give back.", measuresSpace: false,
        weight: 2
      ) { generator in
        var builder = AllocationTraceBuilder()
        let limit = 1 << 20
        for _ in 0..<6 {
          for size in [600_000, 400_000, 240_000] {
            builder.allocate(size + generator.pick(0...999))
            builder.reallocate(at: builder.live.count - 1, to: size / 2 + generator.pick(1...999))
            builder.reallocate(at: builder.live.count - 1, to: generator.pick(20_000...34_000))
          }
          builder.allocate(300_000)
          builder.deallocateAll(shuffledWith: &generator)
        }
        return hybridTrace(builder, limit: limit)
      },
      Workload(
        "holes", "Large holes between blocks that stay, and large blocks that fit only there.", measuresSpace: false,
        weight: 2
      ) { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<3 {
          var kept: [AllocationTraceBuilder.Block] = []
          for size in [950_000, 800_000] {
            builder.allocate(size - generator.pick(0...999))
            kept.append(builder.take(generator.pick(1...100)))
          }
          builder.deallocateAll(shuffledWith: &generator)
          for size in [300_000, 520_000, 310_000] { builder.allocate(size + generator.pick(0...999)) }
          builder.deallocateAll(shuffledWith: &generator)
          for block in kept { builder.release(block) }
        }
        return hybridTrace(builder, limit: 2 << 20)
      },
      Workload(
        "trims", "The heap is large and then nearly empty; what no live block needs goes back, also between them.",
        weight: 3
      ) { generator in
        var builder = AllocationTraceBuilder()
        builder.reap()
        for round in 0..<6 {
          for _ in 0..<700 { builder.allocate(generator.logarithmic(16...20_000)) }
          builder.allocate(400_000 + generator.pick(0...99))
          builder.allocate(generator.pick(1...60))
          let last = builder.exchange(at: builder.live.count - 1, with: nil)
          builder.punchHoles(keepingOneIn: 250, with: &generator)
          builder.reap()
          if round % 2 == 0 { builder.reap() }
          builder.allocate(100_000)
          builder.deallocateAll(shuffledWith: &generator)
          builder.reap()
          builder.release(last)
        }
        builder.reap()
        return hybridTrace(builder, limit: 4 << 20)
      },
    ] + speed
    + General.workloads("absurd-sizes", "refused-growth", "moves", "growing", "growing-far")
    + chaosFit.workloads("robson", "exhausted-churn")

  /// Blocks of these sizes in turn, more than a heap can hold.
  private static func packed(_ sizes: [Int], limit: Int) -> Trace {
    var builder = AllocationTraceBuilder()
    for _ in 0..<limit / sizes.reduce(0, { $0 + max($1, 16) }) { for size in sizes { builder.allocate(size) } }
    builder.deallocateAll()
    return hybridTrace(builder, limit: limit)
  }

  /// A step of a ladder: all five blocks take it, with short lives beside them.
  private static func step(_ builder: inout AllocationTraceBuilder, to size: Int, with generator: inout SeededGenerator)
  {
    for place in 0..<5 where generator.oneIn(3) || place == 0 { builder.reallocate(at: place, to: max(size, 0)) }
    builder.allocate(generator.logarithmic(1...5000))
    if builder.live.count > 12 { builder.deallocate(at: generator.pick(5...11)) }
  }
}
