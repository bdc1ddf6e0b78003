package import Traces
import Vocabularies

/// How traces about pictures of a heap are made shorter: what is about one block goes together, then single operations; then grids become
/// a few cells, blocks small, and addresses low.
package struct HeapViewReductions: Reductions {
  package init() {}

  package var granularities: Int { 2 }

  /// By row: a block with its end, a grid with all of its planes. Then one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity == 0 else { return Parts(oneByOne: trace) }
    var numbers: [UInt64: Int32] = [:]
    var count: Int32 = 0
    let parts = trace.operations.map { word in
      guard let (kind, row) = HeapViewVocabulary.parts(word), kind.hasRow else {
        count += 1
        return count - 1
      }
      if let number = numbers[UInt64(row)] { return number }
      numbers[UInt64(row)] = count
      count += 1
      return count - 1
    }
    return Parts(ofOperation: parts, count: Int(count))
  }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }
    // The rows that nothing is about any more are sent along until they are most of what is sent.
    let rows = (trace.tables.words(HeapViewVocabulary.rows)?.count ?? 0) / HeapViewVocabulary.rowWords
    return rows > 2 * kept.operations.count + 8 ? made(of: steps(kept), like: kept) : kept
  }

  package func shorten(_ search: ShrinkSearch) {
    narrowGrids(search)
    keepLast(search)
  }

  package func simplify(_ search: ShrinkSearch) {
    narrowGrids(search)
    makeSmaller(search)
    moveDown(search)
    makeSmaller(search)
  }

  private func steps(_ trace: Trace) -> [HeapViewRows.Step] {
    let rows = HeapViewRows(trace.tables)
    return trace.operations.compactMap { rows.step($0) }
  }

  /// Tries the trace of other steps.
  @discardableResult
  private func attempt(_ search: ShrinkSearch, _ steps: [HeapViewRows.Step]) -> Bool {
    search.attempt(made(of: steps, like: search.best))
  }

  private func made(of steps: [HeapViewRows.Step], like other: Trace) -> Trace {
    var trace = Trace(viewing: steps)
    trace.header.name = other.name
    trace.header.origin = other.origin
    return trace
  }

  /// Halves the last grid as long as it shows the mistake, at borders of cells.
  private func narrowGrids(_ search: ShrinkSearch) {
    while !search.isOver {
      let steps = steps(search.best)
      guard let place = steps.lastIndex(where: { $0.kind.plane != nil }), steps[place].cellCount > 1 else { return }
      let grid = steps[place]
      let count = UInt64(grid.cellCount)
      func part(_ cells: Range<UInt64>) -> [HeapViewRows.Step] {
        var changed = steps
        changed[place].first = grid.first + cells.lowerBound * grid.third
        changed[place].second = min(grid.second, cells.upperBound * grid.third) - cells.lowerBound * grid.third
        return changed
      }
      // What goes wrong at a border needs both of its cells.
      let parts = [
        0..<count / 2, count / 2..<count, count / 4..<max(count / 4 + 1, count - count / 4), 1..<count, 0..<count - 1,
      ]
      guard parts.contains(where: { !$0.isEmpty && $0.count < count && attempt(search, part($0)) }) else { return }
    }
  }

  /// Smaller numbers, the smallest first; what is about a block's address stays so.
  private func makeSmaller(_ search: ShrinkSearch) {
    guard search.best.operations.count <= 128 else { return }
    var index = 0
    while index < search.best.operations.count, !search.isOver {
      for word in [1, 2] {
        let steps = steps(search.best)
        guard index < steps.count else { break }
        let old = word == 1 ? steps[index].second : steps[index].third
        guard !steps[index].isAddress(word), old > 0 else { continue }
        let least: [UInt64] = steps[index].isOfPages ? [4096, 8192, 16384] : [0, 1, 2, 8, 16, 64, 4096]
        let smaller =
          least.filter { $0 < old } + (steps[index].isOfPages ? [] : [old / 2, old - 1].filter { $0 > 0 && $0 < old })
        for number in smaller {
          var changed = steps
          if word == 1 { changed[index].second = number } else { changed[index].third = number }
          if attempt(search, changed) { break }
        }
      }
      index += 1
    }
  }

  /// All addresses as much lower as whole pages allow.
  private func moveDown(_ search: ShrinkSearch) {
    let steps = steps(search.best)
    let addresses = steps.filter { $0.kind.plane == nil }.flatMap(\.addresses)
    guard let least = addresses.min(), least >= 1 << 17 else { return }
    let distance = (least - 1 << 16) & ~0xfff
    attempt(search, steps.map { $0.movedDown(by: distance) })
  }

  package func complexity(of trace: Trace) -> [Int] {
    let steps = steps(trace)
    let cells = steps.reduce(0) { $0 + ($1.kind.plane == nil ? 0 : $1.cellCount) }
    let sizes = steps.reduce(0) { sum, step in
      sum + [1, 2].reduce(0) { $0 + (step.isAddress($1) ? 0 : Int(clamping: $1 == 1 ? step.second : step.third)) }
    }
    return [cells, sizes, steps.flatMap(\.addresses).reduce(0) { $0 + Int(clamping: min($1, 1 << 49)) }]
  }
}

extension HeapViewRows.Step {
  /// Whether a word, counted from 0, is an address.
  fileprivate func isAddress(_ word: Int) -> Bool {
    word == 0 ? kind.hasRow : word == 1 && kind == .move || word == 1 && kind == .free
  }

  fileprivate var isOfPages: Bool { kind == .map || kind == .unmap }

  fileprivate var addresses: [UInt64] { kind.hasRow ? kind == .move ? [first, second] : [first] : [] }

  fileprivate func movedDown(by distance: UInt64) -> Self {
    guard kind.hasRow else { return self }
    // A grid may begin before all else.
    return Self(kind, first - min(first, distance), kind == .move ? second - distance : second, third)
  }
}
