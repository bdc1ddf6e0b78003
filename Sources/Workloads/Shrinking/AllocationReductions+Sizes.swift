import Traces
import Vocabularies

extension AllocationReductions {
  /// Tries all blocks of one size, or each larger by a factor: whatever has to be filled is filled sooner by large blocks.
  func useOtherSizes(_ search: ShrinkSearch) {
    let count = search.best.operations.count
    guard count > 3, search.affords(60) else { return }
    let isThorough = count <= 200 && search.affords(60 * count / 2)
    let isShort = count <= 200
    let limit = search.best.parameter("heap.limit") ?? 1 << 26
    // What the heap was before it was made smaller.
    let original = search.original.parameter("heap.limit") ?? limit
    func attempt(_ candidate: Trace?, _ size: Int) {
      guard var candidate, !search.isOver else { return }
      if size > limit / 8, original > limit { candidate = candidate.settingParameter("heap.limit", original) }
      if isThorough || !isShort {
        search.explore(candidate, isCoarse: !isShort)
      } else {
        search.attempt(candidate, mayBeLonger: true)
      }
    }
    for size in Self.ladder(upTo: original) where isShort || size & (size - 1) == 0 {
      attempt(resized(search.best) { _ in size }, size)
    }
    for factor in [4, 16, 64, 256, 1024] {
      attempt(resized(search.best) { min($0.multipliedClamping(by: factor), limit) }, limit)
    }
    guard Self.hasFreeSizes(search.best), isThorough, count <= 40 else { return }
    // One block may be all that is needed to fill what is left.
    for size in [limit / 8, limit / 4, limit / 2, limit, 1 << 40] {
      var index = 0
      while index < search.best.operations.count, !search.isOver {
        let operation = AllocationOperation(word: search.best.operations[index])
        if operation.asksForSize, operation.size < size {
          var candidate = search.best
          candidate.operations[index] = operation.resized(to: Self.largestPower(size)).word
          attempt(candidate, 0)
        }
        index += 1
      }
    }
  }

  /// Small round sizes where these do, the same one for as many blocks as it can be.
  func simplifySizes(_ search: ShrinkSearch) {
    let sizes = Self.sizes(of: search.best)
    for size in [16, 8, 32, 64, 256] + sizes where search.affords(20) {
      if let alike = resized(search.best, { _ in size }) { search.attempt(alike) }
    }
    if Self.hasFreeSizes(search.best), search.best.operations.count <= 64 { shareSizes(search) }
    for size in Self.sizes(of: search.best).reversed() {
      for simpler in Self.simplerSizes(than: size) where !search.isOver {
        if let candidate = resized(search.best, { $0 == size ? simpler : $0 }), search.attempt(candidate) { break }
      }
    }
  }

  /// Gives single blocks the size of another.
  private func shareSizes(_ search: ShrinkSearch) {
    for index in search.best.operations.indices {
      for size in [16] + Self.sizes(of: search.best) where index < search.best.operations.count {
        let operation = AllocationOperation(word: search.best.operations[index])
        guard operation.asksForSize, operation.size != size, !search.isOver else { continue }
        var candidate = search.best
        candidate.operations[index] = operation.resized(to: size).word
        search.attempt(candidate)
      }
    }
  }

  /// Whether a request may ask for any size: no parameter says which there are.
  static func hasFreeSizes(_ trace: Trace) -> Bool { !trace.parameters.contains { $0.name.hasSuffix(".size") } }

  /// All sizes that are asked for, the most frequent first.
  static func sizes(of trace: Trace) -> [Int] {
    var counts: [Int: Int] = [:]
    for word in trace.operations {
      let operation = AllocationOperation(word: word)
      if operation.asksForSize { counts[operation.size, default: 0] += 1 }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(24).map(\.key)
  }

  /// Four sizes from each power of two to the next.
  static func ladder(upTo limit: Int) -> [Int] {
    var sizes: [Int] = []
    var power = 16
    while power <= limit {
      sizes += [power, power / 4 * 5, power / 2 * 3, power / 4 * 7]
      power *= 2
    }
    // The middle of the range is where sizes are large enough to matter and small enough to be served.
    return sizes
  }

  /// Sizes that are simpler, the simplest first.
  static func simplerSizes(than size: Int) -> [Int] {
    var sizes: Set<Int> = []
    for exponent in 0..<62 where 1 << exponent <= size.multipliedClamping(by: 2) {
      sizes.insert(1 << exponent)
      if exponent > 0, 3 << (exponent - 1) < size.multipliedClamping(by: 2) { sizes.insert(3 << (exponent - 1)) }
      let unit = 1 << exponent
      let down = size & ~(unit - 1)
      sizes.insert(down)
      if let up = down.addingReportingOverflow(unit).overflow ? nil : down + unit { sizes.insert(up) }
    }
    let bound = oddity(of: size)
    return sizes.filter { $0 > 0 && oddity(of: $0) < bound }.sorted { (oddity(of: $0), $0) < (oddity(of: $1), $1) }
  }

  private static func largestPower(_ size: Int) -> Int {
    size < 1 ? 1 : 1 << (Int.bitWidth - 1 - size.leadingZeroBitCount)
  }
}
