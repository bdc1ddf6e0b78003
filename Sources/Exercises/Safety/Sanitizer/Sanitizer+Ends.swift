import Traces
import Vocabularies
import Workloads

/// Objects that ended, what is remembered of them, and memory that is used again.
extension Sanitizer {
  static func freed(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    for round in 0..<60 {
      let sizes = (0..<6).map { _ in generator.pick(round % 3 == 0 ? 1...17 : 1...400) }
      let names = sizes.map { builder.allocate($0, writes: generator.oneIn(2)) }
      let ends = [0, 2, 3, 5].shuffled(using: &generator)
      for place in ends {
        let (name, size) = (names[place], sizes[place])
        builder.deallocate(name)
        builder.read(name, size)
        builder.write(name, size)
        builder.use(name, size)
        for _ in 0..<4 {
          let offset = generator.below(size)
          builder.read(name, at: offset, generator.pick(1...8))
          builder.write(name, at: offset, generator.pick(1...400))
          builder.use(name, at: offset, 1)
        }
        builder.read(name, at: size - 1, 1)
        builder.read(name, at: size - 1, 9)
      }
      // From and into what lies around; what lives still does.
      for (name, size) in zip(names, sizes) {
        for distance in [1, 3, 8, 15, 16] {
          builder.read(name, at: size + distance - 1, 1)
          builder.read(name, at: -distance, 1)
          builder.read(name, at: -distance, distance + 1)
          builder.read(name, at: max(0, size - distance), distance + 2)
        }
      }
      for place in [1, 4] {
        builder.write(names[place], sizes[place])
        builder.use(names[place], sizes[place])
        builder.end(names[place])
      }
      for place in ends { builder.forget(names[place]) }
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  static func frees(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    var live: [(name: Int, size: Int)] = []
    for round in 0..<300 {
      let size = generator.pick(round % 4 == 0 ? 0...9 : 0...300)
      live.append((builder.allocate(size, writes: true), size))
      guard live.count > 8 else { continue }
      let (name, size2) = live.remove(at: generator.below(live.count))
      let other = live[generator.below(live.count)]
      // Anywhere but at its first byte.
      for distance in [1, 4, 7, 8, 16, size2 - 1, size2, size2 + 8, -1, -8, -16, size2 & ~7] where distance != 0 {
        builder.deallocate(name, at: distance)
      }
      builder.deallocate(name, at: generator.pick(1...max(1, size2)))
      if size2 > 0 { builder.use(name, size2) }
      builder.deallocate(name)
      builder.deallocate(name)
      for distance in [1, 8, size2 - 1, size2, -8, -16] where distance != 0 { builder.deallocate(name, at: distance) }
      // Twice, with another's end between.
      let between = live.remove(at: generator.below(live.count))
      builder.deallocate(between.name)
      builder.deallocate(name)
      builder.deallocate(between.name)
      builder.read(name, 1)
      if other.name != between.name, other.size > 0 { builder.use(other.name, other.size) }
      // Had one of them come to a list twice, two objects would share it.
      let (first, second) = (builder.allocate(size2, writes: true), builder.allocate(size2))
      builder.use(second, max(1, size2))
      builder.end(first)
      builder.end(second)
      builder.forget(name)
      builder.forget(between.name)
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  /// Charges of what ended add up to just what must be remembered, by one size and by many; the heap has no other memory to give.
  static func remembered(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let limit = (64 << 10) + 2048 * generator.below(3)
    let budget = AccessVocabulary.quarantine(heapLimit: limit)
    for (round, size) in [1, 16, 17, 64, 100, 128, 200, 0, 333, 600, 33].enumerated() {
      let charge = AccessVocabulary.charge(size) ?? 1
      let count = budget / charge
      // In memory of their own, before anything has to be used again.
      let names = (0..<count + 3).map { _ in builder.allocate(size, writes: true) }
      // So many more fill the heap, whoever serves them.
      let filling = (0..<limit / charge + limit / 64).map { _ in builder.allocate(round % 2 == 0 ? size : 24) }
      for (place, name) in names.enumerated() {
        builder.deallocate(name)
        // Who forgets too early gives this memory away.
        let next = builder.allocate(size)
        builder.read(next, max(1, size))
        builder.forget(next)
        for older in names[max(0, place - count + 1)...place].shuffled(using: &generator).prefix(5) {
          builder.read(older, 1)
          builder.deallocate(older)
          builder.deallocate(older, at: 1)
        }
        let oldest = names[max(0, place - count + 1)]
        builder.write(oldest, 1)
        builder.deallocate(oldest)
      }
      for name in filling.shuffled(using: &generator) { builder.end(name) }
      // The heap is empty but for what was made on the way: that ends with these names' next use.
      for name in names { builder.forget(name) }
    }
    return builder.trace(heapLimit: limit)
  }

  static func reuse(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let limit = 64 << 10
    var live: [(name: Int, size: Int)] = []
    for round in 0..<6000 {
      // Sizes that change, in memory that is soon used up.
      let size = generator.pick([1...8, 9...16, 17...40, 30...64][round / 16 % 4])
      let name = builder.allocate(size)
      live.append((name, size))
      // Nothing of what lay there before is left.
      builder.use(name, at: generator.below(size), 1)
      builder.use(name, size)
      builder.read(name, size)
      builder.read(name, at: size, 1)
      let half = generator.below(size)
      if half > 0 { builder.write(name, half) }
      builder.use(name, size)
      builder.read(name, at: generator.below(size), generator.pick(1...80))
      if round % 3 == 0 { builder.write(name, size) }
      while live.count > 20 || (!live.isEmpty && generator.oneIn(4)) {
        let old = live.remove(at: generator.below(live.count))
        builder.end(old.name)
      }
    }
    return builder.trace(heapLimit: limit)
  }

  /// Never more at once than must be served, but far more one after the other than there is room for.
  static func room(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let limit = 64 << 10
    // Of 33 to 64 bytes: a power of two and 64 bytes each. What is remembered counts as well.
    let count = limit / 8 / 128
    let most = count - AccessVocabulary.quarantine(heapLimit: limit) / 128
    var names: [Int] = []
    for round in 0..<250 {
      while names.count < most {
        names.append(builder.allocate(generator.pick(33...64)))
        builder.write(names[names.count - 1], 33)
        builder.read(names[names.count - 1], 65)
        // Nobody can serve this one; to refuse it costs nothing.
        if generator.oneIn(4) { builder.forget(builder.allocate(limit)) }
      }
      for name in names { builder.use(name, 33) }
      names.shuffle(using: &generator)
      let rest = round % 3 == 0 ? 0 : generator.below(most)
      while names.count > rest { builder.end(names.removeLast()) }
    }
    return builder.trace(heapLimit: limit)
  }

  /// Sizes of which hardly two are alike, but all of one power of two: memory must serve others than the one it was made for.
  static func unlikeSizes(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let limit = 64 << 10
    for order in (5...10).shuffled(using: &generator) {
      // At most as many at once, remembered ones among them, that all powers of two together take an eighth of the heap.
      let charge = 1 << order + 64
      let remembered = AccessVocabulary.quarantine(heapLimit: limit) / charge
      let count = max(1, limit / 8 / 6 / charge - remembered)
      for size in stride(from: 1 << order, to: 1 << (order - 1), by: -2) {
        let names = (0..<count).map { _ in builder.allocate(size - generator.below(2), writes: true) }
        for name in names {
          builder.use(name, size - 1)
          builder.read(name, size + 1)
        }
        for name in names { builder.end(name) }
      }
    }
    return builder.trace(heapLimit: limit)
  }

  /// A heap is filled by ever smaller objects, until none is served: the last bytes are where objects and shadow memory meet.
  static func lastBytes(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let limit = (64 << 10) + 8 * generator.below(512)
    for _ in 0..<2 {
      var objects: [(name: Int, size: Int)] = []
      for size in [4096, 512, 128, 64, 48, 32, 24, 16, 8, 1, 0] {
        let count = size >= 512 ? limit / size : size > 8 ? limit / 8 / size : limit / 64
        objects += (0..<count).map { _ in (builder.allocate(size, writes: true), size) }
      }
      for (name, size) in objects {
        builder.use(name, size)
        builder.read(name, at: size, generator.pick(1...16))
        builder.read(name, at: -generator.pick(1...16), 1)
      }
      objects.shuffle(using: &generator)
      for object in objects { builder.end(object.name) }
    }
    return builder.trace(heapLimit: limit)
  }

  /// A program that does all of it, and one thing in eight wrongly.
  static func programs(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    var live: [(name: Int, size: Int)] = []
    var gone: [(name: Int, size: Int)] = []
    for _ in 0..<12_000 {
      if live.count < 4 || (live.count < 60 && generator.oneIn(5)) {
        let size = generator.logarithmic(1...2000)
        live.append((builder.allocate(size, writes: generator.oneIn(3)), size))
        continue
      }
      let isWrong = generator.oneIn(8)
      let place = generator.below(live.count)
      let (name, size) =
        isWrong && !gone.isEmpty && generator.oneIn(3) ? gone[generator.below(gone.count)] : live[place]
      let offset = isWrong ? generator.pick(-16...size + 15) : generator.below(size)
      let longest = isWrong ? size + 16 : size - offset
      let count = generator.oneIn(3) ? generator.pick(1...max(1, longest)) : min(generator.pick(1...8), max(1, longest))
      switch generator.below(12) {
      case 0...2: builder.read(name, at: offset, count)
      case 3...5: builder.write(name, at: offset, count)
      case 6...8: builder.use(name, at: offset, count)
      case 9, 10:
        let other = live[generator.below(live.count)]
        let target = generator.below(other.size)
        builder.copy(
          name, at: offset, to: other.name, at: target, isWrong ? count : min(count, other.size - target))
      default:
        guard !isWrong else {
          builder.deallocate(name, at: offset)
          // That may have been its first byte.
          if offset == 0, let place = live.firstIndex(where: { $0.name == name }) {
            gone.append(live.remove(at: place))
          }
          continue
        }
        builder.deallocate(name)
        gone.append(live.remove(at: place))
        if gone.count > 20 { builder.forget(gone.removeFirst().name) }
      }
    }
    return builder.trace(heapLimit: 2 << 20)
  }
}
