package import Workloads

/// What is true of a profile, as far as it has been told. Functions and stacks are what their bytes say; sums are taken when somebody asks.
/// Nothing here traps, whatever the stream is.
package struct ReporterTruth: Sendable {
  /// The distinct names, in the order of their bytes.
  package let functions: [[UInt8]]
  /// The same, as lines have them.
  package let writtenFunctions: [[UInt8]]
  /// The functions of each distinct stack, the outermost caller's first.
  package let stacks: [[Int]]
  /// The same, each function once.
  private let functionsOfStack: [[Int]]
  /// For each stack of the table, which of the distinct ones it is.
  private let stackOfNumber: [Int]
  package private(set) var live: [UInt64]
  package private(set) var total: UInt64 = 0
  package private(set) var points: [Point] = []
  /// Where the total was greatest for the first time.
  package private(set) var peak: Point?

  package struct Point: Equatable, Sendable {
    package let time: UInt64
    package let bytes: UInt64
  }

  package struct Row: Equatable, Sendable {
    package let function: Int
    package let selfBytes: UInt64
    package let totalBytes: UInt64
  }

  package static let unknown = Array("[unknown]".utf8)

  package init(_ stream: ProfileStream) {
    let names = stream.names.map { $0.isEmpty ? Self.unknown : $0 }
    let sorted = Set(names + [Self.unknown]).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    let none = numbers[Self.unknown] ?? 0
    let functionOfSymbol = names.map { numbers[$0] ?? none }
    var known: [[Int]: Int] = [:]
    var distinct: [[Int]] = []
    stackOfNumber = stream.stacks.map { symbols in
      let stack = symbols.isEmpty ? [none] : symbols.map { functionOfSymbol[$0] }
      if let number = known[stack] { return number }
      known[stack] = distinct.count
      distinct.append(stack)
      return distinct.count - 1
    }
    (functions, stacks) = (sorted, distinct)
    writtenFunctions = sorted.map { Self.written($0) }
    functionsOfStack = distinct.map { Array(Set($0)) }
    live = Array(repeating: 0, count: distinct.count)
  }

  package mutating func record(_ event: ProfileStream.Event) {
    guard stackOfNumber.indices.contains(event.stack) else { return }
    let stack = stackOfNumber[event.stack]
    live[stack] = event.isEnd ? live[stack] &- event.bytes : live[stack] &+ event.bytes
    total = event.isEnd ? total &- event.bytes : total &+ event.bytes
    let point = Point(time: event.time, bytes: total)
    points.append(point)
    if peak.map({ total > $0.bytes }) ?? true { peak = point }
  }

  /// The functions of stacks that are reported.
  package var reportedFunctions: Set<Int> { Set(reported.lazy.flatMap { functionsOfStack[$0] }) }

  /// The stacks that are reported.
  package var reported: [Int] { live.indices.filter { live[$0] > 0 } }

  /// All rows there are, in their order.
  package func rows(byTotal: Bool) -> [Row] {
    var own = [UInt64](repeating: 0, count: functions.count)
    var all = own
    for stack in reported {
      if let leaf = stacks[stack].last { own[leaf] &+= live[stack] }
      for function in functionsOfStack[stack] { all[function] &+= live[stack] }
    }
    return functions.indices.filter { all[$0] > 0 }.map { Row(function: $0, selfBytes: own[$0], totalBytes: all[$0]) }
      .sorted { one, other in
        let (first, second) = (one.keys(byTotal), other.keys(byTotal))
        return first.0 != second.0
          ? first.0 > second.0 : first.1 != second.1 ? first.1 > second.1 : one.function < other.function
      }
  }

  /// The hundredths of a percent that a part of the total is, to the nearest.
  package func share(_ bytes: UInt64) -> UInt64 {
    guard total > 0 else { return 0 }
    return UInt64(clamping: (UInt128(bytes) * 20_000 + UInt128(total)) / (2 * UInt128(total)))
  }

  /// A name as lines have it.
  package static func written(_ name: [UInt8]) -> [UInt8] {
    name.flatMap { byte -> [UInt8] in
      guard isEscaped(byte) else { return [byte] }
      let digits = Array("0123456789ABCDEF".utf8)
      return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  static func isEscaped(_ byte: UInt8) -> Bool {
    // Blanks and controls; `%`; `;`; delete.
    switch byte {
    case 0...0x20, 0x25, 0x3b, 0x7f: true
    default: false
    }
  }

  /// A stack as a line has it, without its number.
  package func written(stack: Int) -> [UInt8] {
    Array(stacks[stack].map { writtenFunctions[$0] }.joined(separator: [UInt8(ascii: ";")]))
  }
}

extension ReporterTruth.Row {
  fileprivate func keys(_ byTotal: Bool) -> (UInt64, UInt64) {
    byTotal ? (totalBytes, selfBytes) : (selfBytes, totalBytes)
  }
}
