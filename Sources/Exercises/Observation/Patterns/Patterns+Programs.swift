import Traces
import Vocabularies
import Workloads

/// Streams about lifetimes, streams that cannot be, and whole programs.
extension Patterns {
  static func impossible(with generator: inout SeededGenerator) -> Trace {
    let addresses: [UInt64] = [0, .max, 1 << 63, UInt64(generator.pick(1...1 << 40))]
    let sites: [UInt64] = [0, 1, 2]
    var builder = EventStreamBuilder(firstStamp: UInt64(generator.pick(1...1 << 20)))
    // Blocks of which nothing but a loss is told, from the first: nobody's end, nobody's growth.
    for number in 0..<600 {
      let (one, other) = (generator.pick(addresses), generator.pick(addresses))
      // Now and then nothing ends for a while, and sizes grow.
      let isCalm = number / 100 % 3 == 1
      let size = isCalm ? number + generator.below(3) : generator.below(100)
      let (site, thread) = (generator.pick(sites), generator.below(2))
      switch isCalm ? generator.pick([0, 2, 2, 2]) : generator.below(3) {
      case 0: builder.allocate(one, size, site: site, thread: thread)
      case 1: builder.deallocate(one, thread: thread)
      default: builder.reallocate(one, to: isCalm ? one : other, size, site: site, thread: thread)
      }
    }
    let stream = asked(builder, interval: generator.pick(1...3), period: 1, with: &generator) { generator in
      questions([generator.pick(sites)], &generator)
    }
    return stream.closed(asking: sites, with: &generator)
  }

  static func quantiles(with generator: inout SeededGenerator) -> Trace {
    var plan = PatternPlan(with: &generator)
    let counts = [1, 2, 3, 10, 48, 49, 50, 51, 99, 100, 101, 149, 150, 400, 1000]
    let sites = drawnSites(counts.count + 4, with: &generator)
    for (place, count) in counts.enumerated() {
      for number in 0..<count {
        // Some are nearly all alike; in others all are different, or many are at the end.
        let life =
          switch place % 3 {
          case 0: generator.oneIn(8) ? generator.pick(1...90) : 40
          case 1: 1 + number
          default: generator.logarithmic(1...2000)
          }
        plan.add(sites[place], life: life, from: generator.below(4 * count))
      }
    }
    var builder = plan.events(with: &generator)
    // One inside the other, so that each lives longer than the one before; and the other way round.
    for (site, isAscending) in [(sites[counts.count], true), (sites[counts.count + 1], false)] {
      func address(_ number: Int) -> UInt64 { UInt64(number + 1) << 8 }
      for number in 0..<1200 {
        builder.allocate(address(number), 8, site: site)
        if !isAscending { builder.deallocate(1) }
      }
      for number in 0..<1200 { builder.deallocate(address(isAscending ? 1199 - number : number)) }
    }
    // Most live short, then most long: who remembers the first or the last of them alone is wrong.
    for (site, isShortFirst) in [(sites[counts.count + 2], true), (sites[counts.count + 3], false)] {
      for number in 0..<1400 {
        builder.allocate(64, 8, site: site)
        if (number < 800) != isShortFirst { for _ in 0..<generator.pick(2...5) { builder.deallocate(1) } }
        builder.reallocate(64, to: 128, 9, site: 1)
        builder.deallocate(128)
      }
    }
    let stream = asked(builder, interval: 1 << 20, period: 1000, with: &generator) { generator in
      sites.map { PatternVocabulary.lifetime(generator.pick(permilles), site: $0) }
    }
    var longer = stream
    for site in sites + [1, 1 << 46 - 1] {
      for permille in permilles { longer.steps.append(.other(PatternVocabulary.lifetime(permille, site: site))) }
    }
    return longer.closed(asking: [], with: &generator)
  }

  /// What sites of programs do.
  private static func behaviours(_ unit: Int) -> [SiteActor.Behaviour] {
    [
      { actor, script, _ in actor.allocate(script.random.pick(1...unit), &script) },
      { actor, script, number in if number % 9 > 0 { actor.allocate(unit, &script) } },
      { actor, script, number in if number == 3 { for _ in 0..<4 { actor.allocate(unit, &script) } } },
      { actor, script, _ in
        actor.isBrief = true
        for _ in 0..<3 {
          actor.allocate(unit, &script)
          actor.deallocate(0)
        }
      },
      { actor, script, number in
        for _ in 0..<3 {
          actor.thread = script.random.pick(1...3)
          actor.allocate(unit, &script)
          actor.deallocate(0, by: script.random.oneIn(5) ? actor.thread : 4)
        }
      },
      { actor, script, number in
        // A list of records, taken in and given back.
        actor.allocate(unit, &script)
        if number % 12 == 0 { while !actor.live.isEmpty { actor.deallocate(0) } }
      },
      { actor, script, number in
        if number % 4 == 1 { actor.allocate(unit, &script) }
        if let last = actor.live.indices.last {
          for _ in 0..<2 {
            actor.reallocate(last, to: 2 * actor.live[last].size, moving: script.random.oneIn(2), &script)
          }
        }
      },
      { actor, script, number in
        if number % 5 == 1 { actor.allocate(script.random.pick(1...unit), &script) }
        if let last = actor.live.indices.last {
          actor.reallocate(last, to: actor.live[last].size + unit, moving: script.random.oneIn(2), &script)
        }
        if actor.live.count > 3 { actor.deallocate(0) }
      },
    ]
  }

  static func program(with generator: inout SeededGenerator) -> Trace {
    var all: [SiteActor.Behaviour] = []
    for _ in 0..<4 { all += behaviours(generator.pick(1...200)) }
    let script = played(34, interval: 150, all, with: &generator)
    let named = Array(Set(script.builder.events.map(\.site))).sorted()
    let stream = asked(script.builder, interval: 150, period: 150, with: &generator) { generator in
      questions([generator.pick(named), generator.pick(named)], &generator)
    }
    return stream.closed(asking: named, with: &generator)
  }

  static func service(with generator: inout SeededGenerator) -> Trace {
    let sites = drawnSites(3000, with: &generator)
    var script = PatternScript(interval: 1, with: &generator)
    // Where requests' blocks end, and when; what grows all the time; arrays.
    var ends: [[(UInt64, Int)]] = Array(repeating: [], count: 1024)
    var (time, arrays): (Int, [(UInt64, Int)]) = (0, [])
    for site in sites.prefix(400) {
      arrays.append((script.fresh(), 16))
      script.perform(.allocate(arrays[arrays.count - 1].0, 16, site: site, thread: 1))
    }
    while script.builder.events.count < 70_000 {
      time += 1
      for (address, thread) in ends[time % 1024] {
        script.perform(.deallocate(address, thread: generator.oneIn(3) ? 7 : thread))
      }
      ends[time % 1024] = []
      let (address, thread) = (script.fresh(), generator.pick(1...6))
      let site = generator.oneIn(2) ? generator.pick(400...2999) : generator.pick(400...500)
      script.perform(.allocate(address, generator.logarithmic(8...5000), site: sites[site], thread: thread))
      // Those of some sites stay.
      if site % 16 > 0 { ends[(time + generator.logarithmic(1...1000)) % 1024].append((address, thread)) }
      if generator.oneIn(12) {
        let place = generator.below(arrays.count)
        let old = arrays[place]
        arrays[place].1 = old.1 > 1 << 30 ? 16 : place % 2 == 0 ? 2 * old.1 : old.1 + 64
        if generator.oneIn(2) { arrays[place].0 = script.fresh() }
        script.perform(.reallocate(old.0, to: arrays[place].0, arrays[place].1, site: sites[place]))
      }
    }
    let named = Array(sites[400..<410])
    let stream = asked(script.builder, interval: 2000, period: 20_000, with: &generator) { questions(named, &$0) }
    return stream.closed(asking: named, with: &generator)
  }

  static func longRun(with generator: inout SeededGenerator) -> Trace {
    var script = PatternScript(interval: 1, with: &generator)
    let sites = drawnSites(2, with: &generator)
    var live: [UInt64] = []
    while script.builder.events.count < 140_000 {
      // Life is short at first, then long, then both.
      let target = script.builder.events.count < 50_000 ? 4 : script.builder.events.count < 100_000 ? 80 : 40
      if generator.below(2 * target) >= live.count {
        live.append(script.fresh())
        let site = generator.oneIn(40) ? sites[1] : sites[0]
        script.perform(.allocate(live[live.count - 1], 48, site: site, thread: 1))
      } else {
        script.perform(.deallocate(live.remove(at: generator.below(live.count)), thread: 1))
      }
    }
    let stream = asked(script.builder, interval: 1000, period: 20_000, with: &generator) { generator in
      let quantiles = permilles.map { PatternVocabulary.lifetime($0, site: sites[0]) }
      return quantiles + [PatternVocabulary.lifetime(generator.pick(permilles), site: sites[1]), showing("temporary")]
    }
    return stream.closed(asking: sites, with: &generator)
  }
}
