import Traces
import Vocabularies
import Workloads

/// Frames that no call has made, and rows on stacks that are damaged.
extension Unwinding {
  private typealias Builder = ProcessImageBuilder

  /// Functions of all sorts in one module, with what signals need.
  private static func code(
    _ builder: inout Builder, with generator: inout SeededGenerator
  ) -> (functions: [Builder.Function], trampoline: Builder.Function) {
    builder.module()
    builder.pad(generator.pick(16...40))
    let functions = [
      builder.function(.rows(saved: [3], locals: 1)), builder.function(.framePointer(locals: 2)),
      builder.function(.rows(cfa: 6, saved: [6, 14], locals: 3), hasEnd: true),
      builder.function(.rows(cfa: 12, saved: [12], locals: 0, offset: 0 &- 64), entry: 7),
      builder.function(.rows(saved: [6, 13], locals: 20), entry: 0), builder.function(.framePointer(locals: 0)),
    ]
    return (functions, builder.trampoline())
  }

  static func signals(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    let (functions, trampoline) = code(&builder, with: &generator)
    let starts = (0..<4).map { outermost(&builder, $0) }
    builder.pad(8)
    func stack(_ round: Int) -> Builder.Thread {
      var thread = builder.thread(in: starts[3 - round % 4], at: starts[3 - round % 4].end)
      for _ in 0..<generator.pick(1...5) { builder.call(&thread, generator.pick(functions), with: &generator) }
      return thread
    }
    func handle(_ thread: inout Builder.Thread) {
      builder.interrupt(&thread, by: trampoline)
      for _ in 0..<generator.pick(0...3) { builder.call(&thread, generator.pick(functions), with: &generator) }
    }
    for (round, function) in (0..<4).flatMap({ _ in functions }).enumerated() {
      for place in 0..<6 {
        var thread = stack(round)
        switch place {
        case 0:
          builder.call(&thread, function, at: function.start, isExact: true, isEntry: function.start < function.body)
        case 1: builder.call(&thread, function, at: function.body, isExact: true)
        case 2: builder.call(&thread, function, at: function.end - 1, isExact: true)
        case 3 where function.layout.cfaRegister == 6:
          builder.call(&thread, function, at: function.end, isExact: true, isEntry: true)
        case 4:
          builder.call(&thread, function, with: &generator)
          builder.callNothing(&thread, round % 2 == 0 ? 0 : generator.pick(oddWords))
        default: builder.stop(&thread, in: function, with: &generator)
        }
        handle(&thread)
        if place == 5 {
          // A handler that is interrupted.
          builder.stop(&thread, in: generator.pick(functions), with: &generator)
          handle(&thread)
        }
        builder.stop(&thread, in: generator.pick(functions), with: &generator)
        builder.add(thread)
      }
    }
    // Frames of signals that are damaged: stack pointer, program counter, and a register that is needed or not.
    for (slot, words) in [
      (160, oddWords), (168, oddWords), (120, [0, 1, .max]), (144, [1]), (88, [9]),
    ] as [(UInt64, [UInt64])] {
      for word in words {
        var thread = stack(0)
        builder.stop(&thread, in: functions[slot == 120 ? 2 : generator.below(functions.count)], with: &generator)
        builder.interrupt(&thread, by: trampoline)
        let frame = thread.stackPointer
        builder.stop(&thread, in: functions[generator.below(2)], with: &generator)
        builder.add(thread)
        builder.damage { $0.set(word, at: frame + slot) }
      }
    }
    for slot in [160, 168, 120, 0] as [UInt64] {
      var thread = stack(1)
      builder.stop(&thread, in: functions[2], with: &generator)
      builder.interrupt(&thread, by: trampoline)
      let frame = thread.stackPointer
      builder.stop(&thread, in: functions[0], with: &generator)
      builder.add(thread)
      builder.damage { $0.cut(frame + slot, bytes: 8) }
    }
    return builder.trace(with: &generator)
  }

  static func nowhere(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    let (functions, _) = code(&builder, with: &generator)
    let start = outermost(&builder, 3)
    builder.pad(8)
    let (codeStart, codeEnd) = (builder.moduleStart, builder.moduleEnd)
    func thread(_ depth: Int) -> Builder.Thread {
      var thread = builder.thread(in: start, at: start.end, isMarked: false)
      for _ in 0..<depth { builder.call(&thread, generator.pick(functions), with: &generator) }
      return thread
    }
    for depth in [0, 1, 4] {
      for word in oddWords + [codeStart - 1, codeEnd, codeEnd + 1, codeStart] {
        var thread = thread(depth)
        builder.callNothing(&thread, word)
        builder.add(thread)
      }
      // What the stack has for a return address.
      for word in oddWords + [codeStart, codeStart + 1, codeEnd, codeEnd + 1] {
        var thread = thread(depth)
        builder.callNothing(&thread, generator.pick([0, 1, codeEnd]))
        builder.add(thread)
        builder.damage { $0.set(word, at: thread.stackPointer) }
      }
    }
    // Stack pointers at the limits, and what stands in the last word.
    for less in [0, 1, 4, 7, 8, 9, 15, 16] as [UInt64] {
      let thread = thread(1)
      let number = builder.add(thread)
      builder.damage { image in
        image.threads[number].programCounter = 0
        image.threads[number].registers[7] = thread.stackEnd - less
        image.set(functions[0].end, at: thread.stackEnd - less)
      }
    }
    for word in oddWords {
      let number = builder.add(thread(1))
      builder.damage { image in
        image.threads[number].programCounter = 0
        image.threads[number].registers[7] = word
      }
    }
    for (more, cut) in [(0, 0), (8, 0), (16, 0), (0, 1), (0, 8)] as [(UInt64, Int)] {
      var thread = thread(3)
      builder.callNothing(&thread, 0)
      builder.add(thread, stackStart: thread.stackPointer + more)
      if cut > 0 { builder.damage { $0.cut(thread.stackPointer, bytes: cut) } }
    }
    return builder.trace(with: &generator)
  }

  static func damagedRows(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    builder.module()
    builder.pad(5)
    let byStack = builder.function(.rows(saved: [3, 12], locals: 2))
    let byPointer = builder.function(.rows(cfa: 6, saved: [6], locals: 2))
    let byOther = builder.function(.rows(cfa: 3, saved: [3], locals: 1, offset: 0 &- 32))
    let functions = [byStack, byPointer, byOther]
    let start = outermost(&builder, 3)
    builder.pad(8)
    let (codeStart, codeEnd) = (builder.moduleStart, builder.moduleEnd)
    func thread(_ top: Int) -> Builder.Thread {
      var thread = builder.thread(in: start, at: start.end)
      for _ in 0..<2 { for function in functions { builder.call(&thread, function, with: &generator) } }
      builder.stop(&thread, in: functions[top], with: &generator)
      return thread
    }
    // What registers say of the CFA: anything, and what lies around the limits.
    for top in 0..<3 {
      let register = [7, 6, 3][top]
      let offset = functions[top].layout.cfaOffset
      func damage(_ word: (Builder.Thread) -> UInt64) {
        let thread = thread(top)
        let value = word(thread)
        let number = builder.add(thread)
        builder.damage { image in
          image.threads[number].registers[register] = value
          image.set(functions[0].end, at: value &+ offset &- 8)
        }
      }
      for word in oddWords { damage { _ in word } }
      for more in [0, 1, 2, 4, 8, 16, 32] as [UInt64] {
        damage { $0.registers[register] + more }
        damage { $0.registers[register] - more }
        // The CFA is the stack's end and some bytes, or the frame's own stack pointer.
        damage { $0.stackEnd &- offset &- more }
        damage { $0.stackEnd &- offset &+ more }
        damage { $0.stackPointer &- offset &+ more }
        damage { $0.stackPointer &- offset &- more }
      }
    }
    for frame in 0..<5 {
      for word in oddWords + [codeStart, codeStart + 1, codeEnd, codeEnd + 1] {
        let thread = thread(frame % 3)
        builder.add(thread)
        builder.damage { $0.set(word, at: thread.stackPointer(of: frame + 1) - 8) }
      }
      for (below, bytes) in [(8, 8), (8, 1), (1, 1), (16, 8), (24, 8), (16, 16)] as [(UInt64, Int)] {
        let thread = thread(frame % 3)
        builder.add(thread)
        builder.damage { $0.cut(thread.stackPointer(of: frame + 1) - below, bytes: bytes) }
      }
      for word in [0, 1, .max] as [UInt64] {
        let thread = thread(frame % 3)
        builder.add(thread)
        builder.damage { $0.set(word, at: thread.stackPointer(of: frame + 1) - 16) }
      }
      for more in [0, 8] as [UInt64] {
        let first = thread(frame % 3)
        let number = builder.add(first)
        builder.damage { $0.threads[number].stackEnd = first.stackPointer(of: frame + 1) - more }
        let second = thread(frame % 3)
        builder.add(second, stackStart: second.stackPointer(of: frame + 1) - more)
      }
    }
    return builder.trace(with: &generator)
  }
}
