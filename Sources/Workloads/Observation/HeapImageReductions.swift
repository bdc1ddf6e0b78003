package import Traces
import Vocabularies

/// How questions about a heap image are made shorter: questions are left out, then blocks, words and free memory of the image.
///
/// Any image is one that could be: a block that is left out becomes free memory, a word that is left out becomes zero.
package struct HeapImageReductions: Reductions {
  package init() {}

  package func shorten(_ search: ShrinkSearch) {
    keepLast(search)
    reduceImage(search)
  }

  package func simplify(_ search: ShrinkSearch) { reduceImage(search) }

  private func reduceImage(_ search: ShrinkSearch) {
    guard HeapImageTables(search.best.tables) != nil else { return }
    removeElements(of: search, { $0.blocks.count }, without: { $0.keepBlocks($1) })
    // Free memory first: most of what is not zero stands there, once blocks are gone.
    attempt(search) { $0.clearFree() }
    attempt(search) { $0.squeeze() }
    attempt(search) { $0.registers = [] }
    removeElements(of: search, { $0.registers.count }, without: { $0.keepRegisters($1) })
    removeElements(of: search, { $0.wordPlaces.count }, without: { $0.keepWords($1) })
    attempt(search) { $0.squeeze() }
    for place in current(search).blocks.indices.prefix(32).reversed() {
      attempt(search) { $0.bypassBlock(place) }
    }
    for place in current(search).blocks.indices.prefix(32) {
      attempt(search) { $0.bringNearer(place) }
      if !attempt(search, { $0.shrinkBlock(place) }) { attempt(search) { $0.shrinkBlock(place, toAtLeast: 2) } }
      attempt(search) { $0.blocks[place].site = 1 }
    }
    attempt(search) { $0.squeeze() }
    attempt(search) { $0.move(to: 0x1000) }
  }

  private func current(_ search: ShrinkSearch) -> HeapImageTables {
    HeapImageTables(search.best.tables) ?? HeapImageTables()
  }

  /// Tries the image with a change.
  @discardableResult
  private func attempt(_ search: ShrinkSearch, _ change: (inout HeapImageTables) -> Void) -> Bool {
    var image = current(search)
    change(&image)
    var candidate = Trace(asking: search.best.operations, about: image)
    candidate.header.name = search.best.name
    candidate.header.origin = search.best.origin
    return search.attempt(candidate)
  }

  /// - Parameter keep: keeps of the image only those elements whose numbers are not in the range.
  private func removeElements(
    of search: ShrinkSearch, _ count: (HeapImageTables) -> Int,
    without keep: (inout HeapImageTables, Range<Int>) -> Void
  ) {
    func left() -> Int { count(current(search)) }
    search.removeElements(left() / 2, of: left) { removed in attempt(search) { keep(&$0, removed) } }
  }

  package func complexity(of trace: Trace) -> [Int] {
    guard let image = HeapImageTables(trace.tables) else { return [.max] }
    let bytes = image.regions.reduce(0) { $0 + $1.bytes.count }
    return [
      image.blocks.count, image.registers.count + image.nonzeroBytes, image.regions.count, bytes,
      image.blocks.reduce(0) { $0 + $1.size }, image.innerBytes, image.blocks.count { $0.site != 1 },
      Int(clamping: image.regions.first?.start ?? 0),
    ]
  }
}
