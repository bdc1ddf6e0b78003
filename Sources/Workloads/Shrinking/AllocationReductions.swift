package import Traces
import Vocabularies

/// How traces of the allocation vocabulary are made shorter and simpler: by blocks, from their allocation to their end.
package struct AllocationReductions: Reductions {
  /// The same trace with every size changed, or nil where that makes no trace.
  let resized: @Sendable (Trace, (Int) -> Int) -> Trace?
  /// The least heap limit that a trace may state for a heap of so many bytes.
  let heapLimit: @Sendable (Int) -> Int
  /// Traces that are nearly the same, and may be easier to make short.
  let variants: @Sendable (Trace) -> [Trace]

  package init(
    resized: @escaping @Sendable (Trace, (Int) -> Int) -> Trace? = Self.resize,
    heapLimit: @escaping @Sendable (Int) -> Int = { max($0, 4096) },
    variants: @escaping @Sendable (Trace) -> [Trace] = { _ in [] }
  ) {
    self.resized = resized
    self.heapLimit = heapLimit
    self.variants = variants
  }

  /// Changes the size of every request, where sizes are nobody else's business.
  package static let resize: @Sendable (Trace, (Int) -> Int) -> Trace? = { trace, resize in
    trace.mappingOperations { operation in
      operation.asksForSize ? operation.resized(to: max(0, resize(operation.size))) : operation
    }
  }

  // MARK: Parts

  /// Blocks and what happens to them; and then everything but allocations by itself.
  package var granularities: Int { 2 }

  package func parts(of trace: Trace, granularity: Int) -> Parts {
    let blocks = BlockLifetimes(trace)
    var partOfBlock = Array(repeating: Int32(-1), count: blocks.count)
    var parts = Parts(ofOperation: Array(repeating: -1, count: trace.operations.count), count: 0)
    for (index, word) in trace.operations.enumerated() {
      let block = Int(blocks.ofOperation[index])
      if granularity == 0, block >= 0 {
        if partOfBlock[block] < 0 {
          partOfBlock[block] = Int32(parts.count)
          parts.count += 1
        }
        parts.ofOperation[index] = partOfBlock[block]
      } else if granularity == 0 || !AllocationOperation(word: word).allocates {
        parts.ofOperation[index] = Int32(parts.count)
        parts.count += 1
      }
    }
    return parts
  }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    let blocks = BlockLifetimes(trace)
    // A block's later operations need its allocation, and a free that comes again needs the first one.
    var isThere = Array(repeating: false, count: blocks.count)
    var hasEnded = isThere
    var kept: [(word: UInt64, block: Int32)] = []
    for (index, word) in trace.operations.enumerated() where isKept(index) {
      let operation = AllocationOperation(word: word)
      let block = blocks.ofOperation[index]
      if block >= 0 {
        if operation.allocates { isThere[Int(block)] = true }
        guard isThere[Int(block)], operation.hostility != .doubleFree || hasEnded[Int(block)] else { continue }
        if operation.kind == .deallocate { hasEnded[Int(block)] = true }
      } else if operation.namesBlock {
        continue
      }
      kept.append((word, block))
    }
    return BlockLifetimes.trace(trace, kept)
  }

  // MARK: Large cuts

  package func shorten(_ search: ShrinkSearch) {
    guard search.best.operations.count > 16 else { return }
    keepAFew(search)
    lowerHeapLimit(search)
    guard search.best.operations.count > 64 else { return }
    keepAFew(search)
    regularise(search)
  }

  /// Tries larger blocks, and each block freed at once, or all of them together: what is regular is cut short by little.
  private func regularise(_ search: ShrinkSearch) {
    for order in [nil, FreeOrder.atOnce, .oldestFirst, .newestFirst] {
      for factor in [4096, 256, 16, 1] where order != nil || factor != 1 {
        let trace = order.flatMap { ordered(search.best, $0) } ?? search.best
        guard let candidate = resized(trace, { $0.multipliedClamping(by: factor) }) else { continue }
        search.attempt(candidate, mayBeLonger: true)
        if search.best.operations.count <= 64 { return }
      }
    }
    for share in [15, 14, 12, 8] {
      if let candidate = ordered(search.best, .atOnce, first: search.best.operations.count * share / 16),
        search.attempt(candidate)
      {
        break
      }
    }
  }

  /// Tries what is live when it fails, without all frees, and the last few blocks.
  private func keepAFew(_ search: ShrinkSearch) {
    let trace = search.best
    let blocks = BlockLifetimes(trace)
    var lives = Array(repeating: true, count: blocks.count)
    for (index, word) in trace.operations.enumerated().dropLast() {
      if AllocationOperation(word: word).kind == .deallocate, blocks.ofOperation[index] >= 0 {
        lives[Int(blocks.ofOperation[index])] = false
      }
    }
    let last = trace.operations.count - 1
    if search.attempt(
      self.trace(trace) { index in
        index == last || blocks.ofOperation[index] >= 0 && lives[Int(blocks.ofOperation[index])]
      })
    {
      return
    }
    if search.attempt(
      self.trace(trace) { index in
        index == last || AllocationOperation(word: trace.operations[index]).kind != .deallocate
      })
    {
      return
    }
    var few = 2
    while few < blocks.count {
      let first = blocks.count - few
      if search.attempt(self.trace(trace) { $0 == last || blocks.ofOperation[$0] >= first }) { return }
      few *= 4
    }
  }

  // MARK: Simpler

  package func simplify(_ search: ShrinkSearch) {
    lowerHeapLimit(search)
    for variant in variants(search.best) where !search.isOver {
      if variant.operations.count <= search.best.operations.count {
        search.attempt(variant)
      } else if search.best.operations.count > 6 {
        search.explore(variant, isCoarse: search.best.operations.count > 200)
      }
    }
    simplifyKinds(search)
    useOtherSizes(search)
    useOtherOrders(search)
    simplifySizes(search)
    simplifyAlignments(search)
    simplifyOrder(search)
  }

  /// Smaller heaps are filled sooner.
  private func lowerHeapLimit(_ search: ShrinkSearch) {
    guard let limit = search.best.parameter("heap.limit") else { return }
    var last = 0
    for exponent in 12..<40 {
      for byteCount in [1 << exponent, 3 << (exponent - 1)] {
        let smaller = heapLimit(byteCount)
        guard smaller < limit, !search.isOver else { return }
        guard smaller > last else { continue }
        last = smaller
        if search.attempt(search.best.settingParameter("heap.limit", smaller), mayBeLonger: true) { return }
        // In a long trace every try counts: a heap four times as large each time.
        if search.best.operations.count > 2000, exponent % 2 == 1 { break }
      }
    }
  }

  package func complexity(of trace: Trace) -> [Int] {
    var kinds = 0
    var sizes: Set<Int> = []
    var sizeSum = 0
    var alignments = 0
    for word in trace.operations {
      let operation = AllocationOperation(word: word)
      if operation.kind == .allocateZeroed || operation.kind == .reallocate || operation.kind == .hostile { kinds += 1 }
      if operation.asksForSize {
        sizes.insert(operation.size)
        sizeSum += Self.oddity(of: operation.size)
        alignments += operation.alignmentShift
      } else if operation.hostility?.isFault == true {
        sizeSum += min(operation.size, 1 << 32)
      }
    }
    let parameters = trace.parameters.reduce(0) { $0 + ($1.name == "heap.limit" ? 0 : Self.oddity(of: $1.value)) }
    let steps = trace.operations.count > Self.readable ? TraceFold.steps(of: trace) : 0
    return [
      trace.parameters.count, steps, kinds, sizes.count, sizeSum, parameters, alignments,
      trace.parameter("heap.limit") ?? 0, disorder(of: trace),
    ]
  }

  /// Traces of so many operations are read as they stand.
  static let readable = 24

  /// How far a number is from being a small round one; 16 is the simplest.
  static func oddity(of number: Int) -> Int {
    guard number > 0 else { return 7 }
    let bits = Int.bitWidth - number.leadingZeroBitCount
    return 2 * number.nonzeroBitCount + abs(bits - 5)
  }
}

extension Int {
  /// The product, or `Int.max` where there is none.
  func multipliedClamping(by factor: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: factor)
    return overflows ? .max : product
  }
}
