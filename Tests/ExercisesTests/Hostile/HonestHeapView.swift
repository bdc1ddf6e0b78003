import Vocabularies

/// A heap viewer that never does wrong: it keeps lists of all there is, goes through all of them for each event and each cell, and
/// remembers every number of live bytes that there ever was.
struct HonestHeapView {
  private let rows: [UInt64]
  /// In no order; none shares a byte with another.
  private var pieces: [Range<UInt64>] = []
  private var blocks: [(address: UInt64, size: UInt64, overhead: UInt64)] = []
  /// By page: heats and the ticks since they were true.
  private var heats: [UInt64: (amount: UInt64, ticks: Int)] = [:]
  private var ticks = 0
  /// By interval.
  private var lives: [[UInt64]] = [[0]]

  init(_ tables: [NamedTable]) { rows = tables.words(HeapViewVocabulary.rows) ?? [] }

  mutating func perform(_ word: UInt64) -> (outcome: UInt64, answer: [UInt64]) {
    guard let (kind, row) = HeapViewVocabulary.parts(word), !kind.hasRow || row < rows.count / 3 else { return (0, []) }
    let (first, second, third) = kind.hasRow ? (rows[3 * row], rows[3 * row + 1], rows[3 * row + 2]) : (0, 0, 1)
    guard HeapViewVocabulary.isSound(kind, first, second, third) else { return (0, []) }
    switch kind {
    case .tick:
      ticks += 1
      lives.append([live])
      return (0, [])
    case .history: return (UInt64(history.count), history)
    case .live, .metadata, .unused, .touched, .heat:
      let numbers = cells(kind, first, second, third)
      return (UInt64(numbers.count), numbers)
    default:
      let isTaken = take(kind, first, second, third)
      lives[lives.count - 1].append(live)
      return (isTaken ? 1 : 0, [])
    }
  }

  private var live: UInt64 { blocks.reduce(0) { $0 + $1.size } }

  private static func common(_ one: Range<UInt64>, _ other: Range<UInt64>) -> UInt64 {
    let clamped = one.clamped(to: other)
    return clamped.upperBound - clamped.lowerBound
  }

  private func mappedBytes(_ range: Range<UInt64>) -> UInt64 { pieces.reduce(0) { $0 + Self.common($1, range) } }

  private func isAllMapped(_ range: Range<UInt64>) -> Bool { mappedBytes(range) == range.upperBound - range.lowerBound }

  private static func claim(_ block: (address: UInt64, size: UInt64, overhead: UInt64)) -> Range<UInt64> {
    block.address - block.overhead..<block.address + max(1, block.size)
  }

  private func isClaimed(_ range: Range<UInt64>) -> Bool {
    blocks.contains { Self.common(Self.claim($0), range) > 0 }
  }

  private mutating func take(_ kind: HeapViewVocabulary.Kind, _ first: UInt64, _ second: UInt64, _ third: UInt64)
    -> Bool
  {
    switch kind {
    case .map:
      let range = first..<first + second
      guard first.isMultiple(of: 4096), second.isMultiple(of: 4096), mappedBytes(range) == 0 else { return false }
      pieces.append(range)
    case .unmap:
      let range = first..<first + second
      guard first.isMultiple(of: 4096), second.isMultiple(of: 4096), isAllMapped(range), !isClaimed(range) else {
        return false
      }
      pieces = pieces.flatMap { piece -> [Range<UInt64>] in
        guard Self.common(piece, range) > 0 else { return [piece] }
        return [
          piece.lowerBound..<max(piece.lowerBound, range.lowerBound),
          min(piece.upperBound, range.upperBound)..<piece.upperBound,
        ].filter { !$0.isEmpty }
      }
      heats = heats.filter { !range.contains($0.key << 12) }
    case .access:
      guard second == 0 || isAllMapped(first..<first + second) else { return false }
      for page in Set((0..<second).lazy.map { (first + $0) >> 12 }) {
        heats[page] = (amount: heat(page) + 65_536, ticks: ticks)
      }
    case .allocate: return insert(first, second, third)
    case .free: return remove(first) != nil
    case .move:
      guard let old = remove(first) else { return false }
      guard insert(second, third, old.overhead) else {
        blocks.append(old)
        return false
      }
    default: break
    }
    return true
  }

  private mutating func insert(_ address: UInt64, _ size: UInt64, _ overhead: UInt64) -> Bool {
    guard address >= overhead else { return false }
    let block = (address: address, size: size, overhead: overhead)
    guard isAllMapped(Self.claim(block)), !isClaimed(Self.claim(block)) else { return false }
    blocks.append(block)
    return true
  }

  private mutating func remove(_ address: UInt64) -> (address: UInt64, size: UInt64, overhead: UInt64)? {
    blocks.firstIndex { $0.address == address }.map { blocks.remove(at: $0) }
  }

  private func heat(_ page: UInt64) -> UInt64 {
    guard let (amount, then) = heats[page] else { return 0 }
    return (0..<min(64, ticks - then)).reduce(amount) { heat, _ in heat / 2 }
  }

  private func cells(_ kind: HeapViewVocabulary.Kind, _ start: UInt64, _ count: UInt64, _ cell: UInt64) -> [UInt64] {
    let all = start..<start + count
    let near = blocks.filter { Self.common(Self.claim($0), all) > 0 }
    let warm = heats.keys.filter { Self.common($0 << 12..<($0 + 1) << 12, all) > 0 }.map { page in
      (range: page << 12..<(page + 1) << 12, heat: heat(page))
    }
    return stride(from: start, to: start + count, by: Int(cell)).map { low in
      let range = low..<min(low + cell, start + count)
      let metadata = near.reduce(0) { $0 + Self.common($1.address - $1.overhead..<$1.address, range) }
      let live = near.reduce(0) { $0 + Self.common($1.address..<$1.address + $1.size, range) }
      switch kind {
      case .live: return live
      case .metadata: return metadata
      case .unused: return mappedBytes(range) - live - metadata
      case .touched: return warm.reduce(0) { $0 + Self.common($1.range, range) }
      default: return warm.filter { Self.common($0.range, range) > 0 }.map(\.heat).max() ?? 0
      }
    }
  }

  private var history: [UInt64] {
    var width = 1
    while lives.count > 64 * width { width *= 2 }
    return stride(from: 0, to: lives.count, by: width).flatMap { first in
      let its = lives[first..<min(first + width, lives.count)].joined()
      return [its.min() ?? 0, its.max() ?? 0, lives[min(first + width, lives.count) - 1].last ?? 0]
    }
  }
}
