package import Traces
import Vocabularies

/// How questions about a process image are made shorter: questions are left out, then threads, frames, modules and what is known of
/// them, and words of the memory.
///
/// Any image is one that could be: code that has lost its row is code without one, a word that is left out becomes zero, and a thread may
/// as well stand in any frame of its backtrace.
package struct ProcessImageReductions: Reductions {
  package init() {}

  package func shorten(_ search: ShrinkSearch) {
    keepLast(search)
    reduceImage(search)
  }

  package func simplify(_ search: ShrinkSearch) { reduceImage(search) }

  private func reduceImage(_ search: ShrinkSearch) {
    guard ProcessImageTables(search.best.tables) != nil else { return }
    dropUnasked(search)
    for thread in current(search).threads.indices.prefix(2) {
      startLater(search, thread)
      endSooner(search, thread)
    }
    removeElements(of: search, { $0.modules.count }, without: { $0.modules.removeSubrange($1) })
    for part in ProcessImageTables.Part.allCases {
      removeElements(of: search, { $0.count(of: part) }, without: { $0.remove($1, of: part) })
    }
    removeElements(of: search, { $0.regions.count }, without: { $0.regions.removeSubrange($1) })
    attempt(search) { $0.trimRegions() }
    for thread in current(search).threads.indices.prefix(2) {
      attempt(search) { $0.threads[thread].clearRegisters() }
      for register in 0..<16 { attempt(search) { $0.threads[thread].registers[register] = 0 } }
    }
    removeElements(of: search, { $0.wordPlaces.count }, without: { $0.clearWords($1) })
    attempt(search) { $0.trimRegions() }
  }

  private func current(_ search: ShrinkSearch) -> ProcessImageTables {
    ProcessImageTables(search.best.tables) ?? ProcessImageTables()
  }

  /// Leaves out threads and addresses that nobody asks for.
  private func dropUnasked(_ search: ShrinkSearch) {
    var image = current(search)
    var (threads, addresses): ([Int], [Int]) = ([], [])
    let questions = search.best.operations.compactMap { word -> UInt64? in
      guard let (kind, number) = UnwindVocabulary.question(word) else { return nil }
      func renumbered(_ numbers: inout [Int]) -> UInt64 {
        if let place = numbers.firstIndex(of: number) { return UnwindVocabulary.word(kind, place) }
        numbers.append(number)
        return UnwindVocabulary.word(kind, numbers.count - 1)
      }
      return kind == .backtrace ? renumbered(&threads) : renumbered(&addresses)
    }
    guard questions.count <= 64, threads.allSatisfy(image.threads.indices.contains),
      addresses.allSatisfy(image.addresses.indices.contains)
    else { return }
    image.threads = threads.map { image.threads[$0] }
    image.addresses = addresses.map { image.addresses[$0] }
    search.attempt(trace(questions, image, search))
  }

  /// Has a thread stand in a frame that is farther out.
  private func startLater(_ search: ShrinkSearch, _ thread: Int) {
    let steps = current(search).backtrace(of: thread).steps
    var skipped = steps.count - 1
    while skipped > 0, !search.isOver {
      let step = steps[skipped]
      if attempt(search, { $0.start(thread, in: step) }) { return }
      skipped = skipped > 4 ? skipped * 3 / 4 : skipped - 1
    }
  }

  /// Has a thread's stack end sooner.
  private func endSooner(_ search: ShrinkSearch, _ thread: Int) {
    let steps = current(search).backtrace(of: thread).steps
    var kept = 1
    while kept < steps.count, !search.isOver {
      let end = steps[kept].stackPointer
      if attempt(search, { $0.endStack(of: thread, at: end) }) { return }
      kept += max(1, kept / 3)
    }
  }

  private func trace(_ questions: [UInt64], _ image: ProcessImageTables, _ search: ShrinkSearch) -> Trace {
    var candidate = Trace(asking: questions, about: image)
    candidate.header.name = search.best.name
    candidate.header.origin = search.best.origin
    return candidate
  }

  /// Tries the image with a change.
  @discardableResult
  private func attempt(_ search: ShrinkSearch, _ change: (inout ProcessImageTables) -> Void) -> Bool {
    var image = current(search)
    change(&image)
    return search.attempt(trace(search.best.operations, image, search))
  }

  private func removeElements(
    of search: ShrinkSearch, _ count: (ProcessImageTables) -> Int,
    without remove: (inout ProcessImageTables, Range<Int>) -> Void
  ) {
    func left() -> Int { count(current(search)) }
    search.removeElements(left(), of: left) { removed in attempt(search) { remove(&$0, removed) } }
  }

  package func complexity(of trace: Trace) -> [Int] {
    guard let image = ProcessImageTables(trace.tables) else { return [.max] }
    return [image.threads.count, image.modules.count]
      + ProcessImageTables.Part.allCases.map { image.count(of: $0) }
      + [
        image.regions.reduce(0) { $0 + $1.bytes.count }, image.regions.count, image.wordPlaces.count,
        image.threads.reduce(0) { $0 + $1.registers.count { $0 != 0 } }, image.addresses.count,
        Int(clamping: image.threads.reduce(0) { $0 &+ ($1.stackEnd &- $1.stackStart) }),
      ]
  }
}
