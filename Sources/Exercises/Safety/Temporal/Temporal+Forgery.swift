import Traces
import Vocabularies
import Workloads

/// Words that no subject made, or not for this use.
extension Temporal {
  static func forgedBits(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    var live = (0..<60).map { _ in builder.allocate(generator.pick(8...64)) }
    // Slots of different ages, some of them free.
    for round in 0..<40 {
      let name = live.remove(at: generator.below(live.count / 2))
      let old = builder.copy(of: name)
      builder.append(.deallocate, name)
      for pointer in [old, live[round % live.count]] {
        for bit in 0..<64 {
          let forged = builder.forge(pointer, .bitFlipped(bit))
          builder.append(.read, forged, 1)
          // Which is then another's pointer, if any: that ends, and all know it.
          if round % 4 == 0 { builder.append(.deallocate, forged) }
          builder.forget(forged)
        }
        let swapped = builder.forge(pointer, .halvesSwapped)
        builder.append(.read, swapped, 1)
        builder.forget(swapped)
      }
      for name in live { builder.append(.read, name, 1) }
      builder.forget(old)
      if round % 3 != 0 { live.append(builder.allocate(generator.pick(8...64))) } else { builder.forget(name) }
    }
    return builder.handles(heapLimit: 1 << 20)
  }

  static func forgedWords(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    // The first thing of all: there is one slot, and it is free.
    let first = builder.allocate(generator.pick(8...64))
    builder.append(.deallocate, first)
    for number in 0..<256 {
      let forged = builder.forge(first, .replaced(number))
      builder.append(.read, forged, 1)
      builder.append(.deallocate, forged)
      builder.forget(forged)
    }
    var live = (0..<100).map { _ in builder.allocate(generator.pick(8...64)) }
    for _ in 0..<10 {
      let name = live.remove(at: generator.below(live.count))
      builder.append(.deallocate, name)
      for pointer in [name, live[generator.below(live.count)]] {
        for shift in 0..<30 {
          for addend in [1 << shift, -(1 << shift), 3 << shift, -(3 << shift)] {
            let forged = builder.forge(pointer, .added(addend))
            builder.append(.read, forged, 1)
            builder.forget(forged)
          }
        }
      }
      live.append(builder.allocate(generator.pick(8...64)))
    }
    for number in 0..<5000 {
      let forged = builder.forge(first, number % 2 == 0 ? .replaced(number) : .added(8 * number))
      builder.append(.read, forged, 1)
      builder.forget(forged)
    }
    for number in -40..<0 {
      let forged = builder.forge(first, .replaced(number))
      builder.append(.read, forged, 1)
      builder.append(.deallocate, forged)
      builder.forget(forged)
    }
    for _ in 0..<20_000 {
      let forged = builder.forge(first, .drawn(generator.below(1 << 31)))
      builder.append(.read, forged, 1)
      builder.append(.deallocate, forged)
      builder.forget(forged)
    }
    for name in live { builder.append(.read, name, 1) }
    return builder.handles(heapLimit: 1 << 20)
  }
}
