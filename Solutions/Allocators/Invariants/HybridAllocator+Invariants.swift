import AllocLab

extension HybridAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    guard spans.top != 0 else { return [] }
    var violations: [String] = []
    guard spans.top >= spans.firstPage, spans.top << 12 <= heap.end.offset else {
      return [
        "the top begins at page \(spans.top), the first page is \(spans.firstPage), and the heap ends at \(heap.end.offset)"
      ]
    }
    // Nothing that a word says is used as a place before it is known to be one.
    guard let found = checkSpans(&violations) else { return violations }
    checkBins(found.filter(\.value.isFree), &violations)
    let runs = checkMap(found.filter { !$0.value.isFree }, &violations)
    checkLists(runs, &violations)
    checkMagazines(runs, &violations)
    return violations
  }

  private struct Span {
    var count: Int
    var isFree: Bool
  }

  /// A run: its class, and its pages.
  private struct Run {
    var number: Int
    var count: Int
  }

  /// Invariants 1 and 2; all spans by their first pages, or nil where they cannot be told apart.
  private func checkSpans(_ violations: inout [String]) -> [Int: Span]? {
    var found: [Int: Span] = [:]
    var (page, followsFree) = (spans.firstPage, false)
    while page < spans.top {
      let (count, isFree) = (spans.count(page), spans.isFree(page))
      guard count > 0, count <= spans.top - page else {
        violations.append("the span at page \(page) has \(count) pages, and the top begins at \(spans.top)")
        return nil
      }
      let last = page + count - 1
      if spans.count(last) != count || spans.isFree(last) != isFree {
        violations.append("the span at page \(page) says something else at its last page, \(last)")
      }
      if isFree, followsFree { violations.append("the span at page \(page) is free, and so is the one before it") }
      found[page] = Span(count: count, isFree: isFree)
      followsFree = isFree
      page += count
    }
    if followsFree { violations.append("the span before the top is free") }
    return found
  }

  /// Invariant 3.
  private func checkBins(_ free: [Int: Span], _ violations: inout [String]) {
    var listed: Set<Int> = []
    for bin in 0..<128 {
      var (page, previous) = (spans.half(bin * 4), 0)
      let bit = (bin < 64 ? spans.exact >> UInt64(bin) : spans.wide >> UInt64(bin - 64)) & 1
      if (page != 0) != (bit == 1) { violations.append("bin \(bin) begins with page \(page), and its bit is \(bit)") }
      while page != 0 {
        guard let span = free[page] else {
          violations.append("bin \(bin) leads from \(previous) to page \(page), where no free span begins")
          return
        }
        guard listed.insert(page).inserted else {
          violations.append("bin \(bin) leads from \(previous) to page \(page) a second time")
          return
        }
        if Spans.bin(span.count) != bin { violations.append("the \(span.count) pages at \(page) are in bin \(bin)") }
        if spans.half(spans.record(page) + 4) != previous {
          violations.append("page \(page) does not say that it follows \(previous)")
        }
        (previous, page) = (page, spans.half(spans.record(page)))
      }
    }
    if listed.count != free.count { violations.append("\(free.count) spans are free, and \(listed.count) listed") }
  }

  private func map(_ page: Int) -> (number: Int, place: Int) {
    let entry = Int(heap.load(UInt16.self, at: Address(Spans.map + page * 2)))
    return (entry & 255, entry >> 8)
  }

  /// Invariant 4; the runs by their first pages.
  private func checkMap(_ live: [Int: Span], _ violations: inout [String]) -> [Int: Run] {
    var runs: [Int: Run] = [:]
    for (page, span) in live {
      let number = map(page).number
      guard number < Self.firstSpanClass else {
        // What is in a magazine or was shrunk has the class of its length.
        if number != Self.spanClass(span.count) {
          violations.append("\(span.count) pages at \(page) have class \(number)")
        }
        runs[page] = Run(number: number, count: span.count)
        continue
      }
      guard number < 56, classes[number].size > 0, (0..<span.count).allSatisfy({ map(page + $0) == (number, $0) })
      else {
        violations.append("the map does not have one class for the \(span.count) pages at \(page)")
        continue
      }
      runs[page] = Run(number: number, count: span.count)
    }
    return runs
  }

  private func bits(_ run: Int) -> [UInt64] {
    (0..<4).map { heap.load(UInt64.self, at: spans.bitsPlace(run, $0 * 64)) }
  }

  /// Invariant 5.
  private func checkLists(_ runs: [Int: Run], _ violations: inout [String]) {
    for (page, run) in runs where run.number < Self.firstSpanClass {
      let (free, all, size) = (spans.free(page), spans.all(page), classes[run.number].size)
      if free != bits(page).reduce(0, { $0 + $1.nonzeroBitCount }) || free >= all {
        violations.append("the run at page \(page) has \(free) free blocks of \(all), and other bits")
      }
      if all < 1 || all * size > run.count << 12 { violations.append("the run at page \(page) has \(all) blocks") }
    }
    var listed: Set<Int> = []
    for number in 0..<56 {
      var (page, previous) = (classes[number].runs, 0)
      while page != 0 {
        guard runs[page]?.number == number, listed.insert(page).inserted else {
          violations.append("the list of class \(number) leads to page \(page)")
          return
        }
        if spans.half(spans.record(page) + 4) != previous {
          violations.append("run \(page) does not say that it follows \(previous)")
        }
        (previous, page) = (page, spans.half(spans.record(page)))
      }
    }
    for (page, run) in runs where run.number < Self.firstSpanClass && (spans.free(page) > 0) != listed.contains(page) {
      violations.append("the run at page \(page) has \(spans.free(page)) free blocks, and its list says otherwise")
    }
  }

  /// Invariant 6.
  private func checkMagazines(_ runs: [Int: Run], _ violations: inout [String]) {
    var seen: Set<Int> = []
    for number in 0..<70 {
      let (bottom, top, end) = (classes[number].bottom, classes[number].top, classes[number].end)
      guard bottom <= top, top <= end, end <= Spans.map else {
        violations.append("the magazine of class \(number) has its top at \(top)")
        continue
      }
      for place in stride(from: bottom, to: top, by: 8) {
        let block = heap.load(Int.self, at: Address(place))
        let page = block >> 12
        let run = page - (number < Self.firstSpanClass && page < spans.top ? map(page).place : 0)
        guard page >= spans.firstPage, page < spans.top, runs[run]?.number == number, seen.insert(block).inserted else {
          violations.append("the magazine of class \(number) has \(block), which is no block of it, or there twice")
          continue
        }
        let distance = block - (run << 12)
        let index = distance / classes[number].size
        let isFree = number < Self.firstSpanClass && bits(run)[min(index >> 6, 3)] >> UInt64(index & 63) & 1 == 1
        if distance % classes[number].size != 0 || isFree {
          violations.append("the magazine of class \(number) has \(block), which is free in its run, or no block")
        }
      }
    }
  }
}
