import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested. Attacks are made among blocks that the
/// program goes on using, so that who serves nobody fails all of them.
extension Hardening {
  static let workloads: [Workload] =
    [
      Workload("service", "Blocks of all sizes and alignments come and go; nobody attacks.", measuresSpace: false) {
        service(with: &$0)
      },
      Workload("room", "As many blocks as must have room, ended and made anew.", measuresSpace: false) {
        room(with: &$0)
      },
    ] + canaries + guards + addresses + ends + remains + [
      Workload("programs", "Programs that are attacked in all ways, mixed.", measuresSpace: false, weight: 2) {
        programs(with: &$0)
      },
      Workload("small-churn", "Small blocks come and go, flat out.", isTimed: true) { churn(400, with: &$0) },
      Workload("mixed-churn", "Blocks of up to 100,000 bytes come and go, flat out.", isTimed: true) {
        churn(100_000, with: &$0)
      },
    ]

  /// Sizes at the ends of everything that an allocator may round to.
  static func sizes(with generator: inout SeededGenerator) -> [Int] {
    let drawn = [generator.pick(33...600), generator.pick(600...15_000), generator.pick(17_000...50_000)]
    return ([1, 7, 8, 9, 16, 24, 40, 88, 1000, 1024, 4088, 4096, 16_383, 16 << 10, 20_473, 20_480] + drawn)
      .shuffled(using: &generator)
  }

  /// Small sizes alone.
  static func smallSizes(with generator: inout SeededGenerator) -> [Int] {
    ([1, 8, 16, 24, 56, 100, 248, 1000] + [generator.pick(33...1000)]).shuffled(using: &generator)
  }

  /// Room for all that these traces hold.
  static let limit = 16 << 20
}

private func service(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  var live: [Int] = []
  for _ in 0..<2500 {
    if live.count < 20 || live.count < 120 && generator.oneIn(2) {
      let size = generator.logarithmic(1...(generator.oneIn(8) ? 40_000 : 3000))
      live.append(builder.allocate(size, alignment: generator.oneIn(3) ? 1 << generator.below(13) : 1))
    } else {
      live.swapAt(generator.below(live.count), live.count - 1)
      builder.end(live.removeLast())
    }
    // Nobody can serve these.
    if generator.oneIn(100) {
      let name = builder.allocate([64 << 20, 1 << 36, .max][generator.below(3)], alignment: 1 << generator.below(13))
      builder.forget(name)
    }
  }
  for name in live { builder.touch(name, at: 0) }
  return builder.trace(heapLimit: Hardening.limit)
}

/// Of one power of two at a time, so that all of an eighth of the heap may be theirs.
private func room(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  let limit = 4 << 20
  for size in [120, 1000, 4000, 16_000, 20_000, 100_000].shuffled(using: &generator) {
    let empty = BoundsRoom(heapLimit: limit, objectLimit: .max, share: HardenedBlocks.share)
    let charge = empty.taken(with: AttackVocabulary.extent(size, alignment: 1)) ?? limit
    let remembered = AttackVocabulary.quarantine(heapLimit: limit) / (AttackVocabulary.charge(size) ?? limit)
    let count = max(1, limit / HardenedBlocks.share / charge - remembered)
    var names: [Int] = []
    for _ in 0..<(size < 1000 ? 2 : 12) {
      while names.count < count { names.append(builder.allocate(size - generator.below(8))) }
      names.shuffle(using: &generator)
      let rest = generator.below(count)
      while names.count > rest { builder.end(names.removeLast()) }
    }
    builder.restart()
  }
  return builder.trace(heapLimit: limit)
}

/// Everything at once, with blocks that stay in between.
private func programs(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for _ in 0..<6 {
    var live: [Int] = []
    for _ in 0..<250 {
      let size = generator.logarithmic(1...(generator.oneIn(6) ? 30_000 : 1500))
      switch generator.below(live.count < 12 ? 4 : 14) {
      case 0...5: live.append(builder.allocate(size))
      case 6:
        let name = builder.allocate(size)
        builder.overflow(name, by: generator.pick(1...8))
        builder.deallocate(name)
      case 7:
        let name = builder.allocate(size)
        builder.deallocate(name)
        builder.overwrite(name)
        builder.deallocate(name)
      case 8: builder.deallocate(live[generator.below(live.count)], at: generator.pick(1...4096))
      case 9: builder.forge(16 * generator.below(1 << 20) + 8)
      case 10:
        let name = builder.allocate(generator.pick(16 << 10...40_000))
        builder.touch(name, at: -AttackVocabulary.page)
        builder.end(name)
      default:
        live.swapAt(generator.below(live.count), live.count - 1)
        builder.deallocate(live.removeLast())
      }
    }
    builder.restart()
  }
  return builder.trace(heapLimit: Hardening.limit)
}

private func churn(_ largest: Int, with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  var live: [Int] = []
  for _ in 0..<(largest > 1000 ? 20_000 : 80_000) {
    if live.count < 500 || live.count < 2000 && generator.oneIn(2) {
      live.append(builder.allocate(generator.logarithmic(8...(generator.oneIn(20) ? largest : 400))))
    } else {
      live.swapAt(generator.below(live.count), live.count - 1)
      builder.end(live.removeLast())
    }
  }
  for name in live { builder.end(name) }
  return builder.trace(heapLimit: 64 << 20)
}
