import AllocLab
import Lab1Solutions
import Testing

@Suite("The reference reporter")
struct TextReporterTests {
  private func text(_ append: (inout ReportText) -> Void) -> String {
    String(decoding: ReportText.collect(append), as: UTF8.self)
  }

  @Test("writes the README's profile") func readme() {
    let memory = CallStacksMemory(names: ["main", "parse", "eval"], stacks: [[0], [0, 1], [0, 1, 2], [0, 2]])
    var reporter = TextReporter(stacks: memory.stacks)
    for (stack, bytes) in ([512, 1024, 64, 2048] as [UInt64]).enumerated() {
      reporter.record(StackEvent(.allocate, time: UInt64(stack + 1), stack: stack, bytes: bytes))
    }
    let folded = text { reporter.folded(&$0) }
    #expect(
      folded.split(separator: "\n").sorted() == ["main 512", "main;eval 2048", "main;parse 1024", "main;parse;eval 64"])
    let top = text { reporter.top(2, by: .totalBytes, &$0) }
    #expect(top == "self self% total total% name\n512 14.04% 3648 100.00% main\n2112 57.89% 2112 57.89% eval\n")
    let timeline = text { reporter.timeline(4, &$0) }
    #expect(timeline == "1 512\n2 1536\n3 1600\n4 3648\n")
    let violations = reporter.invariantViolations()
    #expect(violations == [])
  }

  @Test("says that there is nothing") func nothing() {
    let memory = CallStacksMemory(names: [String](), stacks: [[]])
    var reporter = TextReporter(stacks: memory.stacks)
    #expect(text { reporter.folded(&$0) } == "")
    #expect(text { reporter.top(9, by: .selfBytes, &$0) } == "self self% total total% name\n")
    #expect(text { reporter.timeline(4, &$0) } == "")
    let empty = text { reporter.json(&$0) }
    #expect(empty == "{\"version\":1,\"unit\":\"bytes\",\"live\":0,\"peak\":null,\"functions\":[],\"stacks\":[]}\n")
    reporter.record(StackEvent(.allocate, time: 0, stack: 0, bytes: .max))
    #expect(text { reporter.folded(&$0) } == "[unknown] 18446744073709551615\n")
    let top = text { reporter.top(9, by: .selfBytes, &$0) }
    #expect(top.hasSuffix("\n18446744073709551615 100.00% 18446744073709551615 100.00% [unknown]\n"))
  }

  @Test("writes any name") func names() {
    let memory = CallStacksMemory(
      names: [Array("a;b %\n".utf8), [0xff, 0x22, 0x5c, 0x01], [0xc3, 0xa9]], stacks: [[0, 1, 2]])
    var reporter = TextReporter(stacks: memory.stacks)
    reporter.record(StackEvent(.allocate, time: 1, stack: 0, bytes: 7))
    let folded = ReportText.collect { reporter.folded(&$0) }
    #expect(folded == Array("a%3Bb%20%25%0A;".utf8) + [0xff, 0x22, 0x5c] + Array("%01;é 7\n".utf8))
    let json = text { reporter.json(&$0) }
    #expect(json.contains(#"["a;b %\u000A","\#u{fffd}\"\\\u0001","é"]"#), "\(json)")
  }

  @Test("keeps its invariants, whatever happens") func random() {
    var generator = SeededGenerator(seed: 6)
    let names = ["f", "g", "h", "f", "", "[unknown]"]
    let stacks = (0..<60).map { _ in
      (0..<Int.random(in: 0...6, using: &generator)).map { _ in Int.random(in: 0..<6, using: &generator) }
    }
    let memory = CallStacksMemory(names: names, stacks: stacks)
    var reporter = TextReporter(stacks: memory.stacks)
    var live = [UInt64](repeating: 0, count: 60)
    for time in 1...3_000 {
      let stack = Int.random(in: 0..<60, using: &generator)
      let isEnd = Bool.random(using: &generator)
      let bytes =
        isEnd ? UInt64.random(in: 0...live[stack], using: &generator) : UInt64.random(in: 0...99, using: &generator)
      live[stack] = isEnd ? live[stack] - bytes : live[stack] + bytes
      reporter.record(StackEvent(isEnd ? .deallocate : .allocate, time: UInt64(time), stack: stack, bytes: bytes))
      guard time % 100 == 0 else { continue }
      let violations = reporter.invariantViolations()
      #expect(violations == [])
      let lines = text { reporter.folded(&$0) }.split(separator: "\n")
      let sum = lines.reduce(0) { $0 + (UInt64($1.split(separator: " ").last ?? "") ?? 0) }
      #expect(sum == live.reduce(0, +))
      #expect(Set(lines.map { $0.prefix { $0 != " " } }).count == lines.count)
    }
  }
}
