import Traces
import Vocabularies
import Workloads

/// Pointers far away from their objects.
extension Bounds {
  static func outAndBack(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    let objects = (0..<40).map { _ in
      let size = generator.pick(1...300)
      return (name: builder.allocate(size), size: size)
    }
    let reach = PointerVocabulary.reach
    for (place, object) in objects.enumerated() {
      for shift in stride(from: place % 3, through: 31, by: 3) {
        for sign in [1, -1] {
          let distance = sign * ((1 << shift) + (shift < 30 ? generator.below(1 << shift) : 0))
          let pointer = builder.copy(of: object.name)
          builder.append(.advance, pointer, distance)
          builder.append(.read, pointer, 1)
          builder.append(.advance, pointer, -distance)
          builder.append(.write, pointer, object.size)
          builder.append(.read, pointer, object.size + 1)
          builder.forget(pointer)
        }
      }
      // To the last place from which it must come back, on either side, in steps.
      for end in [object.size + reach, -reach] {
        let pointer = builder.copy(of: object.name, advancedBy: end / 2)
        builder.append(.advance, pointer, end - end / 2)
        builder.append(.read, pointer, 1)
        builder.append(.advance, pointer, -end + object.size - 1)
        builder.append(.read, pointer, 1)
        builder.append(.read, pointer, 2)
        builder.forget(pointer)
      }
      // Many small steps.
      let pointer = builder.copy(of: object.name)
      for _ in 0..<20 { builder.append(.advance, pointer, -generator.pick(1...50)) }
      builder.append(.read, pointer, 1)
      builder.forget(pointer)
    }
    for object in objects { builder.deallocate(object.name) }
    return builder.trace(heapLimit: 1 << 20)
  }

  /// Positions that come round where a field of so many bits is thought enough, or a sum overflows.
  static func hugeSteps(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    let objects = (0..<24).map { _ in
      let size = generator.pick(16...300)
      return (name: builder.allocate(size), size: size)
    }
    for (place, object) in objects.enumerated() {
      for shift in 32...62 where shift % 4 == place % 4 {
        let step = (place % 2 == 0 ? 1 : -1) * (1 << shift)
        // Once, twice, … until 2⁶⁴ are full at the latest; and refused all the way.
        let pointer = builder.copy(of: object.name)
        for _ in 0..<min(16, 1 << (64 - shift)) {
          builder.append(.advance, pointer, step)
          builder.append(.read, pointer, generator.pick(1...8))
          builder.append(.deallocate, pointer)
        }
        builder.forget(pointer)
        // Near a multiple of it, where a neighbour's number might begin. In two steps, since one keeps 36 bits.
        for rest in [generator.pick(0...15), -generator.pick(1...16)] {
          let near = builder.copy(of: object.name, advancedBy: step)
          builder.append(.advance, near, rest)
          builder.append(.read, near, 1)
          builder.forget(near)
        }
      }
      for step in [Int.max, Int.min] {
        let pointer = builder.copy(of: object.name)
        for _ in 0..<4 {
          builder.append(.advance, pointer, step)
          builder.append(.read, pointer, 1)
        }
        builder.append(.advance, pointer, -step.signum())
        builder.append(.read, pointer, 1)
        builder.forget(pointer)
      }
      farAndBack(object.name, size: object.size, shifts: stride(from: 31 + place % 4, through: 63, by: 4), &builder)
      // Byte counts, which may be any number as well.
      for position in [0, 1, object.size - 1, object.size, -1] {
        let pointer = builder.copy(of: object.name, advancedBy: position)
        for shift in 16...62 where shift % 3 == place % 3 {
          builder.append(.read, pointer, 1 << shift)
        }
        builder.append(.read, pointer, .max)
        builder.forget(pointer)
      }
      // And what it was before, it still is.
      builder.append(.write, object.name, object.size)
      builder.append(.read, object.name, object.size + 1)
    }
    // Sizes that no heap has.
    for size in [Int.max, Int.max - 7, 1 << 62, 1 << 40, 1 << 33, 1 << 32, 1 << 31] {
      builder.append(.allocate, builder.name(), size)
      let small = builder.allocate(generator.pick(8...64))
      builder.append(.read, small, 1)
    }
    for object in objects { builder.deallocate(object.name) }
    return builder.trace(heapLimit: 1 << 20)
  }

  /// Out of all reach, and back by a step after which only what stopped on its way out could be inside again.
  private static func farAndBack(
    _ name: Int, size: Int, shifts: StrideThrough<Int>, _ builder: inout PointerTraceBuilder
  ) {
    for (shift, sign) in shifts.flatMap({ [($0, 1), ($0, -1)] }) {
      // Where one power of two is the most that a position can be, or one less, or so much behind the object's end.
      for rest in [sign, 1 - sign - size / 2, -sign] {
        let pointer = builder.copy(of: name)
        for _ in 0..<3 { builder.append(.advance, pointer, sign > 0 ? .max : .min) }
        builder.append(.advance, pointer, shift == 63 ? (sign > 0 ? -.max : .max) : -sign << shift)
        builder.append(.read, pointer, 1)
        builder.append(.advance, pointer, rest)
        builder.append(.read, pointer, 1)
        builder.forget(pointer)
      }
    }
  }
}
