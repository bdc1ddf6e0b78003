import Examining
import Traces
import Vocabularies
import Workloads

/// Each says how its objects are sized, and which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Bounds {
  static let workloads: [Workload] = [
    Workload(
      "all-accesses", "Every access at every place in and around objects of up to 17 bytes.", measuresSpace: false,
      weight: 2
    ) {
      everyAccess(with: &$0)
    },
    Workload(
      "neighbours", "One past the end of an object is the first byte of another, or may be.", measuresSpace: false,
      weight: 2
    ) {
      neighbours(with: &$0)
    },
    Workload(
      "out-and-back", "Pointers that leave their objects and come back, by steps of all sizes.", measuresSpace: false,
      weight: 2
    ) {
      outAndBack(with: &$0)
    },
    Workload(
      "huge-steps", "Steps so large that sums overflow, and positions that must not come round.", measuresSpace: false,
      weight: 2
    ) {
      hugeSteps(with: &$0)
    },
    Workload("no-bytes", "Objects of 0 bytes, alone and among others.", measuresSpace: false) { noBytes(with: &$0) },
    Workload("ends", "Objects end once, by pointers to their first byte alone.", measuresSpace: false, weight: 2) {
      ends(with: &$0)
    },
    Workload(
      "reuse", "Memory and records of ended objects are used by objects of other sizes.", measuresSpace: false,
      weight: 2
    ) {
      reuse(with: &$0)
    },
    Workload(
      "pointers-in-memory", "Pointers are kept in objects, and used when they come from there.", measuresSpace: false
    ) {
      pointersInMemory(with: &$0)
    },
    Workload("large-objects", "Objects of many megabytes, in a heap of a gigabyte.") { largeObjects(with: &$0) },
    Workload(
      "room", "As many objects as must have room, ended and made anew for thousands of times.", measuresSpace: false,
      weight: 2
    ) {
      room(with: &$0)
    },
    Workload("unlike-sizes", "Hardly two objects are of one size, and all must have room.", measuresSpace: false) {
      unlikeSizes(with: &$0)
    },
    Workload("exhaustion", "A small heap that is filled again and again, by sizes that change.", measuresSpace: false) {
      exhaustion(with: &$0)
    },
    Workload("last-bytes", "A heap is filled to its last bytes, by ever smaller objects.", measuresSpace: false) {
      lastBytes(with: &$0)
    },
    Workload("many-objects", "As many objects at once as there may be.") { generator in
      manyObjects(PointerVocabulary.objectLimit, size: { $0.pick(1...24) }, with: &generator)
    },
    Workload("round-trips", "A few objects, whose pointers leave them for the same places thousands of times.") {
      generator in
      var builder = PointerTraceBuilder()
      let size = generator.pick(100...300)
      let names = (0..<4).map { _ in builder.allocate(size) }
      for _ in 0..<30_000 {
        let name = generator.pick(names)
        let place = generator.pick([size, size + 64, -8])
        let pointer = builder.copy(of: name, advancedBy: place)
        builder.append(.read, pointer, 1)
        builder.append(.advance, pointer, size - 1 - place)
        builder.append(.read, pointer, 1)
        builder.forget(pointer)
      }
      return builder.trace(heapLimit: 1 << 20)
    },
    Workload("small-objects", "A hundred thousand small objects, accessed at random.", isTimed: true) { generator in
      manyObjects(100_000, size: { $0.pick(16...64) }, with: &generator)
    },
    Workload("walks", "Arrays are walked through by pointers that end one past the end.", isTimed: true) {
      walks(with: &$0)
    },
    Workload("churn", "Objects come and go, all sizes mixed, with accesses at and beyond their ends.", isTimed: true) {
      churn(with: &$0)
    },
  ]
}

/// Every position from 9 before the object to 9 behind it, and every byte count up to 18, for every small size.
private func everyAccess(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  // What lies in front differs from seed to seed, so that no address does.
  _ = builder.allocate(8 * generator.pick(1...64))
  var objects = (0...17).map { builder.allocate($0) }
  objects.shuffle(using: &generator)
  for (size, name) in objects.map({ (builder.size(of: $0), $0) }) {
    for position in -9...size + 9 {
      let pointer = builder.copy(of: name, advancedBy: position)
      for byteCount in 1...18 { builder.append(.read, pointer, byteCount) }
      builder.append(.read, pointer, .max)
      builder.append(.advance, pointer, -position)
      if size > 0 { builder.append(.write, pointer, size) }
      builder.append(.read, pointer, size + 1)
      builder.forget(pointer)
    }
  }
  for name in objects { builder.deallocate(name) }
  return builder.trace(heapLimit: 1 << 20)
}

private func neighbours(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  for size in [8, 16, 24, 32, 48, 64, 128, 256, 1024, 4096] {
    var names = (0..<12).map { _ in builder.allocate(size) }
    for name in names {
      for distance in [size, -1, -size, 2 * size, size - 1, size + 8] {
        builder.access(name, at: distance, 1)
        // There and back, and what was at home before is so again.
        let pointer = builder.copy(of: name, advancedBy: distance)
        builder.append(.read, pointer, 8)
        builder.append(.advance, pointer, -distance)
        builder.append(.write, pointer, size)
        builder.forget(pointer)
      }
      // Into every other object of the row.
      builder.access(name, at: size * generator.pick(2...11), generator.pick(1...size))
      builder.access(name, at: -size * generator.pick(2...11), generator.pick(1...size))
      builder.access(name, at: size - 1, 1, writes: true)
      builder.access(name, at: size - 7, 8)
    }
    names.shuffle(using: &generator)
    for name in names { builder.deallocate(name) }
  }
  return builder.trace(heapLimit: 2 << 20)
}

private func noBytes(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  for _ in 0..<20 {
    let names = (0..<10).map { _ in (empty: builder.allocate(0), full: builder.allocate(generator.pick(1...40))) }
    for (empty, full) in names {
      for position in [0, 1, -1, 8, -8, 16] { builder.access(empty, at: position, generator.pick(1...16)) }
      let moved = builder.copy(of: empty, advancedBy: generator.pick(1...16))
      builder.append(.deallocate, moved)
      builder.forget(moved)
      builder.append(.read, full, 1)
    }
    for (place, pair) in names.enumerated() {
      builder.append(.deallocate, pair.empty)
      // It has ended, like any other.
      builder.append(.deallocate, pair.empty)
      builder.append(.read, pair.empty, 1)
      builder.forget(pair.empty)
      if place % 2 == 0 { builder.deallocate(pair.full) }
      _ = builder.allocate(0)
    }
  }
  return builder.trace(heapLimit: 1 << 20)
}

private func ends(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  var objects: [(name: Int, size: Int)] = []
  for round in 0..<600 {
    let size = round % 4 == 0 ? generator.pick(1...16) : generator.pick(17...400)
    objects.append((builder.allocate(size), size))
    let (name, _) = objects[generator.below(objects.count)]
    for position in [1, -1, 8, -8, 16, 1 << 20, -(1 << 31)] where position != 1 << 20 || round % 8 == 0 {
      let pointer = builder.copy(of: name, advancedBy: position)
      builder.append(.deallocate, pointer)
      builder.forget(pointer)
    }
    builder.append(.read, name, 1)
    guard objects.count > 20 else { continue }
    let victim = objects.remove(at: generator.below(objects.count))
    let end = builder.copy(of: victim.name, advancedBy: victim.size)
    let neighbour = builder.copy(of: victim.name)
    builder.append(.deallocate, end)
    // Out and back: that is its first byte.
    let far = generator.pick(1...5000)
    builder.append(.advance, end, far)
    builder.append(.advance, end, -far - victim.size)
    builder.append(.deallocate, end)
    for pointer in [victim.name, neighbour, end] {
      builder.append(.deallocate, pointer)
      builder.append(.read, pointer, 1)
      builder.append(.write, pointer, victim.size)
      builder.append(.advance, pointer, 1)
      builder.append(.read, pointer, 1)
      builder.append(.deallocate, pointer)
      builder.forget(pointer)
    }
    // Those that live know nothing of it.
    for object in objects.suffix(4) {
      builder.append(.read, object.name, object.size)
      builder.access(object.name, at: object.size, 1)
    }
  }
  for object in objects { builder.deallocate(object.name) }
  return builder.trace(heapLimit: 4 << 20)
}

private func reuse(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  for round in 0..<40 {
    // Ever other sizes, smaller and larger in turn, into what the last ones had.
    let most = [400, 24, 100, 8, 300, 50][round % 6]
    var objects = (0..<120).map { _ in
      let size = generator.pick(max(1, most / 2)...most)
      return (name: builder.allocate(size), size: size)
    }
    for object in objects {
      builder.append(.read, object.name, object.size)
      builder.append(.read, object.name, object.size + 1)
      builder.access(object.name, at: object.size - 1, 1, writes: true)
      builder.access(object.name, at: object.size, 1)
      builder.access(object.name, at: generator.pick(0...500), generator.pick(1...500))
    }
    objects.shuffle(using: &generator)
    for object in objects { builder.deallocate(object.name) }
  }
  return builder.trace(heapLimit: 1 << 20)
}

private func pointersInMemory(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let size = 8 * generator.pick(4...6)
  // A list: each node has a pointer to the next one's middle, and one to itself.
  let nodes = (0..<400).map { _ in builder.allocate(size) }
  let links = nodes.map { builder.copy(of: $0, advancedBy: 16) }
  for (place, node) in nodes.enumerated() {
    let target = builder.copy(of: nodes[(place + 1) % nodes.count])
    if place % 3 == 0 { builder.append(.advance, target, size) }
    if place % 3 == 1 { builder.append(.advance, target, -generator.pick(1...1 << 20)) }
    builder.append(.store, links[place], target)
    builder.append(.store, node, node)
    builder.forget(target)
  }
  let walker = builder.name()
  for round in 0..<3 {
    for (place, link) in links.enumerated() {
      builder.append(.load, walker, link)
      builder.append(.read, walker, round + 1)
      if place % 3 == 0 {
        builder.append(.advance, walker, -1)
        builder.append(.write, walker, 1)
      }
      builder.append(.load, walker, nodes[place])
      builder.append(.read, walker, size)
      builder.append(.read, walker, size + 1)
    }
  }
  // No room for a pointer at the end.
  for node in nodes.prefix(40) {
    let end = builder.copy(of: node, advancedBy: size - generator.pick(0...7))
    builder.append(.store, end, node)
    builder.append(.load, walker, end)
    builder.forget(end)
  }
  for (node, link) in zip(nodes, links) {
    builder.append(.load, walker, node)
    builder.append(.deallocate, walker)
    builder.append(.read, node, 1)
    builder.append(.read, link, 1)
  }
  return builder.trace(heapLimit: 1 << 20)
}

private func walks(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  let arrays = (0..<40).map { _ in
    let count = generator.pick(50...150)
    return (name: builder.allocate(8 * count), count: count)
  }
  let pointer = builder.name()
  for round in 0..<12 {
    for array in arrays {
      builder.append(.copy, pointer, array.name)
      if round % 4 == 3 { builder.append(.advance, pointer, 8 * array.count) }
      for _ in 0..<array.count {
        if round % 4 == 3 { builder.append(.advance, pointer, -8) }
        builder.append(round % 4 == 2 ? .write : .read, pointer, 8)
        if round % 4 != 3 { builder.append(.advance, pointer, 8) }
      }
      builder.append(.read, pointer, round % 4 == 3 ? 9 : 8)
    }
  }
  for array in arrays { builder.deallocate(array.name) }
  return builder.trace(heapLimit: 8 << 20)
}

private func churn(with generator: inout SeededGenerator) -> Trace {
  var builder = PointerTraceBuilder()
  var live: [(name: Int, size: Int)] = []
  let pointer = builder.name()
  for _ in 0..<24_000 {
    if live.count < 2000 || generator.oneIn(2) {
      let size = generator.oneIn(20) ? generator.pick(1000...6000) : generator.pick(1...200)
      live.append((builder.allocate(size, writes: generator.oneIn(3)), size))
    } else {
      let place = generator.below(live.count)
      live.swapAt(place, live.count - 1)
      builder.deallocate(live.removeLast().name)
    }
    guard !live.isEmpty else { continue }
    let object = live[generator.below(live.count)]
    builder.append(.copy, pointer, object.name)
    builder.append(.advance, pointer, generator.pick(-3...object.size + 3))
    builder.append(.read, pointer, generator.pick(1...8))
    builder.append(.read, object.name, object.size)
  }
  for object in live { builder.deallocate(object.name) }
  return builder.trace(heapLimit: 32 << 20)
}
