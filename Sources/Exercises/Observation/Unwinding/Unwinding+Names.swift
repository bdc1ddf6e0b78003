import Traces
import Vocabularies
import Workloads

/// Symbols, lines and modules.
extension Unwinding {
  private typealias Builder = ProcessImageBuilder
  private typealias Symbol = ProcessImageTables.Symbol
  private typealias Line = ProcessImageTables.Line

  /// Asks for every address at which something may change, in the last module.
  private static func askForEdges(_ builder: inout Builder, _ starts: some Sequence<UInt64>) {
    let (start, end) = (builder.moduleStart, builder.moduleEnd)
    for offset in Set(starts).sorted() {
      for address in [start &+ offset &- 1, start &+ offset, start &+ offset &+ 1] where address <= end + 1 {
        if builder.image.addresses.last.map({ $0 < address }) ?? true { _ = builder.address(address) }
      }
    }
  }

  private static func finish(_ builder: inout Builder, _ list: [Symbol], with generator: inout SeededGenerator) {
    let symbols = list.sorted { $0.start < $1.start }
    builder.edit { $0.symbols = symbols }
    askForEdges(&builder, symbols.flatMap { [$0.start, $0.start + $0.size] })
  }

  static func symbols(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    // Small tables of every kind: two or three symbols, of all sizes from 0 on.
    let sizes: [UInt64] = [0, 1, 4, 12]
    for first in sizes {
      for second in sizes {
        for apart in [0, 1, 4, 8] as [UInt64] {
          builder.module()
          builder.pad(generator.pick(32...40))
          let start = UInt64(generator.pick(0...8))
          var list = [Symbol(start: start, size: first), Symbol(start: start + apart, size: second)]
          if generator.oneIn(2) {
            list.append(Symbol(start: start + UInt64(generator.pick(0...12)), size: UInt64(generator.pick(0...8))))
          }
          finish(&builder, list, with: &generator)
        }
      }
    }
    // Gaps; symbols inside symbols inside symbols; aliases, the shorter before the longer; size 0 inside, at the end, and side by side.
    builder.module(gap: 0)
    builder.pad(6000)
    var list: [Symbol] = []
    for round in 0..<60 {
      let start = UInt64(100 * round + generator.pick(0...10))
      switch round % 6 {
      case 0: list += [Symbol(start: start, size: 40), Symbol(start: start + 60, size: 10)]
      case 1:
        for depth in 0..<4 { list.append(Symbol(start: start + UInt64(8 * depth), size: UInt64(80 - 20 * depth))) }
      case 2: list += [8, 40, 0, 20].shuffled(using: &generator).map { Symbol(start: start, size: $0) }
      case 3:
        list += [Symbol(start: start, size: 70)]
        list += [10, 20, 30, 40].map { Symbol(start: start + $0, size: UInt64(generator.pick(1...9))) }
      case 4:
        list += [
          Symbol(start: start, size: 60), Symbol(start: start + 20, size: 0), Symbol(start: start + 20, size: 4),
        ]
      default: list += [0, 0, 3].map { Symbol(start: start + $0, size: 0) }
      }
    }
    list.append(Symbol(start: 5990, size: 0))
    finish(&builder, list, with: &generator)
    // One that ends with its module, none at all, and one over all that is told only where no other is.
    for way in 0..<3 {
      builder.module(gap: way == 1 ? 0 : nil)
      builder.pad(100)
      var list: [Symbol] = way == 0 ? [] : [Symbol(start: way == 1 ? 90 : 0, size: way == 1 ? 10 : 100)]
      if way == 2 { list += (1..<30).map { Symbol(start: 3 * $0, size: UInt64(generator.pick(1...2))) } }
      finish(&builder, list, with: &generator)
      for offset in [0, 50, 99, 100] as [UInt64] { _ = builder.address(builder.moduleStart + offset) }
    }
    return builder.trace(with: &generator)
  }

  static func lines(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    for module in 0..<6 {
      builder.module(gap: module % 2 == 0 ? nil : 0)
      builder.pad(generator.pick(700...900))
      var list: [Line] = []
      var start = UInt64(module == 2 ? 0 : generator.pick(1...20))
      for round in 0..<40 {
        let isEnd = round % 9 == 8
        let line: UInt64 = round % 7 == 3 ? 0 : UInt64(generator.pick([1, 2, 400, 1 << 31, 1 << 32 - 1]))
        let row = Line(
          start: start, file: isEnd ? UnwindVocabulary.none : UInt64(generator.pick([0, 1, 7, 1 << 32 - 1])),
          line: isEnd ? 0 : line)
        list.append(row)
        // Some start where the one before does, an end or a line 0 among them.
        start +=
          round % 5 == 4 || (round % 9 == 7 && module % 2 == 0) || (isEnd && module % 2 == 1)
          ? 0 : UInt64(generator.pick(1...18))
      }
      if module < 3 { list.append(Line(start: start, file: UnwindVocabulary.none, line: 0)) }
      if module == 5 { list = [Line(start: 17, file: 3, line: 9)] }
      let rows = list
      builder.edit { $0.lines = rows }
      askForEdges(&builder, rows.map(\.start) + [0, builder.moduleEnd - builder.moduleStart])
    }
    // None at all.
    builder.module(gap: 0)
    builder.pad(50)
    askForEdges(&builder, [0, 25, 50])
    return builder.trace(with: &generator)
  }

  static func modules(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    for number in 0..<40 {
      builder.module(gap: number % 3 == 0 ? 0 : nil)
      let function = builder.function(.rows(), entry: 1, body: generator.pick(1...60))
      if number % 4 == 1 { builder.edit { $0.symbols = [] } }
      if number % 4 > 1 {
        let (line, half) = (UInt64(generator.pick(1...900)), UInt64(generator.pick(1...900)))
        builder.edit { module in
          module.lines = [
            .init(start: 0, file: 1, line: line), .init(start: module.byteCount / 2, file: 2, line: half),
          ]
        }
      }
      if number % 5 == 4 { builder.pad(generator.pick(1...9)) }
      for address in [
        builder.moduleStart - 1, builder.moduleStart, builder.moduleStart + 1, function.end, builder.moduleEnd,
        builder.moduleEnd + 1,
      ] {
        _ = builder.address(address)
      }
    }
    // Without a byte, between two that have some; and at the end of all addresses, where the kernel is.
    builder.module(gap: 0)
    _ = builder.address(builder.moduleStart)
    builder.module(gap: 0)
    builder.pad(10)
    _ = builder.address(builder.moduleStart)
    let high = UInt64.max - UInt64(generator.pick(0...1) * 4096) - 99
    builder.damage { image in
      var module = ProcessImageTables.Module(start: high, byteCount: 99)
      module.symbols = [.init(start: 0, size: 0), .init(start: 50, size: 9)]
      image.modules.append(module)
    }
    for offset in [0, 1, 48, 50, 51, 58, 59, 60, 98] as [UInt64] { _ = builder.address(high + offset) }
    _ = builder.address(high - 1)
    for word in oddWords { _ = builder.address(word) }
    for _ in 0..<20 { _ = builder.address(generator.next()) }
    return builder.trace(with: &generator)
  }
}
