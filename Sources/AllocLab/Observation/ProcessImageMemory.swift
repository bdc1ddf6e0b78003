/// A process image made by hand, for trying an unwinder out in a test or a playground.
///
///     let memory = ProcessImageMemory(
///       threads: [.init(programCounter: 0x400010, registers: [6: 0x7010, 7: 0x7000], stack: 0x7000..<0x7020)],
///       regions: [(0x7000, [0, 0, 0, 0x400025])],
///       modules: [.init(0x400000..<0x400100, symbols: [(start: 0, size: 0x40)])])
///     var unwinder = StackUnwinder(image: memory.image)
///     memory.backtrace(of: 0, by: &unwinder)
///
/// The image is valid for as long as this value lives.
@safe public struct ProcessImageMemory: ~Copyable {
  /// A thread; registers that are not named are 0.
  public struct Thread {
    let words: [UInt64]

    public init(programCounter: UInt64, registers: [Int: UInt64], stack: Range<UInt64>) {
      words =
        [programCounter] + (0..<16).map { registers[$0] ?? 0 } + [stack.lowerBound, stack.upperBound]
    }
  }

  /// A row of unwind rules.
  public struct Row {
    let range: Range<UInt64>
    let cfa: (register: Int, offset: Int64)
    let isSignalFrame: Bool
    let rules: [(register: Int, rule: RegisterRule.Rule)]

    /// - Parameter rules: one for the return address among them.
    public init(
      _ range: Range<UInt64>, cfa: (register: Int, offset: Int64), isSignalFrame: Bool = false,
      rules: [(register: Int, rule: RegisterRule.Rule)] = [(16, .saved(-8))]
    ) {
      self.range = range
      self.cfa = cfa
      self.isSignalFrame = isSignalFrame
      self.rules = rules
    }
  }

  /// A module; what belongs to it counts from its start.
  public struct Module {
    let range: Range<UInt64>
    let rows: [Row]
    let symbols: [(start: UInt64, size: UInt64)]
    let lines: [(start: UInt64, file: Int?, line: Int)]

    public init(
      _ range: Range<UInt64>, rows: [Row] = [], symbols: [(start: UInt64, size: UInt64)] = [],
      lines: [(start: UInt64, file: Int?, line: Int)] = []
    ) {
      self.range = range
      self.rows = rows
      self.symbols = symbols
      self.lines = lines
    }
  }

  private let words: UnsafeMutablePointer<UInt64>
  /// Of each table, words from where on and how many; bytes of memory come last.
  private var tables: [(first: Int, count: Int)] = []
  private let byteCount: Int

  /// - Parameters:
  ///   - regions: in the order of their addresses, each with its words.
  ///   - modules: in the order of their addresses, all of theirs in the order of their starts.
  public init(threads: [Thread], regions: [(start: UInt64, words: [UInt64])], modules: [Module]) {
    var lists: [[UInt64]] = Array(repeating: [], count: 7)
    lists[0] = threads.flatMap { $0.words }
    var memory: [UInt64] = []
    for region in regions {
      lists[1] += [region.start, UInt64(8 * region.words.count), UInt64(8 * memory.count)]
      memory += region.words
    }
    for module in modules {
      for row in module.rows {
        for (register, rule) in row.rules { lists[4] += [UInt64(register)] + Self.words(of: rule) }
        lists[3] += [
          row.range.lowerBound, row.range.upperBound, UInt64(row.cfa.register), UInt64(bitPattern: row.cfa.offset),
          row.isSignalFrame ? 1 : 0, UInt64(lists[4].count / 3),
        ]
      }
      lists[5] += module.symbols.flatMap { [$0.start, $0.size] }
      lists[6] += module.lines.flatMap { [$0.start, $0.file.map { UInt64($0) } ?? .max, UInt64($0.line)] }
      lists[2] += [
        module.range.lowerBound, module.range.upperBound - module.range.lowerBound, UInt64(lists[3].count / 6),
        UInt64(lists[5].count / 2), UInt64(lists[6].count / 3),
      ]
    }
    byteCount = 8 * memory.count
    let all = lists.flatMap { $0 } + memory
    unsafe words = .allocate(capacity: max(all.count, 1))
    for (place, word) in all.enumerated() { unsafe (words + place).initialize(to: word) }
    var first = 0
    for list in lists {
      tables.append((first, list.count))
      first += list.count
    }
  }

  private static func words(of rule: RegisterRule.Rule) -> [UInt64] {
    switch rule {
    case .undefined: [0, 0]
    case .same: [1, 0]
    case .saved(let offset): [2, UInt64(bitPattern: offset)]
    case .value(let offset): [3, UInt64(bitPattern: offset)]
    case .register(let register): [4, UInt64(register)]
    }
  }

  deinit { unsafe words.deallocate() }

  /// The image in this memory.
  public var image: ProcessImage {
    let end = tables[6].first + tables[6].count
    // Safe: the memory lies behind the last table.
    let memory = unsafe ByteTable(base: UnsafeRawPointer(words + end), count: byteCount)
    return ProcessImage(
      threads: table(0), regions: table(1), memory: memory, modules: table(2), rows: table(3), rules: table(4),
      symbols: table(5), lines: table(6))
  }

  private func table(_ number: Int) -> WordTable {
    // Safe: one table lies behind the other.
    unsafe WordTable(base: words + tables[number].first, count: tables[number].count)
  }

  /// What an unwinder appends for a thread, and why it ends; nil where it appends more frames than the stack has words.
  public func backtrace<Subject: Unwinder & ~Copyable>(
    of thread: Int, by unwinder: inout Subject
  ) -> (frames: [Frame], end: BacktraceEnd)? {
    let capacity = 3 * (byteCount / 8 + 2)
    let room = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
    defer { unsafe room.deallocate() }
    // Safe: the list is gone when this returns.
    var list = unsafe FrameList(AnswerList(base: room, capacity: capacity))
    let end = unwinder.backtrace(of: thread, &list)
    guard 3 * list.count <= capacity else { return nil }
    let frames = (0..<list.count).map { frame in
      unsafe Frame(
        programCounter: room[3 * frame], stackPointer: room[3 * frame + 1], isReturnAddress: room[3 * frame + 2] == 1)
    }
    return (frames, end)
  }
}
