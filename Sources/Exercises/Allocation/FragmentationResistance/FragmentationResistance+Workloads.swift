import Examining
import Traces
import Vocabularies
import Workloads

/// What is drawn changes numbers, and never what is tested.
extension FragmentationResistance {
  // What is short comes first: whoever fails there reads a few lines.
  static let workloads: [Workload] =
    General.workloads(
      "all-small-blocks", "all-resized", "all-alignments", "few-blocks", "absurd-sizes", "filled", "same-bin",
      "growth-in-place", "last-grows", "shrinking", "moves", "aligned-full", "refused-growth") + rooms + patterns
    + adversaries + programs

  /// A workload that is looked at, and measured.
  private static func measured(
    _ name: String, _ summary: String, promising promise: FragmentationPromise, isTimed: Bool = false,
    weight: Double = 3, limit: Int = Exercise.defaultHeapLimit,
    write: @escaping @Sendable (inout AllocationTraceBuilder, inout SeededGenerator) -> Void
  ) -> Workload {
    Workload(name, summary, isTimed: isTimed, weight: weight) { generator in
      var builder = AllocationTraceBuilder()
      write(&builder, &generator)
      return generalTrace(builder, limit: limit).looked(at: 100, promising: promise, with: &generator)
    }
  }

  // MARK: - Room for large blocks

  private static let rooms: [Workload] = [
    measured(
      "largest-request",
      "Blocks that stay are asked for among many that do not; when these are gone, most of the heap is wanted in one piece.",
      promising: FragmentationPromise(room: 800), weight: 5, limit: 2 << 20
    ) { builder, generator in
      for _ in 0..<12 {
        // A phase: most of what it asks for ends with it.
        for step in 0..<700 {
          builder.allocate(generator.logarithmic(48...2000))
          if step % 12 == 11 { builder.deallocate(at: generator.below(builder.live.count)) }
        }
        var kept: [AllocationTraceBuilder.Block] = []
        builder.deallocateAll(shuffledWith: &generator)
        for _ in 0..<24 { kept.append(builder.take(generator.pick(24...120))) }
        // A step that does nothing: what is asked for before it stays before it, when a trace is rearranged.
        builder.thread(0)
        let large = builder.take((2 << 20) * 7 / 10 + generator.pick(0...999))
        builder.release(large)
        for block in kept.dropFirst(8) { builder.release(block) }
      }
    },
    measured(
      "best-hole",
      "Holes of two sizes; small blocks first, and then large ones, which fit only where no small one was put.",
      promising: FragmentationPromise(room: 900), weight: 5, limit: 1 << 20
    ) { builder, generator in
      for round in 0..<4 {
        let small = 480 + 16 * generator.pick(0...6) + 16 * round
        let large = 2 * small + 16 * generator.pick(3...9)
        var (fences, smalls, larges):
          ([AllocationTraceBuilder.Block], [AllocationTraceBuilder.Block], [AllocationTraceBuilder.Block]) =
            ([], [], [])
        let count = (1 << 20) * 7 / 8 / (small + large + 64)
        for _ in 0..<count {
          // Steps that do nothing, as above.
          larges.append(builder.take(large))
          builder.thread(0)
          fences.append(builder.take(32))
          builder.thread(0)
          smalls.append(builder.take(small))
          builder.thread(0)
          fences.append(builder.take(32))
          builder.thread(0)
        }
        for block in (smalls + larges).shuffled(using: &generator) { builder.release(block) }
        for _ in 0..<count { builder.allocate(small - generator.pick(0...31)) }
        builder.thread(0)
        for _ in 0..<count { builder.allocate(large - generator.pick(0...31)) }
        builder.deallocateAll(shuffledWith: &generator)
        for block in fences { builder.release(block) }
      }
    },
  ]

  // MARK: - Shapes that programs have

  private static let patterns: [Workload] = [
    measured(
      "long-among-short", "One block in twelve lives long, and the others die in phases of all sizes.",
      promising: FragmentationPromise(average: 2500, peak: 1800)
    ) { builder, generator in
      var kept: [AllocationTraceBuilder.Block] = []
      for _ in 0..<14 {
        for step in 0..<700 {
          builder.allocate(generator.logarithmic(64...6000))
          if step % 12 == 5 { kept.append(builder.take(generator.pick(16...200))) }
        }
        builder.deallocateAll(shuffledWith: &generator)
      }
      for _ in 0..<30 { builder.allocate(generator.pick(30_000...60_000)) }
      builder.deallocateAll()
      for block in kept { builder.release(block) }
    },
    measured(
      "sawtooth", "The heap fills and empties again and again, with blocks of other sizes each time.",
      promising: FragmentationPromise(average: 2000, peak: 1300), isTimed: true
    ) { builder, generator in
      for tooth in 0..<8 {
        let sizes = [16...400, 300...3000, 40...160, 1000...12_000][tooth % 4]
        let bytes = builder.liveBytes + (900 << 10)
        while builder.liveBytes < bytes { builder.allocate(generator.pick(sizes)) }
        builder.punchHoles(keepingOneIn: 40, with: &generator)
      }
      builder.deallocateAll(shuffledWith: &generator)
    },
    measured(
      "phase-change", "Each phase asks for larger blocks than the one before, of which one in 40 stays.",
      promising: FragmentationPromise(average: 3000, peak: 2300)
    ) { builder, generator in
      var kept: [AllocationTraceBuilder.Block] = []
      for size in [48, 112, 272, 656, 1600, 4000, 10_000] {
        var bytes = 0
        while bytes < 400 << 10 {
          let wanted = size + generator.pick(0...size / 4)
          builder.allocate(wanted)
          bytes += wanted
        }
        for place in stride(from: builder.live.count - 1, through: 0, by: -40) {
          kept.append(builder.exchange(at: place, with: nil))
        }
        builder.deallocateAll(shuffledWith: &generator)
      }
      for block in kept { builder.release(block) }
    },
    measured(
      "size-drift", "Any block may be replaced, by one that is a little larger on average than those before.",
      promising: FragmentationPromise(average: 1400, peak: 1300), isTimed: true
    ) { builder, generator in
      let (count, steps) = (1500, 9000)
      for _ in 0..<count { builder.allocate(generator.pick(48...96)) }
      for step in 0..<steps {
        builder.deallocate(at: generator.below(builder.live.count))
        let size = 64 + 900 * step / steps
        builder.allocate(generator.pick(size * 3 / 4...size * 5 / 4))
      }
      builder.deallocateAll(shuffledWith: &generator)
    },
    measured(
      "small-objects", "Objects of a few words, to which a header is a lot.",
      promising: FragmentationPromise(average: 1450, peak: 1450)
    ) { builder, generator in
      for _ in 0..<8000 { builder.allocate([16, 16, 24, 32, 40, 48][generator.below(6)]) }
      for _ in 0..<4000 {
        builder.deallocate(at: generator.below(builder.live.count))
        builder.allocate([16, 16, 24, 32, 40, 48][generator.below(6)])
      }
    },
  ]

  // MARK: - Adversaries

  private static let adversaries: [Workload] =
    [
      ("robson-first-fit", "first fit", SimulatedPlacement.Policy.firstFit), ("robson-best-fit", "best fit", .bestFit),
      ("robson-next-fit", "next fit", .nextFit),
    ].map { name, policy, placement in
      measured(
        name, "Robson's bad program, as it is against \(policy).",
        promising: FragmentationPromise(peak: 6000)
      ) { builder, generator in
        builder.robson(against: placement, unit: 112 + 16 * generator.pick(0...2), live: 4096, largest: 128)
        builder.deallocateAll(shuffledWith: &generator)
      }
    }

  // MARK: - Programs

  private static let programs: [Workload] = ["gcc", "git", "perl", "python", "sqlite3"].map { file in
    Workload("recorded-\(file)", "A recorded program: \(file).", isTimed: file == "perl", recorded: file) {
      trace, generator in
      generalTrace(Projection.general(trace, largest: 1 << 30, limit: 30_000), limit: 256 << 20)
        .looked(at: 100, promising: .program, with: &generator)
    }
  }
}
