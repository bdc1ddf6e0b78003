/// Call stacks made by hand, for trying a reporter out in a test or a playground.
///
///     let memory = CallStacksMemory(names: ["main", "parse"], stacks: [[0], [0, 1]])
///     var reporter = TextReporter(stacks: memory.stacks)
///
/// The memory must live as long as the reporter does.
@safe public final class CallStacksMemory {
  private let words: UnsafeMutablePointer<UInt64>
  /// Words of names, symbols, frames and stacks, one table behind the other.
  private let counts: [Int]
  private let nameBytes: Int

  /// - Parameters:
  ///   - names: of each symbol.
  ///   - stacks: the symbols of each stack, the outermost caller's first.
  public init(names: [[UInt8]], stacks: [[Int]]) {
    let bytes = names.flatMap { $0 }
    var packed = [UInt64](repeating: 0, count: (bytes.count + 7) / 8)
    for (place, byte) in bytes.enumerated() { packed[place / 8] |= UInt64(byte) << UInt64(8 * (place % 8)) }
    var tables = [packed, [], stacks.flatMap { $0.map { UInt64($0) } }, []]
    var end: UInt64 = 0
    for name in names {
      end += UInt64(name.count)
      tables[1].append(end)
    }
    end = 0
    for stack in stacks {
      end += UInt64(stack.count)
      tables[3].append(end)
    }
    let all = tables.flatMap { $0 }
    unsafe words = .allocate(capacity: all.count + 1)
    for (place, word) in all.enumerated() { unsafe (words + place).initialize(to: word) }
    counts = tables.map { $0.count }
    nameBytes = bytes.count
  }

  public convenience init(names: [String], stacks: [[Int]]) {
    self.init(names: names.map { Array($0.utf8) }, stacks: stacks)
  }

  deinit { unsafe words.deallocate() }

  public var stacks: CallStacks {
    // Safe: the tables lie one behind the other, and are as long as they say.
    unsafe CallStacks(
      names: ByteTable(base: UnsafeRawPointer(words), count: nameBytes), symbols: table(1), frames: table(2),
      stacks: table(3))
  }

  private func table(_ number: Int) -> WordTable {
    // Safe: as above.
    unsafe WordTable(base: words + counts[..<number].reduce(0, +), count: counts[number])
  }
}
