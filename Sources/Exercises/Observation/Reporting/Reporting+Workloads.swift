import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Reporting {
  static let workloads: [Workload] = [
    Workload("edges", "Reports before anything has happened, of one event, of nothing that lives, and of no lines.") {
      edges(with: &$0)
    },
    Workload("stacks", "A few functions, stacks that share their beginnings, and stacks that are one.", weight: 2) {
      stacks(with: &$0)
    },
    Workload("recursion", "Functions that call themselves, at once or by others.", weight: 2) {
      recursion(with: &$0)
    },
    Workload("names", "Names with spaces, semicolons, newlines, quotes, and bytes that are no text.", weight: 2) {
      names(with: &$0)
    },
    Workload("alike", "Names that are the same, look the same, begin the same, or become the same.", weight: 2) {
      alike(with: &$0)
    },
    Workload("ill-formed", "Names that are no UTF-8, in every way.") { illFormed(with: &$0) },
    Workload("ties", "Equally many bytes, and tables of any length.", weight: 2) { ties(with: &$0) },
    Workload("shares", "Percentages that are halves, nearly halves, tiny and nearly all.", weight: 2) {
      shares(with: &$0)
    },
    Workload("large", "Sums of 64 bits.") { large(with: &$0) },
    Workload("spikes", "Peaks and valleys of one event, anywhere.", weight: 2) { spikes(with: &$0) },
    Workload("points", "Timelines of as many points as there are, of one more and of one less.", weight: 2) {
      points(with: &$0)
    },
    Workload("peaks", "Peaks that are reached again, and again.") { peaks(with: &$0) },
    Workload("deep", "Stacks of thousands of frames.") { deep(with: &$0) },
    Workload("churn", "Stacks that come and go, and a report now and then.", weight: 2) { churn(with: &$0) },
    Workload("service", "A program of 1,000 stacks and 20,000 events, reported now and then.", isTimed: true) {
      program(with: &$0, stacks: 1_000, events: 20_000, between: 5_000, isWhole: true)
    },
    Workload("dashboard", "Tables and timelines, all the time.", isTimed: true) {
      program(with: &$0, stacks: 500, events: 20_000, between: 1_000, isWhole: false)
    },
  ]
}

private let letters = ["main", "parse", "read", "eval", "apply", "gc", "alloc", "copy"]

private func edges(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(
    names: ["main", "work", "never"], stacks: [[0], [0, 1], [2], []], time: UInt64(generator.pick(0...1 << 40)))
  sketch.askAll(top: 0, points: 4, with: &generator)
  sketch.askAll(with: &generator)
  // Nothing lives, and yet there is a point.
  sketch.allocate(0, 0)
  sketch.askAll(with: &generator)
  for round in 0..<6 {
    sketch.allocate(round % 2, UInt64(generator.pick(1...99)))
    sketch.askAll(top: generator.pick([0, 1, 1 << 40]), points: generator.pick([4, 5, 1 << 40]), with: &generator)
    sketch.deallocate(round % 2)
    sketch.askAll(with: &generator)
  }
  sketch.allocate(3, UInt64(generator.pick(1...99)))
  sketch.askAll(with: &generator)
  sketch.askAll(top: 0, points: 4, with: &generator)
  return sketch.stream.trace
}

private func stacks(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: Array(letters.prefix(6)))
  for _ in 0..<24 {
    // A part of them begins as one that is there, or is the same.
    let known = sketch.stream.stacks.isEmpty ? [] : generator.pick(sketch.stream.stacks)
    let shared = generator.oneIn(4) ? known.count : generator.below(known.count + 1)
    sketch.stack(known.prefix(shared) + (0..<generator.pick(0...3)).map { _ in generator.below(6) })
  }
  for step in 0..<240 {
    sketch.happen(1...400, with: &generator)
    if step % 3 == 2 { sketch.askAll(top: generator.pick(0...7), points: generator.pick(4...30), with: &generator) }
  }
  return sketch.stream.trace
}

private func recursion(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: Array(letters.prefix(4)))
  for shape in [
    [0, 0], [0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0, 1], [2, 2, 1], [0, 1, 2, 1, 2, 1], [3], [3, 3, 0, 3],
  ] {
    sketch.stack(shape)
  }
  for _ in 0..<16 { sketch.stack([0] + (0..<generator.pick(1...9)).map { _ in generator.below(3) }) }
  for step in 0..<120 {
    sketch.happen(1...60, with: &generator)
    guard step % 4 == 3 else { continue }
    for kind in [ReporterVocabulary.Kind.topSelf, .topTotal] { sketch.ask(kind, generator.pick(1...6)) }
    if step % 12 == 11 { sketch.askAll(with: &generator) }
  }
  return sketch.stream.trace
}

/// One after the other in a stack, and each as a leaf.
private func report(_ names: [[UInt8]], with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: names.shuffled(using: &generator))
  for name in names.indices {
    sketch.stack([name])
    sketch.stack((0..<generator.pick(1...4)).map { _ in generator.below(names.count) } + [name])
  }
  for stack in sketch.live.indices.shuffled(using: &generator) {
    sketch.allocate(stack, UInt64(generator.pick(1...9)))
    if generator.oneIn(8) { sketch.askAll(top: 200, with: &generator) }
  }
  sketch.askAll(top: 200, with: &generator)
  // One at a time, so that what is wrong with it is told of it.
  for stack in sketch.live.indices { sketch.deallocate(stack) }
  for stack in sketch.live.indices where stack % 2 == 0 {
    sketch.allocate(stack, UInt64(generator.pick(1...999)))
    for kind in [ReporterVocabulary.Kind.folded, .json] { sketch.ask(kind) }
    sketch.ask(.topSelf, 1)
    sketch.deallocate(stack)
  }
  return sketch.stream.trace
}

private func names(with generator: inout SeededGenerator) -> Trace {
  var names: [[UInt8]] = [
    "operator new(unsigned long)", "a;b", ";", " ", "  two  ", "\n", "line\nbreak", "\r\n", "tab\there", "100%", "%20",
    "%", "%3B", "say \"hi\"", "\\", "C:\\temp\\new", "\\u0041", "</script>", "a/b", "naïve", "日本語", "🧵🪡", "12", "7 8",
    "-",
    "{\"frames\":[0]}", "null", "[unknown]", "", "main 5", "x\u{7f}", "\u{85}", "\u{2028}", "é\u{301}", "\u{0}",
    "a\u{0}b",
  ].map { Array($0.utf8) }
  // Every control character, by itself and in the middle.
  for byte in UInt8(0)..<0x20 { names.append([UInt8(ascii: "c"), byte, UInt8(ascii: "d")]) }
  // A long one, whose length is drawn.
  names.append((0..<generator.pick(2000...3000)).map { UInt8(ascii: "a") + UInt8($0 % 26) })
  names.append(Array("f<\(generator.pick(1...999)), std::pair<int; char> >::g() const".utf8))
  return report(names, with: &generator)
}

private func alike(with generator: inout SeededGenerator) -> Trace {
  let drawn = "f\(generator.pick(1...999))"
  let names = [
    // The same, from several modules.
    "main", "main", drawn, drawn, "", "[unknown]", "",
    // Equal as strings, and other bytes.
    "caf\u{e9}", "cafe\u{301}", "\u{212b}", "\u{c5}", "A\u{30a}", "\u{1e9b}\u{323}", "\u{1e9b}\u{323}\u{307}",
    // In the order of bytes, and in no other.
    "a!", "a!b", "a#b", "a$", "a0", "a9b", "a:", "a<b", "Z", "a", "a\u{0}", "a b", "a%", "a%20b", "a;b", "ab", "A",
    "aa", "é", "z", "~", "\u{ffff}", "\u{10000}",
  ].map { Array($0.utf8) }
  var sketch = ProfileSketch(names: names)
  sketch.stack([])
  for name in names.indices {
    sketch.stack([name])
    sketch.stack([0, name])
    sketch.stack([1, name])
  }
  for stack in sketch.live.indices.shuffled(using: &generator) {
    sketch.allocate(stack, 16)
    if generator.oneIn(10) { sketch.askAll(top: 200, with: &generator) }
  }
  sketch.askAll(top: 200, with: &generator)
  for stack in sketch.live.indices.shuffled(using: &generator) {
    sketch.deallocate(stack)
    if generator.oneIn(10) { sketch.askAll(top: generator.pick(1...40), with: &generator) }
  }
  return sketch.stream.trace
}

private func illFormed(with generator: inout SeededGenerator) -> Trace {
  var names: [[UInt8]] = [
    [0x80], [0xbf, 0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x41], [0xe0, 0x80, 0x80], [0xe0, 0xa0],
    [0xe2, 0x82], [0xe2, 0x82, 0x41], [0xed, 0xa0, 0x80], [0xed, 0xb0, 0x80], [0xef, 0xbf, 0xbd],
    [0xf0, 0x80, 0x80, 0x80],
    [0xf0, 0x9f, 0x98], [0xf0, 0x9f, 0x98, 0x41], [0xf0, 0x9f, 0x41], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80], [0xf8],
    [0xfe], [0xff], [0xff, 0xff], [0x41, 0xff, 0x42], [0xc3, 0xa9, 0xa9],
    [0x61, 0xf1, 0x80, 0x80, 0xe1, 0x80, 0xc2, 0x62],
  ]
  for _ in 0..<12 { names.append((0..<generator.pick(1...6)).map { _ in UInt8(generator.below(256)) }) }
  // Lead and continuation bytes alone, in any order.
  for _ in 0..<24 {
    names.append((0..<generator.pick(1...5)).map { _ in generator.pick([0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0x9f, 0x41]) })
  }
  return report(names, with: &generator)
}

private func ties(with generator: inout SeededGenerator) -> Trace {
  let names = (0..<12).map { "f\($0 * 7 % 12)" } + ["f1x", "f", "F1"]
  var sketch = ProfileSketch(names: names)
  for _ in 0..<40 { sketch.stack((0..<generator.pick(1...3)).map { _ in generator.below(names.count) }) }
  for round in 0..<60 {
    for _ in 0..<4 {
      let stack = generator.below(40)
      sketch.set(stack, to: UInt64(generator.pick([0, 8, 8, 16])))
    }
    for kind in [ReporterVocabulary.Kind.topSelf, .topTotal] {
      sketch.ask(kind, generator.pick([0, 1, 2, 3, 5, 13, 14, 15, 16, 17, 1 << 48]))
    }
    if round % 20 == 19 { sketch.askAll(with: &generator) }
  }
  return sketch.stream.trace
}

private func shares(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: ["part", "rest", "all"], stacks: [[2, 0], [2, 1]])
  var cases: [(part: UInt64, total: UInt64)] = [
    (1, 20_000), (1, 20_001), (1, 19_999), (3, 20_000), (1, 8), (1, 3), (2, 3), (1, 1_000_000), (99_995, 100_000),
    (999_949, 1_000_000), (99_994, 100_000), (1, 1), (2_675, 100_000), (1_005, 100_000), (115, 20_000),
    (1 << 40, 5 << 40), (1 << 62, 3 << 62), (10_001, 20_000), (9_999, 20_000),
  ]
  // Halves, and the numbers beside them.
  for _ in 0..<40 {
    let scale = UInt64(generator.logarithmic(1...1 << 48))
    let half = 2 * UInt64(generator.below(9_999)) + 1
    let part = scale * half
    cases += [(part, 20_000 * scale), (part - 1, 20_000 * scale), (part + 1, 20_000 * scale)]
  }
  for (part, total) in cases.shuffled(using: &generator) {
    sketch.deallocate(0)
    sketch.deallocate(1)
    sketch.allocate(0, part)
    sketch.allocate(1, total - part)
    sketch.ask(generator.oneIn(2) ? .topSelf : .topTotal, 3)
  }
  return sketch.stream.trace
}

private func large(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(
    names: Array(letters.prefix(4)), stacks: [[0], [0, 1], [0, 1, 2], [0, 3], [0, 3, 3]],
    time: .max - UInt64(generator.pick(1000...9999)))
  for round in 0..<30 {
    sketch.allocate(generator.below(5), UInt64(generator.pick(1 << 61...1 << 62)))
    sketch.askAll(with: &generator)
    if round % 5 == 4 {
      // As much as there can be.
      sketch.allocate(generator.below(5), .max)
      sketch.askAll(with: &generator)
      for stack in 0..<5 where generator.oneIn(2) { sketch.deallocate(stack) }
      sketch.askAll(with: &generator)
    }
  }
  return sketch.stream.trace
}

private func spikes(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: ["main", "steady", "spike"], stacks: [[0, 1], [0, 2]], time: 100)
  sketch.allocate(0, 1 << 20)
  for round in 0..<24 {
    for _ in 0..<generator.pick(20...60) {
      sketch.set(0, to: UInt64(1 << 20 + generator.pick(-500...500)))
    }
    let isPeak = round % 2 == 0
    if isPeak {
      // One event above all others, and gone with the next; later ones are lower.
      sketch.allocate(1, UInt64(100_000 - 1000 * round), after: UInt64(generator.pick([1, 1, 100_000])))
      sketch.deallocate(1, after: UInt64(generator.pick([1, 1, 100_000])))
    } else {
      sketch.deallocate(0, UInt64(900_000 - 1000 * round))
      sketch.set(0, to: 1 << 20)
    }
    for count in [4, 5, 6, 7, 20, generator.pick(8...100)] { sketch.ask(.timeline, count) }
  }
  return sketch.stream.trace
}

private func points(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: ["main"], stacks: [[0]], time: UInt64(generator.pick(0...99)))
  for number in 1...40 {
    // Up and down, up alone, or level.
    switch number / 10 {
    case 0: if number % 2 == 0 { sketch.deallocate(0, 5) } else { sketch.allocate(0, UInt64(generator.pick(6...40))) }
    case 1: sketch.allocate(0, UInt64(generator.pick(1...40)))
    case 2: sketch.deallocate(0, UInt64(generator.pick(1...20)))
    default: sketch.allocate(0, 0)
    }
    for count in Set([4, number - 1, number, number + 1, number / 2, number / 2 + 1, number / 3]).sorted()
    where count >= 4 {
      sketch.ask(.timeline, count)
    }
  }
  return sketch.stream.trace
}

private func peaks(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(
    names: ["main", "work"], stacks: [[0], [0, 1]], time: UInt64(generator.pick(0...1 << 50)))
  var peak: UInt64 = 0
  for _ in 0..<40 {
    for _ in 0..<generator.pick(1...6) { sketch.set(generator.below(2), to: UInt64(generator.below(50))) }
    peak = max(peak, sketch.live[0] + sketch.live[1])
    if generator.oneIn(3) {
      // As high as ever, or one higher.
      sketch.set(1, to: 0)
      sketch.set(0, to: peak + (generator.oneIn(2) ? 1 : 0))
    }
    sketch.ask(.json)
    sketch.ask(.timeline, generator.pick(4...12))
  }
  return sketch.stream.trace
}

private func deep(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: letters)
  let depth = generator.pick(5_000...6_000)
  let frames = (0..<depth).map { _ in generator.below(letters.count) }
  sketch.stack(frames)
  sketch.stack(Array(frames.prefix(depth - 1)))
  sketch.stack(Array(frames.dropFirst()))
  sketch.stack(Array(repeating: 3, count: depth))
  sketch.stack(Array(frames.prefix(depth / 2)) + Array(frames.suffix(3)))
  for _ in 0..<2 {
    for stack in 0..<5 {
      sketch.allocate(stack, UInt64(generator.pick(1...1000)))
      sketch.askAll(with: &generator)
    }
    for stack in 0..<5 where generator.oneIn(2) { sketch.deallocate(stack) }
  }
  return sketch.stream.trace
}

/// Stacks as programs have them: short ones many times, most of them with a beginning that others have too.
private func grow(_ sketch: inout ProfileSketch, _ count: Int, depth: Int, with generator: inout SeededGenerator) {
  let symbols = sketch.stream.names.count
  var known: [[Int]] = [[0]]
  for _ in 0..<count {
    let base = generator.pick(known)
    let shared = max(1, min(base.count, depth - 3) - generator.below(4))
    let stack = base.prefix(shared) + (0..<generator.pick(1...6)).map { _ in generator.below(symbols) }
    known.append(Array(stack))
    sketch.stack(Array(stack))
  }
}

private func symbols(_ count: Int, with generator: inout SeededGenerator) -> [String] {
  (0..<count).map { number in
    let name = "\(generator.pick(letters))_\(number)"
    return switch number % 4 {
    case 0: name
    case 1: "std::vector<\(name)>::push_back(\(name) const&)"
    case 2: "$s\(name.utf8.count)\(name)V5Value_\(generator.pick(100...999))F"
    default: "lib::\(name)(unsigned long, char; int)"
    }
  }
}

private func churn(with generator: inout SeededGenerator) -> Trace {
  var sketch = ProfileSketch(names: symbols(40, with: &generator))
  grow(&sketch, 200, depth: 20, with: &generator)
  for step in 0..<3_000 {
    sketch.happen(1...5000, with: &generator)
    if step % 100 == 99 {
      sketch.askAll(top: generator.pick(5...50), points: generator.pick(4...200), with: &generator)
    }
  }
  return sketch.stream.trace
}

private func program(
  with generator: inout SeededGenerator, stacks: Int, events: Int, between period: Int, isWhole: Bool
) -> Trace {
  var sketch = ProfileSketch(names: symbols(600, with: &generator))
  grow(&sketch, stacks, depth: 24, with: &generator)
  for step in 1...events {
    sketch.happen(1...5000, with: &generator)
    guard step % period == 0 else { continue }
    if isWhole { sketch.askAll(top: 30, points: 400, with: &generator) }
    guard !isWhole else { continue }
    sketch.ask(.topSelf, 20)
    sketch.ask(.topTotal, 20)
    sketch.ask(.timeline, 200)
  }
  return sketch.stream.trace
}
