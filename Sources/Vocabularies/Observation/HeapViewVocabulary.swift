/// What happens to a program's heap, and questions about pictures of it.
///
///     word   kind in the lowest byte; above it, for all kinds but `tick` and `history`, the number of a row
///
/// The table `rows` has three words a row: what they are, the kind says. Several words may be about the same row, for example the
/// allocation of a block and its end, or all planes of one grid.
public enum HeapViewVocabulary: Vocabulary {
  public static let name = "heap-view"

  public static let rows = "rows"
  public static let rowWords = 3
  /// No word of a row is larger.
  public static let limit: UInt64 = 1 << 48
  /// The most bytes of an access, and the most cells of a grid.
  public static let (accessLimit, cellLimit): (UInt64, UInt64) = (1 << 20, 1 << 20)
  /// The most points of a history, and the words of one.
  public static let (pointLimit, pointWords) = (64, 3)

  public enum Kind: UInt64, Sendable, CaseIterable {
    /// Start, byte count.
    case map = 0
    case unmap = 1
    /// Address, size, overhead.
    case allocate = 2
    /// Address.
    case free = 3
    /// Address, where to, new size.
    case move = 4
    /// Address, byte count.
    case access = 5
    case tick = 6
    /// Start, byte count, bytes a cell; answered with a list.
    case live = 8
    case metadata = 9
    case unused = 10
    case touched = 11
    case heat = 12
    /// Answered with a list.
    case history = 16

    public var hasRow: Bool { self != .tick && self != .history }

    /// What a grid is asked for, by its number; nil where none is.
    public var plane: UInt64? {
      rawValue >= Self.live.rawValue && self != .history ? rawValue - Self.live.rawValue : nil
    }
  }

  /// The names of planes, by their numbers.
  public static let planes = ["live", "metadata", "free", "touched", "heat"]

  public static func word(_ kind: Kind, row: Int = 0) -> UInt64 { kind.rawValue | UInt64(truncatingIfNeeded: row) << 8 }

  /// What a word is about; nil where it is about nothing. Whether there is such a row is not known here.
  public static func parts(_ word: UInt64) -> (kind: Kind, row: Int)? {
    guard let kind = Kind(rawValue: word & 0xff) else { return nil }
    let row = Int(truncatingIfNeeded: word >> 8)
    return kind.hasRow || row == 0 ? (kind, row) : nil
  }

  /// Whether a row's words can be those of an operation; all others do nothing, and are answered with 0.
  @inlinable public static func isSound(_ kind: Kind, _ first: UInt64, _ second: UInt64, _ third: UInt64) -> Bool {
    switch kind {
    case .map, .unmap: second <= limit / 2 && first <= limit && first + second <= limit
    case .access: second <= accessLimit
    case .live, .metadata, .unused, .touched, .heat:
      third >= 1 && first <= limit && second <= limit && first + second <= limit && second / third < cellLimit
    default: true
    }
  }

  public static func describe(operation: UInt64) -> String {
    guard let (kind, row) = parts(operation) else { return "unknown operation \(operation)" }
    return switch kind {
    case .tick: "tick()"
    case .history: "history()"
    default: "\(verb(kind))(row \(row))"
    }
  }

  /// With what stands in the rows.
  public static func describer(of tables: [NamedTable]) -> @Sendable (UInt64) -> String {
    let rows = tables.words(rows) ?? []
    return { operation in
      guard let (kind, row) = parts(operation), kind.hasRow, row < rows.count / rowWords else {
        return describe(operation: operation)
      }
      return describe(kind, rows[rowWords * row], rows[rowWords * row + 1], rows[rowWords * row + 2])
    }
  }

  /// An operation with the words of its row.
  public static func describe(_ kind: Kind, _ first: UInt64, _ second: UInt64, _ third: UInt64) -> String {
    let (verb, place) = (verb(kind), hexadecimal(first))
    return switch kind {
    case .map, .unmap, .access: "\(verb)(\(place), byteCount: \(second))"
    case .allocate: "\(verb)(\(place), size: \(second), overhead: \(third))"
    case .free: "\(verb)(\(place))"
    case .move: "\(verb)(\(place), to: \(hexadecimal(second)), size: \(third))"
    case .tick, .history: "\(verb)()"
    case .live, .metadata, .unused, .touched, .heat: "\(verb), in: \(place) + \(second), \(third) a cell)"
    }
  }

  private static func verb(_ kind: Kind) -> String {
    switch kind {
    case .map: "mapped"
    case .unmap: "unmapped"
    case .allocate: "allocated"
    case .free: "freed"
    case .move: "moved"
    case .access: "accessed"
    case .tick: "tick"
    case .history: "history"
    case .live, .metadata, .unused, .touched, .heat: "cells(of: .\(planes[Int(kind.plane ?? 0)])"
    }
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    switch parts(operation)?.kind {
    case .tick: ""
    case .history:
      outcome.isMultiple(of: UInt64(pointWords)) ? "\(outcome / UInt64(pointWords)) points" : "\(outcome) words"
    case .live, .metadata, .unused, .touched, .heat: outcome == 1 ? "1 cell" : "\(outcome) cells"
    case nil: "\(outcome)"
    default: outcome == 0 ? "not taken" : outcome == 1 ? "taken" : "\(outcome)"
    }
  }

  public static func slotEnd(of operation: UInt64) -> Int? { nil }

  public static func isAnswered(_ operation: UInt64) -> Bool {
    guard let kind = parts(operation)?.kind else { return false }
    return kind == .history || kind.plane != nil
  }

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    guard let rows = tables.first(where: { $0.name == Self.rows }) else {
      return [TableFault(Self.rows, "a heap's events need this table")]
    }
    var faults = tables.filter { $0.name != Self.rows }.map { TableFault($0.name, "there is no such table here") }
    guard let words = rows.words else { return faults + [TableFault(Self.rows, "a table of bytes; rows are words")] }
    if !words.count.isMultiple(of: rowWords) {
      faults.append(
        TableFault(Self.rows, element: words.count - 1, "\(words.count) words, where a row has \(rowWords)"))
    }
    if let place = words.firstIndex(where: { $0 > limit }) {
      faults.append(TableFault(Self.rows, element: place, "\(hexadecimal(words[place])) is larger than 2^48"))
    }
    return faults
  }
}
