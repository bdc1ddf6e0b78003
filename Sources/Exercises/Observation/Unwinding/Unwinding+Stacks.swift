import Traces
import Vocabularies
import Workloads

/// Sound stacks, and stacks of frame pointers that are damaged.
extension Unwinding {
  static func framePointers(with generator: inout SeededGenerator) -> Trace {
    var builder = ProcessImageBuilder(with: &generator)
    var functions = builder.framePointerModule(6, with: &generator)
    functions += builder.framePointerModule(6, with: &generator)
    let large = builder.function(.framePointer(locals: 4000))
    let starts = [outermost(&builder, 0), outermost(&builder, 1)]
    builder.pad(20)
    for depth in [0, 1, 2, 3, 5, 8, 20, 80] {
      for (number, start) in starts.enumerated() {
        var thread = builder.thread(in: start, at: start.anyReturn(with: &generator), above: generator.pick(0...6))
        for _ in 0..<depth { builder.call(&thread, generator.pick(functions), with: &generator) }
        if depth == 5 { builder.call(&thread, large, with: &generator) }
        builder.stop(&thread, in: generator.pick(functions), with: &generator)
        // A function that has no frame of its own: what is told is its caller's.
        if depth == 8 {
          let leaf = generator.pick(functions)
          builder.call(&thread, leaf, at: thread.programCounter, isExact: false)
          builder.call(&thread, leaf, at: leaf.start, isExact: true, isEntry: true)
        }
        // Neither limit of the stack is any farther away than it has to be.
        builder.add(thread, stackStart: number == 0 ? nil : thread.stackPointer)
      }
    }
    // Threads that stand in their outermost function.
    for start in starts {
      var thread = builder.thread(in: start, at: start.end)
      thread.programCounter = start.body
      builder.add(thread)
    }
    return builder.trace(with: &generator)
  }

  /// One chain again and again, each with one thing wrong.
  static func damaged(with generator: inout SeededGenerator) -> Trace {
    var builder = ProcessImageBuilder(with: &generator)
    let functions = builder.framePointerModule(5, with: &generator) + builder.framePointerModule(4, with: &generator)
    let start = outermost(&builder, 1)
    builder.pad(16)
    let depth = 7
    func thread(_ builder: inout ProcessImageBuilder, _ generator: inout SeededGenerator) -> ProcessImageBuilder.Thread
    {
      var thread = builder.thread(in: start, at: start.anyReturn(with: &generator), above: generator.pick(4...8))
      for _ in 0..<depth { builder.call(&thread, generator.pick(functions), with: &generator) }
      builder.stop(&thread, in: generator.pick(functions), with: &generator)
      return thread
    }
    // Another stack, whose memory is there, and which is not this thread's.
    let other = thread(&builder, &generator)
    builder.add(other)
    let code = builder.moduleStart
    let codeEnd = builder.moduleEnd
    for frame in [0, 3, depth] {
      var values: [(UInt64, UInt64, UInt64) -> UInt64] = oddWords.map { word in { _, _, _ in word } }
      // From the right frame pointer, the frame's stack pointer, and the end of the stack.
      values += [1, 2, 4, 8, 16].map { more in { right, _, _ in right + more } }
      values += [0, 8, 16, 24].map { less in { _, pointer, _ in pointer &- less } }
      values += [0, 1, 4, 8, 9, 16, 24, 32].map { less in { _, _, end in end - less } }
      values += [
        { _, _, end in end + 16 }, { _, _, _ in other.stackPointer }, { _, _, _ in other.stackPointer(of: 3) - 16 },
      ]
      for value in values {
        for isBait in [false, true] {
          let thread = thread(&builder, &generator)
          let (pointer, outer) = (thread.stackPointer(of: frame), thread.stackPointer(of: frame + 1))
          let word = value(outer - 16, pointer, thread.stackEnd)
          let number = builder.add(thread)
          let ending = generator.pick(functions).end
          builder.damage { image in
            // What is no frame may look as sound as one; and one that ends where the stack does can be sound.
            image.set(ending, at: isBait ? word &+ 8 : thread.stackEnd - 8)
            if frame == 0 { image.threads[number].registers[6] = word } else { image.set(word, at: pointer - 16) }
          }
        }
      }
      let addresses: [UInt64] = [code, code + 1, code - 1, codeEnd, codeEnd + 1, other.stackPointer]
      for word in oddWords + addresses {
        let thread = thread(&builder, &generator)
        builder.add(thread)
        builder.damage { $0.set(word, at: thread.stackPointer(of: frame + 1) - 8) }
      }
      // Circles of one frame, two and three.
      for back in 0..<3 where back < frame {
        let thread = thread(&builder, &generator)
        builder.add(thread)
        builder.damage { $0.set(thread.stackPointer(of: frame - back) - 16, at: thread.stackPointer(of: frame) - 16) }
      }
      for (below, bytes) in [(16, 8), (8, 8), (16, 1), (9, 1), (8, 1), (1, 1), (4, 0), (12, 0), (8, 0), (16, 16)]
        as [(UInt64, Int)]
      {
        let thread = thread(&builder, &generator)
        builder.add(thread)
        builder.damage { $0.cut(thread.stackPointer(of: frame + 1) - below, bytes: bytes) }
      }
      // Limits of the stack that are too near, or just near enough.
      for more in [0, 1, 8, 16] as [UInt64] {
        let first = thread(&builder, &generator)
        let number = builder.add(first)
        builder.damage { $0.threads[number].stackEnd = first.stackPointer(of: frame + 1) - more }
        let second = thread(&builder, &generator)
        let start = builder.add(second)
        builder.damage { $0.threads[start].stackStart = second.stackPointer(of: frame + 1) - 16 + more }
      }
    }
    return builder.trace(with: &generator)
  }

  static func rows(with generator: inout SeededGenerator) -> Trace {
    typealias Layout = ProcessImageBuilder.Layout
    var builder = ProcessImageBuilder(with: &generator)
    var functions: [ProcessImageBuilder.Function] = []
    for _ in 0..<3 {
      builder.module()
      builder.pad(generator.pick(1...30))
      for register in [7, 7, 6, 6, 3, 12, 15, 10] {
        var saved = ProcessImageBuilder.calleeSaved.filter { $0 == register || generator.oneIn(3) }
        saved.shuffle(using: &generator)
        let offset: UInt64 = generator.pick([16, 0, 8, 1, 1 << 20, 0 &- 64, 0 &- 1, 1 << 63, generator.next()])
        let layout = Layout.rows(
          cfa: register, saved: saved, locals: generator.pick([0, 1, 2, 7, 60, 3000]),
          offset: register == 6 ? 16 : offset)
        functions.append(
          builder.function(
            layout, entry: generator.pick(0...5), body: generator.pick(6...90), hasEnd: generator.oneIn(2)))
        if generator.oneIn(3) { builder.pad(generator.pick(1...15)) }
      }
    }
    let starts = (0..<4).map { outermost(&builder, $0) }
    builder.pad(8)
    for (round, depth) in [0, 1, 1, 2, 3, 4, 6, 9, 14, 20, 60].enumerated() {
      for start in starts where round < 8 || start.layout.isOutermost {
        var thread = builder.thread(in: start, at: start.anyReturn(with: &generator))
        for _ in 0..<depth { builder.call(&thread, generator.pick(functions), with: &generator) }
        let last = generator.pick(functions)
        switch generator.below(3) {
        case 0 where last.start < last.body:
          builder.call(
            &thread, last, at: last.start + UInt64(generator.below(Int(last.body - last.start))), isExact: true,
            isEntry: true)
        default: builder.stop(&thread, in: last, with: &generator)
        }
        builder.add(thread)
      }
    }
    // Each function once where nothing is saved yet, at its first byte and at the last of its body, and where all has been taken down.
    for function in functions {
      for place in [function.start, function.body, function.end - 1, function.end] {
        var thread = builder.thread(in: starts[3], at: starts[3].end)
        builder.call(&thread, generator.pick(functions), with: &generator)
        let isEntry = place < function.body || place == function.end
        builder.call(&thread, function, at: place, isExact: true, isEntry: isEntry)
        builder.add(thread)
      }
    }
    return builder.trace(with: &generator)
  }
}
