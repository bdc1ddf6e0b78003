import Traces
import Vocabularies
import Workloads

/// Larger images, and such as programs have.
extension Unwinding {
  private typealias Builder = ProcessImageBuilder

  /// Functions of all sorts in some modules.
  private static func code(
    _ builder: inout Builder, modules: Int, functions: Int, chains: Int, with generator: inout SeededGenerator
  ) -> [Builder.Function] {
    var all: [Builder.Function] = []
    for _ in 0..<modules {
      builder.module()
      builder.pad(generator.pick(1...60))
      for _ in 0..<functions {
        let saved = ProcessImageBuilder.calleeSaved.filter { _ in generator.oneIn(3) }
        let layout: Builder.Layout
        if generator.below(100) < chains {
          layout = .framePointer(locals: generator.pick(0...6))
        } else if generator.oneIn(3) {
          let register = generator.pick([6, 6, 6, 12])
          layout = .rows(
            cfa: register, saved: [register] + saved.filter { $0 != register }, locals: generator.pick(0...8))
        } else {
          layout = .rows(saved: saved, locals: generator.pick(0...8))
        }
        all.append(builder.function(layout, body: generator.pick(8...120), hasEnd: generator.oneIn(4)))
        if generator.oneIn(5) { builder.pad(generator.pick(1...15)) }
      }
    }
    return all
  }

  static func random(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    let functions = code(&builder, modules: 3, functions: 12, chains: 40, with: &generator)
    let trampoline = builder.trampoline()
    let starts = (0..<4).map { outermost(&builder, $0) }
    builder.pad(4)
    for round in 0..<250 {
      let start = starts[round % 4]
      var thread = builder.thread(in: start, at: start.anyReturn(with: &generator), above: generator.pick(0...5))
      for _ in 0..<generator.pick(1...14) {
        builder.call(&thread, generator.pick(functions), with: &generator)
        guard generator.oneIn(10) else { continue }
        builder.stop(&thread, in: generator.pick(functions), with: &generator)
        builder.interrupt(&thread, by: trampoline)
      }
      builder.stop(&thread, in: generator.pick(functions), with: &generator)
      let number = builder.add(thread)
      for _ in 0..<generator.below(4) {
        let word = generator.oneIn(3) ? generator.pick(oddWords) : builder.noiseWord()
        let register = generator.below(16)
        let address = thread.stackPointer + UInt64(8 * generator.below(Int(thread.stackEnd - thread.stackPointer) / 8))
        let (isRegister, isHole) = (generator.oneIn(6), generator.oneIn(8))
        builder.damage { image in
          if isHole {
            image.cut(address, bytes: 8)
          } else if isRegister {
            image.threads[number].registers[register] = word
          } else {
            image.set(word, at: address)
          }
        }
      }
      if generator.oneIn(4) { builder.damage { $0.threads[number].programCounter = generator.next() >> 20 } }
    }
    return builder.trace(with: &generator)
  }

  static func deep(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator, isNoisy: false)
    builder.module()
    builder.pad(4)
    let chain = builder.function(.framePointer(locals: 0))
    let rows = [
      builder.function(.rows(saved: [3], locals: 0)), builder.function(.rows(cfa: 6, saved: [6], locals: 0)),
    ]
    let starts = [outermost(&builder, 1), outermost(&builder, 3)]
    builder.pad(4)
    for (start, count) in zip(starts, [100_000, 40_000]) {
      var thread = builder.thread(in: start, at: start.end)
      for number in 0..<count {
        let function = count == 100_000 ? chain : rows[number % 2]
        builder.call(&thread, function, at: function.end)
      }
      builder.stop(&thread, in: chain, with: &generator)
      builder.add(thread)
    }
    return builder.trace(with: &generator, inOrder: true)
  }

  /// What a profiler does: many backtraces, and names for what is in them.
  static func program(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator, isNoisy: false)
    let functions = code(&builder, modules: 8, functions: 2000, chains: 0, with: &generator)
    let start = outermost(&builder, 3)
    builder.pad(4)
    var questions: [UInt64] = []
    for _ in 0..<60 {
      var thread = builder.thread(in: start, at: start.end)
      for _ in 0..<generator.pick(100...400) { builder.call(&thread, generator.pick(functions), with: &generator) }
      builder.stop(&thread, in: generator.pick(functions), with: &generator)
      questions.append(UnwindVocabulary.word(.backtrace, builder.add(thread)))
      for frame in thread.frames {
        questions.append(UnwindVocabulary.word(.symboliseReturn, builder.address(frame.programCounter)))
      }
    }
    return Trace(asking: questions, about: builder.image)
  }

  static func names(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    builder.module()
    builder.pad(4 << 20)
    var (symbols, lines): ([ProcessImageTables.Symbol], [ProcessImageTables.Line]) = ([], [])
    var start: UInt64 = 64
    for number in 0..<60_000 {
      symbols.append(.init(start: start, size: generator.oneIn(20) ? 0 : UInt64(generator.pick(1...120))))
      lines.append(.init(start: start + 8, file: UInt64(number / 300), line: UInt64(generator.below(900))))
      start += UInt64(generator.pick(1...120))
    }
    let (sorted, rows) = (symbols, lines)
    builder.edit { module in (module.symbols, module.lines) = (sorted, rows) }
    let questions = (0..<12_000).map { _ in
      let address = builder.moduleStart + UInt64(generator.below(4 << 20))
      return UnwindVocabulary.word(generator.oneIn(2) ? .symbolise : .symboliseReturn, builder.address(address))
    }
    return Trace(asking: questions, about: builder.image)
  }
}
