import Testing

/// What `stopped.gdb` has gdb print of a program: the files that it consists of, and where it stood.
struct DebuggerOutput {
  struct Frame {
    var programCounter: UInt64 = 0
    /// The canonical frame address; 0 of the outermost.
    var cfa: UInt64 = 0
    var function = ""
    /// The line of a file of ours; nil where there is none.
    var line: Int?
    /// A call that was put into its caller, or one of which only a jump is left: gdb tells of it, but no return address does.
    var isOnStack = true
  }

  struct Stop {
    /// Program counter and registers.
    var thread: [UInt64] = []
    var stack: (start: UInt64, words: [UInt64]) = (0, [])
    var frames: [Frame] = []

    /// The frames that are on the stack. The line of one that another was put into is the call's, not the place's, and left out.
    var framesOnStack: [Frame] {
      frames.indices.filter { frames[$0].isOnStack }.map { place in
        var frame = frames[place]
        if place > 0, !frames[place - 1].isOnStack { frame.line = nil }
        return frame
      }
    }
  }

  private(set) var stops: [Stop] = []
  /// Where each file is.
  private(set) var modules: [String: Range<UInt64>] = [:]

  init(_ text: String) throws {
    var part: Substring = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let first = words.first else { continue }
      switch (part, first) {
      case (_, "@thread"):
        stops.append(Stop(thread: words.dropFirst().compactMap { UInt64($0, radix: 16) }))
        try #require(stops[stops.count - 1].thread.count == 17, "\(line)")
      case (_, _) where first.hasPrefix("@"): part = first
      case ("@modules", _): read(mapping: words)
      case ("@stack", _) where !stops.isEmpty: read(stack: line, into: &stops[stops.count - 1].stack)
      case ("@frames", _) where !stops.isEmpty: read(frame: words, line, into: &stops[stops.count - 1].frames)
      default: break
      }
    }
  }

  private static func number(_ text: Substring) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2).prefix(while: \.isHexDigit), radix: 16) : nil
  }

  /// Start, end, size, offset, permissions and file.
  private mutating func read(mapping words: [Substring]) {
    guard words.count == 6, words[5].hasPrefix("/"), let start = Self.number(words[0]), let end = Self.number(words[1])
    else { return }
    let file = String(words[5])
    modules[file] = (modules[file]?.lowerBound ?? start)..<end
  }

  /// An address, and one or two words from there.
  private func read(stack line: Substring, into stack: inout (start: UInt64, words: [UInt64])) {
    guard let colon = line.lastIndex(of: ":"), let start = Self.number(line) else { return }
    if stack.words.isEmpty { stack.start = start }
    stack.words += line[colon...].dropFirst().split(whereSeparator: \.isWhitespace).compactMap(Self.number)
  }

  /// A line of `info frame`.
  private func read(frame words: [Substring], _ line: Substring, into frames: inout [Frame]) {
    let last = frames.count - 1
    if line.hasPrefix("Stack level") {
      frames.append(Frame(cfa: words.last.flatMap(Self.number) ?? 0))
    } else if last >= 0, words[0] == "rip", words.count > 4, frames[last].programCounter == 0 {
      frames[last].programCounter = Self.number(words[2]) ?? 0
      if words[3] == "in" { frames[last].function = String(words[4].prefix { $0 != ";" }) }
      if let place = line.firstRange(of: /stopped(-library)?\.c:[0-9]+\)/) {
        frames[last].line = Int(line[place].filter(\.isNumber))
      }
    } else if last >= 0, line.hasPrefix(" inlined into frame") || line.contains("tail call frame") {
      frames[last].isOnStack = false
    }
  }
}
