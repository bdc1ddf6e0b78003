import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested. Programs go on after each mistake, so that
/// who serves nobody, or tells everything, fails all of them.
extension DebugAllocation {
  static let workloads: [Workload] =
    [
      Workload("service", "Blocks of all sizes come, go and move; nothing is wrong.", measuresSpace: false) {
        service(with: &$0)
      },
      Workload("room", "As many blocks as must have room, ended and made anew.", measuresSpace: false) {
        room(with: &$0)
      },
    ] + damages + ends + [
      Workload(
        "programs", "Programs that do everything wrong, mixed, some of it on lines of long files.",
        measuresSpace: false, weight: 2
      ) {
        programs(with: &$0)
      },
      Workload(
        "many-blocks", "70,000 blocks that live at once, some of which are damaged, and some leak.",
        measuresSpace: false, weight: 2
      ) {
        manyBlocks(with: &$0)
      },
      Workload("small-churn", "Small blocks come and go, flat out.", isTimed: true) { churn(400, with: &$0) },
      Workload("mixed-churn", "Blocks of up to 100,000 bytes come, go and move, flat out.", isTimed: true) {
        churn(100_000, with: &$0)
      },
    ]

  /// Sizes at the ends of everything that an allocator may round to.
  static func sizes(with generator: inout SeededGenerator) -> [Int] {
    let drawn = [generator.pick(18...62) | 1, generator.pick(33...600), generator.pick(600...15_000)]
    return ([0, 1, 7, 8, 15, 16, 17, 24, 32, 100, 1000, 4096] + drawn).shuffled(using: &generator)
  }

  /// A few of them.
  static func someSizes(with generator: inout SeededGenerator) -> [Int] {
    [0, 1, 8, 13, 16, 40, generator.pick(100...600), generator.pick(1000...5000)].shuffled(using: &generator)
  }

  /// Room for all that these traces hold.
  static let limit = 8 << 20
}

private func service(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for _ in 0..<3 {
    var live: [(name: Int, family: Int)] = []
    for _ in 0..<700 {
      let size =
        generator.oneIn(12) ? generator.below(3) : generator.logarithmic(1...(generator.oneIn(8) ? 40_000 : 3000))
      if live.count < 20 || live.count < 100 && generator.oneIn(2) {
        let family = generator.below(3)
        live.append((builder.allocate(size, family: family), family))
      } else if generator.oneIn(3), let place = live.firstIndex(where: { $0.family == 0 }) {
        builder.reallocate(live[place].name, to: size)
      } else {
        live.swapAt(generator.below(live.count), live.count - 1)
        let last = live.removeLast()
        builder.end(last.name, family: last.family)
      }
      if generator.oneIn(60) { builder.check() }
    }
    // Nobody can serve these.
    for size in [16_776_959, .max, .max - 15, .max - 31, .max - 63, .max - 127, .max - 255] {
      let name = builder.allocate(size, family: generator.below(3))
      builder.forget(name)
    }
    for (name, family) in live where !generator.oneIn(4) { builder.end(name, family: family) }
    builder.shutDown()
  }
  return builder.trace(heapLimit: DebugAllocation.limit)
}

/// Of one power of two at a time, so that all of an eighth of the heap may be theirs. In all, more are made than the heap holds.
private func room(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  let limit = 1 << 20
  for size in [0, 96, 480, 4000, 16_300].shuffled(using: &generator) {
    let empty = BoundsRoom(heapLimit: limit, objectLimit: .max, share: DebuggedBlocks.share)
    let charge = empty.taken(with: DebuggedBlocks.extent(size)) ?? limit
    let kept = MisuseVocabulary.keptBytes(heapLimit: limit) / (MisuseVocabulary.charge(size) ?? limit)
    let count = max(1, limit / DebuggedBlocks.share / charge - kept)
    var names: [Int] = []
    for _ in 0..<(size < 400 ? 3 : 30) {
      while names.count < count { names.append(builder.allocate(max(0, size - generator.below(8)))) }
      names.shuffle(using: &generator)
      let rest = generator.below(min(count, 10))
      while names.count > rest { builder.end(names.removeLast()) }
    }
    builder.shutDown()
  }
  return builder.trace(heapLimit: limit)
}

/// Everything at once, with blocks that stay in between.
private func programs(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for _ in 0..<6 {
    var live: [Int] = []
    for _ in 0..<250 {
      let size = generator.oneIn(10) ? 0 : generator.logarithmic(1...(generator.oneIn(6) ? 30_000 : 1500))
      switch generator.below(live.count < 12 ? 4 : 16) {
      case 0...5: live.append(builder.allocate(size))
      case 6: builder.overflow(generator.pick(live), at: generator.below(16), generator.pick(1...8))
      case 7:
        let name = builder.allocate(size)
        builder.deallocate(name)
        if size > 0 { builder.write(name, at: generator.below(size), generator.pick(1...9)) }
        if generator.oneIn(2) { builder.deallocate(name) }
      case 8: builder.deallocate(generator.pick(live), at: generator.pick(1...64))
      case 9: builder.write(generator.pick(live), at: -generator.pick(1...16), generator.pick(1...4))
      case 10: builder.reallocate(generator.pick(live), to: size)
      case 11:
        let name = builder.allocate(size, family: generator.pick(1...2))
        builder.deallocate(name, family: generator.below(3))
      case 12: builder.forge(generator.below(1 << 20) * 16 + 8)
      case 13: if generator.oneIn(4) { builder.check() }
      default:
        live.swapAt(generator.below(live.count), live.count - 1)
        builder.deallocate(live.removeLast())
      }
    }
    builder.shutDown()
  }
  return builder.trace(heapLimit: 4 << 20)
}

private func manyBlocks(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  var live = (0..<70_000).map { _ in builder.allocate(generator.logarithmic(1...96)) }
  live.shuffle(using: &generator)
  for name in live.prefix(40) {
    generator.oneIn(2)
      ? builder.overflow(name, at: generator.below(16)) : builder.write(name, at: -generator.pick(1...16))
  }
  builder.check()
  for name in live.suffix(200) { builder.overflow(name, at: generator.below(16), generator.pick(1...3)) }
  // All but a few of the damaged ones among them.
  for name in live[700..<69_900] { builder.end(name) }
  builder.write(live[1000], at: 0)
  for name in live.suffix(3) { builder.deallocate(name) }
  builder.deallocate(live[69_899])
  builder.deallocate(live[5], at: 1)
  builder.shutDown()
  return builder.trace(heapLimit: 128 << 20, answerWords: 1 << 16)
}

private func churn(_ largest: Int, with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  var live: [Int] = []
  for _ in 0..<(largest > 1000 ? 20_000 : 100_000) {
    if live.count < 500 || live.count < 2000 && generator.oneIn(2) {
      live.append(builder.allocate(generator.logarithmic(8...(generator.oneIn(20) ? largest : 400))))
    } else if largest > 1000, generator.oneIn(10) {
      builder.reallocate(generator.pick(live), to: generator.logarithmic(8...400))
    } else {
      live.swapAt(generator.below(live.count), live.count - 1)
      builder.end(live.removeLast())
    }
  }
  for name in live { builder.end(name) }
  builder.check()
  return builder.trace(heapLimit: 64 << 20, answerWords: 1 << 16)
}
