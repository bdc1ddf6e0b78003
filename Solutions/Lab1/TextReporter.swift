import AllocLab

/// A reporter that keeps one calling context tree.
///
/// **Idea.** All stacks, laid over one another, are a tree: two that begin alike share nodes, and two that are the same end at one. What a
/// report needs of a stack hangs on its last node, whatever its number was; and that a function calls itself is known when a node is made.
///
///     stacks           tree                    live
///     main parse       main ─┬─ parse ── eval  parse 40, eval 8
///     main parse eval        └─ main           main (the lower one) 16, no outermost one
///     main main
///
/// **Layout.** `CallTree` has its nodes in arrays, a parent always before its children: so sums over subtrees are one walk from the last to the
/// first. `names` has each function's name in the three forms in which reports have it, made once; `points` are two arrays.
///
/// **Invariants.** The total is the sum of all nodes' live bytes, and the last point's; no two nodes have one parent and one function; the
/// peak is the first of the greatest points.
///
/// **Costs.** O(frames) to begin with, O(1) an event. A report costs its own length, a table one walk over nodes and a sort of functions, a
/// timeline one walk over points. 16 bytes an event, about 90 a node.
///
/// Source: Ammons, Ball and Larus, "Exploiting Hardware Performance Counters with Flow and Context Sensitive Profiling", PLDI 1997 (the
/// tree); Jugel, Jerzak, Hackenbroich and Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014 (the timeline).
public struct TextReporter: ProfileReporter, ~Copyable {
  let names: FunctionNames
  private(set) var tree: CallTree
  /// The last node of each stack.
  let nodes: [Int]
  private(set) var total: UInt64 = 0
  private(set) var peak: (time: UInt64, bytes: UInt64)?
  private(set) var times: [UInt64] = []
  /// The total at each of `times`.
  private(set) var totals: [UInt64] = []

  public init(stacks: CallStacks) {
    let names = FunctionNames(of: stacks)
    var tree = CallTree(functionCount: names.count)
    nodes = (0..<stacks.count).map { stack in
      let frames = stacks.frames(stack)
      guard !frames.isEmpty else { return tree.insert(CollectionOfOne(names.unknown)) }
      return tree.insert(frames.lazy.map { names.ofSymbol[$0] })
    }
    self.names = names
    self.tree = tree
  }

  public mutating func record(_ event: StackEvent) {
    switch event.kind {
    case .allocate:
      tree.live[nodes[event.stack]] += event.bytes
      total += event.bytes
    case .deallocate:
      tree.live[nodes[event.stack]] -= event.bytes
      total -= event.bytes
    }
    times.append(event.time)
    totals.append(total)
    if peak.map({ total > $0.bytes }) ?? true { peak = (event.time, total) }
  }

  // MARK: - Stacks

  public mutating func folded(_ text: inout ReportText) {
    var path: [Int] = []
    for node in tree.live.indices where tree.live[node] > 0 {
      tree.path(to: node, &path)
      for (place, function) in path.reversed().enumerated() {
        if place > 0 { text.append(UInt8(ascii: ";")) }
        text.append(contentsOf: names.written[function])
      }
      text.append(UInt8(ascii: " "))
      text.append(decimal: tree.live[node])
      text.append(UInt8(ascii: "\n"))
    }
  }

  public mutating func json(_ text: inout ReportText) {
    text.append("{\"version\":1,\"unit\":\"bytes\",\"live\":")
    text.append(decimal: total)
    text.append(",\"peak\":")
    if let peak {
      text.append("{\"time\":")
      text.append(decimal: peak.time)
      text.append(",\"bytes\":")
      text.append(decimal: peak.bytes)
      text.append("}")
    } else {
      text.append("null")
    }
    text.append(",\"functions\":[")
    let places = appendFunctions(&text)
    text.append("],\"stacks\":[")
    var path: [Int] = []
    var isFirst = true
    for node in tree.live.indices where tree.live[node] > 0 {
      text.append(isFirst ? "\n{\"frames\":[" : ",\n{\"frames\":[")
      isFirst = false
      tree.path(to: node, &path)
      for (place, function) in path.reversed().enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        text.append(decimal: UInt64(places[function]))
      }
      text.append("],\"bytes\":")
      text.append(decimal: tree.live[node])
      text.append("}")
    }
    text.append("]}\n")
  }

  /// Appends the names of the functions that are in a reported stack.
  ///
  /// - Returns: for each of these its place in the list.
  private func appendFunctions(_ text: inout ReportText) -> [Int] {
    var places = [Int](repeating: -1, count: names.count)
    let sums = tree.sums
    var next = 0
    for node in sums.indices where sums[node] > 0 {
      let function = tree.functions[node]
      guard places[function] < 0 else { continue }
      if next > 0 { text.append(UInt8(ascii: ",")) }
      text.append(contentsOf: names.quoted[function])
      places[function] = next
      next += 1
    }
    return places
  }

  // MARK: - Functions

  public mutating func top(_ count: Int, by order: TopOrder, _ text: inout ReportText) {
    text.append("self self% total total% name\n")
    guard count > 0 else { return }
    let (own, all) = tree.bytesByFunction(count: names.count)
    let (first, second) = order == .selfBytes ? (own, all) : (all, own)
    let functions = names.ranks.indices.filter { all[$0] > 0 }.sorted { one, other in
      if first[one] != first[other] { return first[one] > first[other] }
      if second[one] != second[other] { return second[one] > second[other] }
      return names.ranks[one] < names.ranks[other]
    }
    for function in functions.prefix(count) {
      for bytes in [own[function], all[function]] {
        text.append(decimal: bytes)
        text.append(UInt8(ascii: " "))
        appendShare(bytes, &text)
      }
      text.append(contentsOf: names.written[function])
      text.append(UInt8(ascii: "\n"))
    }
  }

  /// Hundredths of a percent to the nearest: half a total is added before the division, all of it doubled so that it stays whole.
  private func appendShare(_ bytes: UInt64, _ text: inout ReportText) {
    let hundredths = UInt64((UInt128(bytes) * 20_000 + UInt128(total)) / (2 * UInt128(total)))
    text.append(decimal: hundredths / 100)
    text.append(UInt8(ascii: "."))
    text.append(UInt8(ascii: "0") + UInt8(hundredths % 100 / 10))
    text.append(UInt8(ascii: "0") + UInt8(hundredths % 10))
    text.append("% ")
  }

  // MARK: - Time

  public mutating func timeline(_ count: Int, _ text: inout ReportText) {
    guard times.count > count else {
      for place in times.indices { appendPoint(place, &text) }
      return
    }
    // Whatever is chosen twice is told once.
    var next = 0
    func append(_ place: Int, _ text: inout ReportText) {
      guard place >= next else { return }
      appendPoint(place, &text)
      next = place + 1
    }
    append(0, &text)
    let slices = (count - 2) / 2
    for slice in 0..<slices {
      let range = slice * times.count / slices..<(slice + 1) * times.count / slices
      let (least, greatest) = extremes(of: range)
      append(min(least, greatest), &text)
      append(max(least, greatest), &text)
    }
    append(times.count - 1, &text)
  }

  /// The first of the least and the first of the greatest totals of some points.
  private func extremes(of range: Range<Int>) -> (least: Int, greatest: Int) {
    var (least, greatest) = (range.lowerBound, range.lowerBound)
    for place in range.dropFirst() {
      if totals[place] < totals[least] { least = place }
      if totals[place] > totals[greatest] { greatest = place }
    }
    return (least, greatest)
  }

  private func appendPoint(_ place: Int, _ text: inout ReportText) {
    text.append(decimal: times[place])
    text.append(UInt8(ascii: " "))
    text.append(decimal: totals[place])
    text.append(UInt8(ascii: "\n"))
  }
}
