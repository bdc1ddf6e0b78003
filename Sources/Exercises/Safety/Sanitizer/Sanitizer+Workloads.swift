import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Sanitizer {
  static let workloads: [Workload] = [
    Workload(
      "all-accesses", "Every access at every place in and around objects of up to 17 bytes.", measuresSpace: false,
      weight: 2
    ) {
      everyAccess(with: &$0)
    },
    Workload(
      "neighbours", "Rows of objects, and accesses up to 16 bytes behind and before each of them.",
      measuresSpace: false, weight: 2
    ) {
      neighbours(with: &$0)
    },
    Workload(
      "initialised", "Objects are written in parts, and used byte by byte and over the ends of what was written.",
      measuresSpace: false, weight: 2
    ) {
      initialised(with: &$0)
    },
    Workload(
      "copies", "Copies between places of all alignments, of bytes of which some were never written.",
      measuresSpace: false, weight: 2
    ) {
      copies(with: &$0)
    },
    Workload("overlaps", "Copies whose source and destination overlap.", measuresSpace: false) {
      overlaps(with: &$0)
    },
    Workload(
      "bad-copies", "Copies from where nothing may be read, or to where nothing may be written.", measuresSpace: false
    ) {
      badCopies(with: &$0)
    },
    Workload("no-bytes", "Objects of no bytes, and accesses to none.", measuresSpace: false) { noBytes(with: &$0) },
    Workload("wild", "Addresses and byte counts that are any number.", measuresSpace: false) { wild(with: &$0) },
    Workload("freed", "Objects are accessed after they ended.", measuresSpace: false, weight: 2) { freed(with: &$0) },
    Workload("frees", "Objects end once, by their first byte alone.", measuresSpace: false, weight: 2) {
      frees(with: &$0)
    },
    Workload(
      "remembered", "Just as many objects end as must be remembered, and in a heap that is full.",
      measuresSpace: false, weight: 2
    ) {
      remembered(with: &$0)
    },
    Workload("reuse", "Memory of objects that were forgotten is used by others.", measuresSpace: false, weight: 2) {
      reuse(with: &$0)
    },
    Workload(
      "room", "As many objects as must have room, ended and made anew thousands of times.", measuresSpace: false
    ) {
      room(with: &$0)
    },
    Workload("unlike-sizes", "Hardly two objects are of one size, and all must have room.", measuresSpace: false) {
      unlikeSizes(with: &$0)
    },
    Workload("last-bytes", "A heap is filled to its last bytes, by ever smaller objects.", measuresSpace: false) {
      lastBytes(with: &$0)
    },
    Workload("programs", "Everything that a program does, and does wrong, mixed.", measuresSpace: false, weight: 2) {
      programs(with: &$0)
    },
    Workload("long-faults", "Accesses to long objects of which one byte is wrong, anywhere.", measuresSpace: false) {
      longFaults(with: &$0)
    },
    Workload("large-objects", "Objects of many megabytes.") { largeObjects(with: &$0) },
    Workload("small-accesses", "Many objects, accessed at random, up to 8 bytes at once.", isTimed: true) {
      smallAccesses(with: &$0)
    },
    Workload("long-ranges", "Up to a megabyte at once is read, written, used and copied.", isTimed: true) {
      longRanges(with: &$0)
    },
    Workload("churn", "Objects come and go, all sizes mixed.", isTimed: true) { churn(with: &$0) },
  ]
}

/// Every offset from 16 before the object to 16 behind it, and every byte count up to 9, for every small size.
private func everyAccess(with generator: inout SeededGenerator) -> Trace {
  var builder = AccessTraceBuilder()
  // What lies in front differs from seed to seed, so that no address does.
  _ = builder.allocate(8 * generator.pick(1...64))
  for (size, name) in (0...17).shuffled(using: &generator).map({ ($0, builder.allocate($0)) }) {
    for offset in -16...size + 15 {
      for byteCount in 0...9 { builder.read(name, at: offset, byteCount) }
      builder.read(name, at: offset, 17)
    }
    // What was refused initialised nothing.
    for offset in -9...size { builder.write(name, at: offset, size + 10) }
    for offset in 0...size { builder.use(name, at: offset, 1) }
    builder.write(name, size)
    for offset in -9...size + 9 {
      for byteCount in 1...9 { builder.use(name, at: offset, byteCount) }
    }
  }
  return builder.trace(heapLimit: 1 << 20)
}

private func neighbours(with generator: inout SeededGenerator) -> Trace {
  var builder = AccessTraceBuilder()
  for size in [1, 7, 8, 9, 15, 16, 24, 31, 40, 64, 100, 256, 1000, 4096] {
    let names = (0..<8).map { _ in builder.allocate(size, writes: true) }
    for name in names {
      for distance in 0...15 {
        builder.read(name, at: size + distance, generator.pick(1...8))
        builder.read(name, at: -1 - distance, generator.pick(1...8))
        builder.write(name, at: size + distance, 1)
        builder.use(name, at: -1 - distance, 1)
      }
      // From inside, over the end, and over neighbours.
      for _ in 0..<8 {
        let offset = generator.below(size)
        builder.read(name, at: offset, size - offset + generator.pick(1...16))
        builder.write(name, at: offset, size - offset + generator.pick(1...5000))
        builder.use(name, at: offset, size - offset + generator.pick(1...5000))
        builder.read(name, at: -generator.pick(1...16), size + generator.pick(1...40))
      }
      // One may be right by being in the next object.
      for _ in 0..<4 { builder.read(name, at: generator.pick(-3 * size...3 * size), generator.pick(1...8)) }
      builder.read(name, size)
      builder.use(name, size)
    }
    for name in names.shuffled(using: &generator) { builder.end(name) }
  }
  return builder.trace(heapLimit: 1 << 20)
}

private func noBytes(with generator: inout SeededGenerator) -> Trace {
  var builder = AccessTraceBuilder()
  // More than there is memory for, had each its own for ever.
  for _ in 0..<4000 {
    let name = builder.allocate(0)
    builder.read(name, at: generator.below(16), 1)
    builder.end(name)
  }
  for _ in 0..<12 {
    let pairs = (0..<8).map { _ in (empty: builder.allocate(0), full: builder.allocate(generator.pick(1...40))) }
    for (empty, full) in pairs {
      for offset in -16...16 { builder.read(empty, at: offset, generator.pick(1...9)) }
      builder.write(empty, 1)
      builder.use(empty, 1)
      builder.copy(full, to: empty, 1)
      builder.copy(empty, to: full, 1)
      builder.copy(full, to: empty, 0)
      builder.deallocate(empty, at: generator.pick(1...7))
      builder.deallocate(empty, at: -generator.pick(1...7))
    }
    for (place, pair) in pairs.enumerated() {
      builder.deallocate(pair.empty)
      builder.deallocate(pair.empty)
      for offset in [0, -1, 1, 8, -16, 16] { builder.read(pair.empty, at: offset, 1) }
      // Accesses to no bytes, wherever.
      for offset in [0, -1, 1 << 20, -1 << 20] {
        builder.read(pair.full, at: offset, 0)
        builder.write(pair.empty, at: offset, 0)
        builder.use(pair.full, at: offset, 0)
        builder.copy(pair.full, at: offset, to: pair.empty, at: -offset, 0)
      }
      builder.use(pair.full, 1)
      if place % 2 == 0 { builder.deallocate(pair.full) }
    }
    for pair in pairs {
      builder.forget(pair.empty)
      builder.forget(pair.full)
    }
  }
  return builder.trace(heapLimit: 64 << 10)
}

/// Addresses far away, byte counts that reach from anywhere to anywhere, and sizes that no heap has.
private func wild(with generator: inout SeededGenerator) -> Trace {
  var builder = AccessTraceBuilder()
  let limit = 1 << 20
  let objects = (0..<12).map { _ in
    let size = generator.pick(1...200)
    return (name: builder.allocate(size, writes: true), size: size)
  }
  let counts = [1, 2, 7, 8, 9, 64, 1 << 16, 1 << 20 - 1] + (20...31).map { 1 << $0 } + [.max]
  for (place, (name, size)) in objects.enumerated() {
    // Byte counts that are far too large, from good places and bad ones.
    for count in counts {
      for offset in [0, size - 1, size, -1, generator.below(size)] {
        builder.read(name, at: offset, count)
        builder.use(name, at: offset, count)
        builder.write(name, at: offset, count)
      }
      builder.copy(name, to: objects[(place + 1) % objects.count].name, count)
    }
    builder.copy(name, to: objects[(place + 1) % objects.count].name, .max)
    // Anywhere in the heap, where records may be, and shadow memory; in its last bytes, and behind them.
    for _ in 0..<60 {
      builder.read(name, at: generator.below(limit), generator.pick(1...16))
      builder.write(name, at: generator.below(limit), generator.pick(1...16))
    }
    for offset in stride(from: limit - 8192 + place, to: limit, by: 24) { builder.read(name, at: offset, 8) }
    for shift in 20...62 {
      for distance in [1 << shift, -1 << shift, 1 << shift - 1] {
        let pointer = builder.point(name, distance)
        builder.read(pointer, 1)
        builder.write(pointer, generator.pick([1, 8, 9, 100, .max]))
        builder.use(pointer, generator.pick([1, 8, 9, 100, .max]))
        builder.deallocate(pointer)
        builder.copy(pointer, to: name, 1)
        builder.copy(name, to: pointer, generator.pick(1...size))
        builder.forget(pointer)
      }
    }
    // To the ends of all numbers.
    for distance in [Int.max, Int.min] {
      let pointer = builder.point(name, distance)
      for offset in [-300, -1, 0, 1] {
        builder.read(pointer, at: offset, 8)
        builder.use(pointer, at: offset, .max)
        builder.write(pointer, at: offset, 300)
      }
      builder.deallocate(pointer)
      builder.forget(pointer)
    }
    builder.use(name, size)
    builder.read(name, at: size, 1)
  }
  for size in [Int.max, Int.max - 7, 1 << 44, 1 << 40, 1 << 33, 1 << 32, 1 << 31, limit, limit - 8] {
    let name = builder.allocate(size)
    builder.read(name, 1)
    builder.use(objects[0].name, 1)
  }
  for object in objects { builder.end(object.name) }
  return builder.trace(heapLimit: limit)
}
