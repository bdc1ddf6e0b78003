import Workloads

/// Sites that do something in each interval, in turns that are drawn, and events in between that belong to none of them.
struct PatternScript {
  enum Act {
    case allocate(UInt64, Int, site: UInt64, thread: Int)
    case deallocate(UInt64, thread: Int)
    case reallocate(UInt64, to: UInt64, Int, site: UInt64)
  }

  let interval: Int
  var random: SeededGenerator
  private(set) var builder: EventStreamBuilder
  /// Where blocks have ended.
  private var free: [UInt64] = []
  private var top: UInt64
  private var noise: [UInt64] = []

  init(interval: Int, with generator: inout SeededGenerator) {
    self.interval = interval
    random = SeededGenerator(seed: generator.next())
    builder = EventStreamBuilder(firstStamp: UInt64(generator.pick(1...1 << 40)))
    top = UInt64(generator.pick(0x5000...0x7fff)) << 32
  }

  /// A place for a block, one time in two where another has ended.
  mutating func fresh() -> UInt64 {
    if free.count > 8, random.oneIn(2) {
      free.swapAt(random.below(free.count), free.count - 1)
      return free.removeLast()
    }
    defer { top += 64 }
    return top
  }

  /// One interval of all that the actors do in it.
  mutating func play(_ number: Int, _ actors: inout [SiteActor]) {
    var parts = actors.indices.map { place -> ArraySlice<Act> in
      actors[place].perform(number, in: &self)
      defer { actors[place].acts = [] }
      return actors[place].acts[...]
    }
    var left = parts.reduce(0) { $0 + $1.count }
    precondition(left <= interval, "an interval has no room for all that happens in it")
    var idle = interval - left
    while left + idle > 0 {
      var turn = random.below(left + idle)
      guard turn < left else {
        idle -= 1
        rest()
        continue
      }
      let place = parts.firstIndex {
        turn -= $0.count
        return turn < 0
      }
      guard let place else { continue }
      for _ in 0..<(actors[place].isBrief ? 2 : 1) {
        guard let act = parts[place].popFirst() else { break }
        perform(act)
        left -= 1
      }
    }
  }

  /// An event of nobody's: a block of site 0 and its end, or an end of what nobody has seen begin.
  mutating func rest() {
    if !noise.isEmpty, random.oneIn(3) {
      perform(.deallocate(noise.remove(at: random.below(noise.count)), thread: 9))
    } else if noise.count < 8, random.oneIn(2) {
      noise.append(fresh())
      perform(.allocate(noise[noise.count - 1], random.below(100), site: 0, thread: 9))
    } else {
      builder.deallocate(top + 1 << 30 + UInt64(random.below(1 << 20)), thread: 9)
    }
  }

  mutating func perform(_ act: Act) {
    let pause = UInt64(random.logarithmic(1...1000))
    switch act {
    case .allocate(let address, let size, let site, let thread):
      builder.allocate(address, size, site: site, thread: thread, after: pause)
    case .deallocate(let address, let thread):
      builder.deallocate(address, thread: thread, after: pause)
      free.append(address)
    case .reallocate(let old, let address, let size, let site):
      builder.reallocate(old, to: address, size, site: site, thread: 9, after: pause)
      if old != address { free.append(old) }
    }
  }
}

/// What one site does.
struct SiteActor {
  typealias Behaviour = (inout SiteActor, inout PatternScript, Int) -> Void

  let site: UInt64
  var thread = 1
  /// What it does comes in twos: a block ends as soon as it has begun.
  var isBrief = false
  var live: [(address: UInt64, size: Int)] = []
  var acts: [PatternScript.Act] = []
  private let behaviour: Behaviour

  init(_ site: UInt64, _ behaviour: @escaping Behaviour) {
    self.site = site
    self.behaviour = behaviour
  }

  mutating func perform(_ number: Int, in script: inout PatternScript) { behaviour(&self, &script, number) }

  mutating func allocate(_ size: Int, _ script: inout PatternScript) {
    let address = script.fresh()
    live.append((address, size))
    acts.append(.allocate(address, size, site: site, thread: thread))
  }

  mutating func deallocate(_ place: Int, by other: Int? = nil) {
    acts.append(.deallocate(live.remove(at: place).address, thread: other ?? thread))
  }

  /// What asks for it is another site.
  mutating func reallocate(_ place: Int, to size: Int, moving: Bool, _ script: inout PatternScript) {
    let old = live[place].address
    live[place] = (moving ? script.fresh() : old, size)
    acts.append(.reallocate(old, to: live[place].address, size, site: site ^ 1))
  }

  /// Over a live block, whose end got lost.
  mutating func overwrite(_ place: Int, _ size: Int) {
    live[place].size = size
    acts.append(.allocate(live[place].address, size, site: site, thread: thread))
  }
}
