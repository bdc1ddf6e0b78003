import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Temporal {
  static let workloads: [Workload] = [
    Workload(
      "all-lives", "Every order in which two variables and a copy are used, up to six steps.", isExhaustive: true,
      weight: 2
    ) {
      allLives(with: &$0)
    },
    Workload(
      "stale", "Pointers are used after their objects ended, and another of the same size lies there.",
      measuresSpace: false, weight: 2
    ) {
      stale(with: &$0)
    },
    Workload(
      "one-slot",
      "In a heap that is full, one place is used more than a million times, and old pointers to it are kept.",
      measuresSpace: false, weight: 3
    ) {
      oneSlot(with: &$0)
    },
    Workload(
      "all-slots", "4,096 objects at once, all of them made anew hundreds of times, and old pointers to each.",
      measuresSpace: false, weight: 2
    ) {
      allSlots(with: &$0)
    },
    Workload(
      "too-many", "More objects at once than anybody must serve: some are refused, or all are right.",
      measuresSpace: false
    ) {
      tooMany(with: &$0)
    },
    Workload("frees", "Objects end once, by whichever copy.", measuresSpace: false, weight: 2) { frees(with: &$0) },
    Workload(
      "pointers-in-memory", "Pointers are kept in objects, and used when they come from there, stale or not.",
      measuresSpace: false
    ) {
      pointersInMemory(with: &$0)
    },
    Workload(
      "forged-bits", "Each bit of live pointers and of stale ones is flipped.", measuresSpace: false, weight: 2
    ) {
      Temporal.forgedBits(with: &$0)
    },
    Workload(
      "forged-words", "Words near pointers, small numbers, and any words at all.", measuresSpace: false, weight: 2
    ) {
      Temporal.forgedWords(with: &$0)
    },
    Workload(
      "room", "As many objects as must have room, ended and made anew for thousands of times.", measuresSpace: false,
      weight: 2
    ) {
      room(with: &$0)
    },
    Workload("exhaustion", "A small heap that is filled again and again, by sizes that change.", measuresSpace: false) {
      exhaustion(with: &$0)
    },
    Workload("resolves", "4,096 objects, accessed at random.", isTimed: true, measuresSpace: false) {
      resolves(with: &$0)
    },
    Workload(
      "churn", "Objects come and go, all sizes mixed, and some pointers are stale.", isTimed: true, measuresSpace: false
    ) {
      churn(with: &$0)
    },
  ]
}

extension PointerTraceBuilder {
  func handles(heapLimit: Int) -> Trace { trace(heapLimit: heapLimit, vocabulary: HandleVocabulary.self) }

  /// All that can be done with a pointer that must be refused.
  fileprivate mutating func misuse(_ name: Int) {
    append(.read, name, 1)
    append(.deallocate, name)
    append(.write, name, 8)
  }
}

/// Whoever has a limit must keep it: a few more than are promised, and a few more than sixteen bits can number.
private func tooMany(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  for count in [HandleVocabulary.objectLimit, 1 << 16] {
    let names = (0..<count + generator.pick(1...99)).map { _ in builder.allocate(16) }
    for name in names { builder.append(.read, name, 16) }
    for name in names.reversed() { builder.deallocate(name) }
    for name in names.suffix(99) { builder.append(.read, name, 16) }
  }
  return builder.handles(heapLimit: 64 << 20)
}

private func allLives(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let size = generator.pick(16...400)
  let names = [builder.name(), builder.name()]
  let copy = builder.name()
  // Of each of the two: make it if there is none, end it, end it by the copy, and copy it.
  func extend(_ steps: [Int]) {
    if steps.count == 6 {
      var lives = [false, false]
      var copied: Int?
      for step in steps {
        let place = step & 1
        switch step >> 1 {
        case 0:
          builder.append(.allocate, names[place], size)
          lives[place] = true
          if copied == place { copied = -1 }
        case 1:
          builder.append(.deallocate, names[place])
          lives[place] = false
        case 2:
          builder.append(.copy, copy, names[place])
          copied = place
        default:
          builder.append(.deallocate, copy)
          if let place = copied, place >= 0 { lives[place] = false }
        }
        for name in names { builder.append(.read, name, 16) }
        if copied != nil { builder.append(.write, copy, 16) }
      }
      for place in 0...1 where lives[place] { builder.append(.deallocate, names[place]) }
      return
    }
    // What comes of the steps so far, to leave out those that mean nothing: an object nobody could end, or a copy of nothing.
    var (made, lives) = ([false, false], [false, false])
    var copied: Int?
    for step in steps {
      let place = step & 1
      switch step >> 1 {
      case 0:
        (made[place], lives[place]) = (true, true)
        if copied == place { copied = -1 }
      case 1: lives[place] = false
      case 2: copied = place
      default: if let place = copied, place >= 0 { lives[place] = false }
      }
    }
    for place in 0...1 {
      if !lives[place] { extend(steps + [place]) }
      if made[place] { extend(steps + [2 + place]) }
      if made[place], copied != place { extend(steps + [4 + place]) }
    }
    if copied != nil { extend(steps + [6]) }
  }
  extend([])
  return builder.handles(heapLimit: 64 << 10)
}

private func stale(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  for size in [1, 8, 16, 24, 64, 100, 1000, 4096] {
    for count in [1, 2, 7, 20] {
      var objects = (0..<count).map { _ in builder.allocate(size) }
      for _ in 0..<12 {
        // Each ends, and the next of its size may lie in its place.
        let old = objects.map { builder.copy(of: $0) }
        objects.shuffle(using: &generator)
        for name in objects {
          builder.deallocate(name)
          builder.append(.read, name, 1)
        }
        for name in old { builder.misuse(name) }
        objects = (0..<count).map { _ in builder.allocate(size) }
        for name in old { builder.misuse(name) }
        for name in objects { builder.append(.read, name, size) }
        for name in old { builder.forget(name) }
      }
      for name in objects { builder.deallocate(name) }
    }
  }
  return builder.handles(heapLimit: 1 << 20)
}

/// Whatever its keys' width up to 20 bits, a key of a place that is used again and again has come round when a pointer is looked at.
private func oneSlot(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let size = generator.pick(33...64)
  // More than there can be: at the end there is room for just what ended last.
  let filling = (0..<2200).map { _ in builder.allocate(size, writes: false) }
  let place = builder.copy(of: filling[generator.pick(10...200)])
  let first = builder.copy(of: place)
  var old = [first]
  for reuse in 1...(1 << 20 + 1) {
    builder.append(.deallocate, place)
    builder.append(.allocate, place, size)
    // After 2ᵏ, and one more.
    if reuse & (reuse - 1) == 0 || (reuse - 1) & (reuse - 2) == 0 {
      for name in old { builder.misuse(name) }
      builder.append(.write, place, size)
      if reuse <= 1 << 12 { old.append(builder.copy(of: place)) }
    }
  }
  for name in old { builder.misuse(name) }
  for name in filling.suffix(40) { builder.append(.read, name, size) }
  return builder.handles(heapLimit: 64 << 10)
}

private func allSlots(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let count = HandleVocabulary.objectLimit
  let objects = (0..<count).map { _ in builder.allocate(generator.pick(17...32)) }
  let firsts = objects.map { builder.copy(of: $0) }
  for round in 0..<66 {
    for name in objects { builder.append(.deallocate, name) }
    for name in objects.shuffled(using: &generator) { builder.append(.allocate, name, generator.pick(17...32)) }
    guard round == 0 || round % 16 == 15 else { continue }
    for (place, name) in firsts.enumerated() {
      builder.append(place % 2 == 0 ? .read : .deallocate, name, 1)
    }
    for name in objects { builder.append(.write, name, 17) }
  }
  for name in objects { builder.append(.read, name, 17) }
  return builder.handles(heapLimit: 4 << 20)
}

private func frees(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  var live: [Int] = []
  for round in 0..<1500 {
    live.append(builder.allocate(generator.pick(1...300)))
    guard live.count > 12 else { continue }
    let name = live.remove(at: generator.below(live.count))
    let copies = [name, builder.copy(of: name), builder.copy(of: name)]
    let neighbours = [live[0], live[live.count - 1]]
    builder.append(.deallocate, copies[round % 3])
    for copy in copies { builder.append(.deallocate, copy) }
    // Twice, with another's end between.
    let other = live.remove(at: generator.below(live.count))
    builder.append(.deallocate, other)
    for copy in copies + [other] { builder.misuse(copy) }
    for neighbour in neighbours where neighbour != other { builder.append(.read, neighbour, 1) }
    for name in copies + [other] { builder.forget(name) }
    // Had one of them come to a list twice, two objects would share it.
    let (first, second) = (builder.allocate(24), builder.allocate(24))
    builder.append(.write, first, 24)
    builder.append(.read, second, 24)
    builder.deallocate(first)
    builder.deallocate(second)
  }
  for name in live { builder.deallocate(name) }
  return builder.handles(heapLimit: 1 << 20)
}

private func pointersInMemory(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let walker = builder.name()
  for _ in 0..<8 {
    let nodes = (0..<200).map { _ in builder.allocate(8 * generator.pick(1...6)) }
    var targets = (0..<200).map { _ in builder.allocate(generator.pick(8...40)) }
    for (node, target) in zip(nodes, targets) { builder.append(.store, node, target) }
    for place in targets.indices where place % 2 == 0 {
      builder.deallocate(targets[place])
      if place % 4 == 0 { targets[place] = builder.allocate(generator.pick(8...40)) }
    }
    for (place, node) in nodes.enumerated() {
      builder.append(.load, walker, node)
      builder.append(.read, walker, 8)
      if place % 2 == 0 { builder.misuse(walker) }
    }
    // And by what came from memory they end.
    for (place, node) in nodes.enumerated() {
      builder.append(.load, walker, node)
      if place % 2 == 1 { builder.append(.deallocate, walker) }
      if place % 4 != 2 { builder.append(.read, targets[place], 8) }
      if place % 4 == 0 { builder.deallocate(targets[place]) }
    }
    for node in nodes { builder.deallocate(node) }
    // A node that has ended leads nowhere.
    for node in nodes.prefix(40) {
      builder.append(.load, walker, node)
      builder.append(.store, node, nodes[0])
    }
  }
  return builder.handles(heapLimit: 1 << 20)
}

/// Never more at once than must be served, but far more one after the other than there is room for, memory and slots.
private func room(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let limit = 64 << 10
  // Of 33 to 64 bytes: a power of two and 64 bytes each, so that they are just a quarter of the heap.
  let count = limit / 4 / 128
  var names: [Int] = []
  for round in 0..<300 {
    while names.count < count {
      names.append(builder.allocate(generator.pick(33...64)))
      // Nobody can serve these; to refuse them costs nothing.
      if generator.oneIn(4) {
        builder.append(.allocate, builder.nameOfNone(), [limit, .max, .max - 7, 1 << 62, 1 << 32][generator.below(5)])
      }
    }
    for name in names { builder.append(.read, name, 33) }
    names.shuffle(using: &generator)
    let rest = round % 3 == 0 ? 0 : generator.below(count)
    while names.count > rest { builder.deallocate(names.removeLast()) }
  }
  return builder.handles(heapLimit: limit)
}

/// Up to what must be served, beyond it, and on.
private func exhaustion(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let limit = (128 << 10) + 8 * generator.below(64)
  for round in 0..<10 {
    let size = [64, 200, 1000, 33, 64, 4000, 40, 500, 64, 120][round]
    var names = (0..<limit * 5 / 4 / size).map { _ in builder.allocate(size + generator.pick(0...size / 8)) }
    for name in names { builder.append(.read, name, size) }
    // What ends makes room for what is as large, though all is full; and who had it has it no longer.
    for place in names.indices where place % 3 == 0 {
      let old = builder.copy(of: names[place])
      builder.deallocate(names[place])
      names[place] = builder.allocate(size)
      builder.misuse(old)
      builder.forget(old)
    }
    names.shuffle(using: &generator)
    for name in names { builder.deallocate(name) }
    let few = (0..<20).map { _ in builder.allocate(generator.pick(1...100)) }
    for name in few { builder.append(.read, name, 1) }
    for name in few { builder.deallocate(name) }
  }
  return builder.handles(heapLimit: limit)
}

private func resolves(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let names = (0..<HandleVocabulary.objectLimit).map { _ in builder.allocate(generator.pick(16...64)) }
  for _ in 0..<100_000 { builder.append(.read, names[generator.below(names.count)], generator.pick(1...16)) }
  for name in names { builder.deallocate(name) }
  return builder.handles(heapLimit: 16 << 20)
}

private func churn(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  var live: [Int] = []
  let old = builder.name()
  for _ in 0..<24_000 {
    if live.count < 1500 || live.count < 4000 && generator.oneIn(2) {
      let size = generator.oneIn(20) ? generator.pick(1000...6000) : generator.pick(1...200)
      live.append(builder.allocate(size, writes: generator.oneIn(3)))
    } else {
      let place = generator.below(live.count)
      live.swapAt(place, live.count - 1)
      let name = live.removeLast()
      if generator.oneIn(8) { builder.append(.copy, old, name) }
      builder.deallocate(name)
      builder.append(.read, old, 1)
    }
    for _ in 0..<3 where !live.isEmpty { builder.append(.read, live[generator.below(live.count)], 1) }
  }
  for name in live { builder.deallocate(name) }
  return builder.handles(heapLimit: 64 << 20)
}
