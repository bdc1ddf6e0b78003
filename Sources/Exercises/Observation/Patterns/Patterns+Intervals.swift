import Traces
import Vocabularies
import Workloads

/// Streams about what grows, and what stays.
extension Patterns {
  private static let quarter = 12

  static func leaks(with generator: inout SeededGenerator) -> Trace {
    let unit = generator.pick(1...500)
    let behaviours: [SiteActor.Behaviour] =
      [
        // Over 7 intervals, 8, and all.
        { actor, script, number in
          if number > 5, number <= 12 {
            actor.allocate(unit, &script)
          } else if number == 13 {
            actor.allocate(0, &script)
          }
        },
        { actor, script, number in
          if number > 5, number <= 13 { actor.allocate(1, &script) }
        },
        { actor, script, number in
          actor.allocate(unit + number, &script)
        },
        // As many bytes at an interval's end as at its begin, with a begin and an end; then again.
        { actor, script, number in
          actor.allocate(unit, &script)
          if number == 8 || number == 19 { actor.deallocate(0) }
        },
        // Seven begin, and bytes grow over eight intervals.
        { actor, script, number in
          if number % 13 == 9 {
            actor.reallocate(0, to: actor.live[0].size + unit, moving: number > 13, &script)
          } else if number % 13 > 1, number % 13 < 11 {
            actor.allocate(unit, &script)
            if number % 13 == 10 { actor.deallocate(0) }
          }
        },
        // A quarter ends, and one more.
        { actor, script, number in
          for _ in 0..<4 { actor.allocate(unit, &script) }
          actor.deallocate(script.random.below(actor.live.count))
        },
        { actor, script, number in
          for _ in 0..<4 { actor.allocate(unit, &script) }
          for _ in 0..<(number == 7 ? 2 : 1) { actor.deallocate(script.random.below(actor.live.count)) }
        },
        // What ended before the climb is of no matter; what is lost, or reallocated, has not ended.
        { actor, script, number in
          for _ in 0..<3 { actor.allocate(unit, &script) }
          if number < 9 { for _ in 0..<3 { actor.deallocate(0) } }
        },
        { actor, script, number in
          actor.allocate(unit, &script)
          actor.allocate(0, &script)
          actor.overwrite(0, script.random.pick(0...unit))
          actor.overwrite(actor.live.count - 1, 3)
          actor.reallocate(0, to: unit, moving: true, &script)
        },
        // Grows, and nothing begins; begins, and nothing grows.
        { actor, script, number in
          if number == 1 {
            for _ in 0..<3 { actor.allocate(1, &script) }
          } else {
            actor.reallocate(number % 3, to: 1000 * number, moving: number % 2 == 0, &script)
          }
        },
        { actor, script, number in
          for _ in 0..<2 { actor.allocate(0, &script) }
        },
        // An interval without it.
        { actor, script, number in
          if number != 4, number != 13, number != 21 { actor.allocate(unit, &script) }
        },
        // Falls, and is above its begin in the end; and the other way round.
        { actor, script, number in
          if number > 1 { actor.reallocate(0, to: actor.live[0].size - 1, moving: false, &script) }
          actor.allocate(unit + 40, &script)
        },
        { actor, script, number in
          actor.allocate(2 * unit, &script)
          if number % 10 == 0 {
            for place in actor.live.count - 4..<actor.live.count - 1 {
              actor.reallocate(place, to: 1, moving: false, &script)
            }
          }
        },
      ]
    let script = played(30, interval: 4 * quarter, behaviours, with: &generator)
    let stream = asked(script.builder, interval: 4 * quarter, period: quarter, with: &generator) { _ in
      [showing("leak"), showing("ramp")]
    }
    return stream.closed(asking: [], with: &generator)
  }

  static func ramps(with generator: inout SeededGenerator) -> Trace {
    let unit = generator.pick(8...4000)
    /// Grows by these bytes, one after the other.
    func by(_ growth: @escaping (Int) -> Int) -> SiteActor.Behaviour {
      { actor, script, number in
        let wanted = growth(number)
        guard wanted != 0 else { return }
        // What ends does not matter here.
        let before = actor.live.reduce(0) { $0 + $1.size }
        if number % 4 == 0, before + wanted > 0 {
          actor.allocate(before + wanted, &script)
          for place in actor.live.indices.dropLast().reversed() { actor.deallocate(place) }
        } else if wanted > 0 {
          actor.allocate(wanted, &script)
        } else if !actor.live.isEmpty {
          actor.deallocate(0)
        }
      }
    }
    let behaviours: [SiteActor.Behaviour] =
      [
        by { _ in unit }, by { $0 % 2 == 0 ? unit : 2 * unit }, by { $0 % 2 == 0 ? unit : 2 * unit + 1 },
        by { $0 == 5 ? 2 * unit : unit }, by { $0 == 5 ? 2 * unit + 1 : unit }, by { $0 == 5 ? unit : 2 * unit + 1 },
        by { $0 % 9 == 0 ? 0 : unit }, by { $0 % 8 == 0 ? 0 : unit }, by { $0 % 9 == 0 ? -unit : unit },
        by { $0 * unit },
        by { $0 <= 8 ? unit : 3 * unit }, by { $0 == 11 ? -1 : 1 },
      ]
    let script = played(28, interval: 64, behaviours, with: &generator)
    let stream = asked(script.builder, interval: 64, period: 32, with: &generator) { _ in
      [showing("ramp"), showing("leak")]
    }
    return stream.closed(asking: [], with: &generator)
  }

  static func plateaus(with generator: inout SeededGenerator) -> Trace {
    let unit = generator.pick(1...1 << 35)
    /// Has so many eighths of a unit, and other bytes, in each interval at its end; and for an event of it.
    func at(_ bytes: @escaping (Int) -> [Int]) -> SiteActor.Behaviour {
      { actor, script, number in
        for size in bytes(number) {
          if actor.live.isEmpty {
            actor.allocate(size, &script)
          } else {
            actor.reallocate(0, to: size, moving: script.random.oneIn(2), &script)
          }
        }
      }
    }
    let (full, low) = (8 * unit, 7 * unit)
    let behaviours: [SiteActor.Behaviour] =
      [
        // Once and for all; up to an eighth less, and a byte less than that.
        at { $0 == 2 ? [full] : [] }, at { [$0 % 3 == 0 ? low : full] }, at { [$0 % 11 == 9 ? low - 1 : full] },
        // For an event.
        at { $0 % 11 == 9 ? [low - 1, full] : [] }, at { $0 == 1 ? [full] : $0 % 4 == 0 ? [low, full] : [] },
        at { $0 % 9 == 0 ? [full, full + 8] : [] },
        // A higher peak, for an event: bytes are the same again, and too few then.
        at { $0 == 1 ? [full] : $0 == 10 ? [full + full / 7 + 1, full] : [] },
        at { $0 == 1 ? [low] : $0 == 10 ? [full, low] : [] },
        at { $0 == 1 ? [low] : $0 == 10 ? [full + 8, low] : [] },
        // What grows slowly is level, what grows from nothing is not at first.
        at { [full + $0] }, at { [$0 * unit] }, at { $0 == 1 ? [0] : [] }, at { $0 == 1 ? [5, 0] : [] },
        at { $0 == 1 ? [1] : [] }, at { [7 + $0 % 2] }, at { [$0 % 3 == 0 ? 6 : 7] },
        // Blocks are exchanged, and are all there at each time.
        { actor, script, number in
          if number == 1 { for _ in 0..<8 { actor.allocate(9, &script) } }
          actor.deallocate(0)
          actor.allocate(9, &script)
        },
        { actor, script, number in
          if number == 1 { for _ in 0..<7 { actor.allocate(9, &script) } }
          if number % 10 == 0 {
            actor.deallocate(0)
            actor.allocate(9, &script)
          }
        },
        // Falls in the midst of an event alone, where nobody looks.
        { actor, script, number in
          if number == 1 { actor.allocate(full, &script) }
          if number % 3 == 0 { actor.overwrite(0, full) }
          if number % 3 == 1 { actor.reallocate(0, to: full, moving: true, &script) }
        },
      ]
    let script = played(32, interval: 48, behaviours, with: &generator)
    let stream = asked(script.builder, interval: 48, period: 24, with: &generator) { _ in [showing("plateau")] }
    return stream.closed(asking: [], with: &generator)
  }

  /// The question of a pattern's name.
  static func showing(_ name: String) -> UInt64 {
    PatternVocabulary.showing(PatternVocabulary.patterns.firstIndex(of: name) ?? 0)
  }
}
