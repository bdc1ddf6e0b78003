import AllocLab

/// All stacks in the order of their functions: equal ones are neighbours, and so are those that begin alike.
///
/// A function's total is found in one walk over the sorted stacks, with a mark of the last stack in which it was met. JSON is written in
/// ASCII alone, and over many lines; the table is aligned; the timeline has four points a slice.
public struct TextReporter: ProfileReporter, ~Copyable {
  /// Distinct names, sorted by their bytes.
  private var names: [[UInt8]]
  /// Distinct stacks, sorted.
  private var paths: [[Int]] = []
  private var pathOfStack: [Int]
  private var live: [UInt64]
  private var points: [(time: UInt64, bytes: UInt64)] = []
  private var total: UInt64 = 0
  private var peak = 0

  public init(stacks: CallStacks) {
    let unknown = Array("[unknown]".utf8)
    let all = (0..<stacks.symbolCount).map { symbol in
      stacks.name(symbol).isEmpty ? unknown : Array(stacks.name(symbol))
    }
    names = []
    for name in (all + [unknown]).sorted(by: { $0.lexicographicallyPrecedes($1) }) where names.last != name {
      names.append(name)
    }
    let sorted = names
    func place(_ name: [UInt8]) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let functions = all.map { place($0) }
    let none = place(unknown)
    let unsorted = (0..<stacks.count).map { stack in
      stacks.frames(stack).isEmpty ? [none] : stacks.frames(stack).map { functions[$0] }
    }
    pathOfStack = [Int](repeating: 0, count: stacks.count)
    for stack in unsorted.indices.sorted(by: { unsorted[$0].lexicographicallyPrecedes(unsorted[$1]) }) {
      if paths.last != unsorted[stack] { paths.append(unsorted[stack]) }
      pathOfStack[stack] = paths.count - 1
    }
    live = [UInt64](repeating: 0, count: paths.count)
  }

  public mutating func record(_ event: StackEvent) {
    let path = pathOfStack[event.stack]
    let change = event.kind == .allocate ? event.bytes : 0 &- event.bytes
    live[path] &+= change
    total &+= change
    points.append((event.time, total))
    if total > points[peak].bytes { peak = points.count - 1 }
  }

  private func write(_ name: [UInt8], _ text: inout ReportText) {
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in name {
      guard byte < 0x21 || byte == 0x25 || byte == 0x3b || byte == 0x7f else {
        text.append(byte)
        continue
      }
      text.append(0x25)
      text.append(digits[Int(byte / 16)])
      text.append(digits[Int(byte % 16)])
    }
  }

  public mutating func folded(_ text: inout ReportText) {
    for (path, bytes) in live.enumerated().reversed() where bytes > 0 {
      for (frame, function) in paths[path].enumerated() {
        if frame > 0 { text.append(";") }
        write(names[function], &text)
      }
      text.append(" \(bytes)\n")
    }
  }

  public mutating func top(_ count: Int, by order: TopOrder, _ text: inout ReportText) {
    var own = [UInt64](repeating: 0, count: names.count)
    var all = own
    var marks = [Int](repeating: -1, count: names.count)
    for (path, bytes) in live.enumerated() where bytes > 0 {
      for function in paths[path] where marks[function] != path {
        marks[function] = path
        all[function] += bytes
      }
      own[paths[path][paths[path].count - 1]] += bytes
    }
    // Sorting is stable here: by name already, then by the other number, then by the one that is asked for.
    let (first, second) = order == .totalBytes ? (all, own) : (own, all)
    let rows = names.indices.filter { all[$0] != 0 }.sorted {
      (first[$0], second[$0], $1) > (first[$1], second[$1], $0)
    }
    text.append("   self  self%  total  total%  name\n")
    for function in rows.prefix(count) {
      for bytes in [own[function], all[function]] {
        text.append(padded("\(bytes)", 12))
        text.append(padded(share(bytes), 10))
      }
      text.append("  ")
      write(names[function], &text)
      text.append("\n")
    }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.utf8.count)) + text
  }

  private func share(_ bytes: UInt64) -> String {
    let hundredths = (2 * UInt128(bytes) * 10_000 / UInt128(total) + 1) / 2
    let digits = hundredths % 100
    return "\(hundredths / 100)." + (digits < 10 ? "0\(digits)%" : "\(digits)%")
  }

  public mutating func timeline(_ count: Int, _ text: inout ReportText) {
    var chosen: [Int] = []
    if points.count <= count {
      chosen = Array(points.indices)
    } else {
      let slices = (count - 2) / 2
      chosen = [0, points.count - 1]
      for slice in 0..<slices {
        var (low, high) = (slice * points.count / slices, slice * points.count / slices)
        // The last of the extremes, not the first.
        for place in low..<(slice + 1) * points.count / slices {
          if points[place].bytes <= points[low].bytes { low = place }
          if points[place].bytes >= points[high].bytes { high = place }
        }
        chosen += [low, high]
      }
      chosen.sort()
      // What room is left shows the very beginning.
      var (extra, used) = (1, Set(chosen))
      while used.count < count, extra < 4 {
        used.insert(extra)
        extra += 1
      }
      chosen = used.sorted()
    }
    for place in chosen { text.append("\(points[place].time) \(points[place].bytes)\n") }
  }

  public mutating func json(_ text: inout ReportText) {
    var places = [Int?](repeating: nil, count: names.count)
    for (path, bytes) in live.enumerated() where bytes > 0 { for function in paths[path] { places[function] = 0 } }
    var next = 0
    text.append("{\n  \"functions\" : [")
    for function in names.indices where places[function] != nil {
      text.append(next == 0 ? "\n    " : ",\n    ")
      places[function] = next
      next += 1
      quote(names[function], &text)
    }
    text.append("\n  ],\n  \"stacks\" : [")
    var isFirst = true
    for (path, bytes) in live.enumerated() where bytes > 0 {
      text.append(isFirst ? "\n" : ",\n")
      isFirst = false
      text.append("    { \"bytes\" : \(bytes), \"frames\" : [ ")
      for (frame, function) in paths[path].enumerated() {
        text.append(frame == 0 ? "\(places[function] ?? 0)" : ", \(places[function] ?? 0)")
      }
      text.append(" ] }")
    }
    text.append("\n  ],\n  \"peak\" : ")
    if points.isEmpty {
      text.append("null")
    } else {
      text.append("{ \"bytes\" : \(points[peak].bytes), \"time\" : \(points[peak].time) }")
    }
    text.append(",\n  \"live\" : \(total),\n  \"unit\" : \"bytes\",\n  \"version\" : 1\n}\n")
  }

  /// In ASCII: everything else as UTF-16, in escapes.
  private func quote(_ name: [UInt8], _ text: inout ReportText) {
    let digits = Array("0123456789abcdef".utf8)
    text.append(0x22)
    for unit in String(decoding: name, as: UTF8.self).utf16 {
      if unit >= 0x20, unit < 0x7f, unit != 0x22, unit != 0x5c {
        text.append(UInt8(unit))
      } else {
        text.append("\\u")
        for shift in [12, 8, 4, 0] as [UInt16] { text.append(digits[Int(unit >> shift & 15)]) }
      }
    }
    text.append(0x22)
  }
}
