package import Traces

/// A trace on its way to a shorter one: what is the best so far, and what may still be tried.
package final class ShrinkSearch {
  /// What all began with.
  package let original: Trace
  /// The best so far. It fails.
  package private(set) var best: Trace
  /// Whether there is no time left, or no tries.
  package private(set) var isOver = false
  /// How many traces were tried.
  package private(set) var tries = 0

  private let settings: Shrinker
  /// The inner nil says that the trace does not fail, the outer one that nothing more can be tried.
  private let test: (Trace) -> TraceFailure??
  /// What has been tried in vain, as far as it is short.
  private var known: Set<Trace> = []
  /// What has been explored, by its hash.
  private var explored: Set<Int> = []
  /// Operations tried since something was found, and in all.
  private var vain = 0
  private var work = 0

  private var reductions: any Reductions { settings.reductions }

  init(_ trace: Trace, _ settings: Shrinker, test: @escaping (Trace) -> TraceFailure??) {
    original = trace
    best = trace
    self.settings = settings
    self.test = test
  }

  /// Shrinks; nil where the trace does not fail.
  func run() -> ShrunkTrace? {
    guard let failure = fails(best) else { return nil }
    if let cut = cut(best, failure) { best = cut }
    reductions.shorten(self)
    var before: Trace?
    while before != best, !isOver {
      before = best
      for granularity in 0..<reductions.granularities { removeParts(granularity) }
      reductions.simplify(self)
    }
    return ShrunkTrace(trace: best, tries: tries, isComplete: !isOver)
  }

  /// What may be tried in vain with parts of one size.
  private var patience: Int {
    let count = best.operations.count
    return count > 1000 ? max(settings.patience / 16, 8 * (count + settings.overhead)) : settings.patience
  }

  /// Whether so much can be afforded, in operations, as long as nothing is found.
  package func affords(_ traces: Int) -> Bool {
    !isOver && traces * (best.operations.count + settings.overhead) <= settings.patience
  }

  /// Tries a trace, without what follows its failure; it becomes the best if it fails and is shorter, or as short and simpler.
  ///
  /// - Parameter mayBeLonger: whether it may be tried although it is neither, since it may fail sooner.
  @discardableResult
  package func attempt(_ candidate: Trace, mayBeLonger: Bool = false) -> Bool {
    guard mayBeLonger || isSimpler(candidate, than: best), candidate != best, let failure = fails(candidate) else {
      return false
    }
    let cut = cut(candidate, failure) ?? candidate
    guard isSimpler(cut, than: best) else { return false }
    best = cut
    vain = 0
    return true
  }

  /// Tries a trace that may be no better by itself, but let more be left out.
  ///
  /// - Parameter isCoarse: leave out large parts only, to see whether it is worth more.
  @discardableResult
  package func explore(_ candidate: Trace, isCoarse: Bool = false) -> Bool {
    guard candidate != best, !explored.contains(candidate.hashValue), let failure = fails(candidate) else {
      return false
    }
    explored.insert(candidate.hashValue)
    let before = best
    best = cut(candidate, failure) ?? candidate
    for granularity in 0..<reductions.granularities {
      removeParts(granularity, smallest: isCoarse ? max(1, best.operations.count / 16) : 1)
    }
    if best.operations.count < before.operations.count {
      vain = 0
      return true
    }
    best = before
    return false
  }

  /// Tries simpler operations in place of each of a short trace's, until one of them will do.
  ///
  /// - Parameter simpler: the operations with something simpler for the one at a place, the simplest first.
  package func simplifyEach(_ simpler: (_ operations: [UInt64], _ place: Int) -> [[UInt64]]) {
    var place = 0
    while place < best.operations.count, best.operations.count <= 64, !isOver {
      for operations in simpler(best.operations, place) {
        var candidate = best
        candidate.operations = operations
        if attempt(candidate) { break }
      }
      place += 1
    }
  }

  /// Leaves out parts, about half of them at a time, then a quarter, and so on to single ones.
  package func removeParts(_ granularity: Int, smallest: Int = 1) {
    var parts = reductions.parts(of: best, granularity: granularity)
    // Powers of two, as are the numbers that matter to many subjects.
    var chunk = Self.power(atMost: max(1, parts.count / 2))
    while parts.count > 0, !isOver {
      var hasRemoved = false
      var end = parts.count
      vain = 0
      // From the end: what is long gone when it fails seldom matters, but what comes last was cut already.
      while end > 0, !isOver {
        let start = max(0, end - chunk)
        let kept = parts
        let candidate = reductions.trace(best) { operation in
          let part = Int(kept.ofOperation[operation])
          return part < start || part >= end
        }
        end = start
        if attempt(candidate) {
          hasRemoved = true
          parts = reductions.parts(of: best, granularity: granularity)
          end = min(end, parts.count)
        } else if vain > patience {
          // Where so many parts of a size are needed the others most likely are too, but smaller ones may not be.
          break
        }
      }
      if chunk <= smallest, !hasRemoved || smallest > 1 { return }
      chunk = Self.power(atMost: max(1, min(chunk - 1, parts.count / 2)))
    }
  }

  /// Leaves out elements of what a trace stands for, so many at a time, then half as many, and so on to single ones, until none can be.
  ///
  /// - Parameters:
  ///   - largest: how many at a time at first.
  ///   - count: how many there are in the best so far.
  ///   - attempt: tries without those of a range; whether that is the best now.
  package func removeElements(_ largest: Int, of count: () -> Int, _ attempt: (Range<Int>) -> Bool) {
    var chunk = max(1, largest)
    while !isOver {
      var hasRemoved = false
      var end = count()
      while end > 0, !isOver {
        let start = max(0, end - chunk)
        if attempt(start..<end) { hasRemoved = true }
        end = min(start, count())
      }
      if chunk == 1, !hasRemoved { return }
      chunk = max(1, chunk / 2)
    }
  }

  private static func power(atMost number: Int) -> Int { 1 << (Int.bitWidth - 1 - number.leadingZeroBitCount) }

  private func isSimpler(_ one: Trace, than other: Trace) -> Bool {
    if one.operations.count != other.operations.count { return one.operations.count < other.operations.count }
    return reductions.complexity(of: one).lexicographicallyPrecedes(reductions.complexity(of: other))
  }

  /// The trace up to its failure, if that is shorter and fails as well.
  private func cut(_ trace: Trace, _ failure: TraceFailure) -> Trace? {
    var trace = trace
    var failure = failure
    var shorter: Trace?
    while let last = failure.operation, last < trace.operations.count - 1 {
      trace = reductions.trace(trace) { $0 <= last }
      guard let next = fails(trace) else { break }
      shorter = trace
      failure = next
    }
    return shorter
  }

  private func fails(_ trace: Trace) -> TraceFailure? {
    guard !isOver else { return nil }
    let isShort = trace.wordCount <= 256
    if isShort, known.contains(trace) { return nil }
    if tries >= settings.tryLimit || work >= settings.workLimit || settings.isOver() {
      isOver = true
      return nil
    }
    tries += 1
    let cost = trace.wordCount + settings.overhead
    vain += cost
    work += cost
    guard let answer = test(trace) else {
      isOver = true
      return nil
    }
    if answer != nil { work += settings.failureOverhead }
    if answer == nil, isShort { known.insert(trace) }
    return answer
  }
}
