import AllocLab

extension PatternFinder: InvariantChecking {
  /// All sums are those of the live blocks, and of what has begun nothing is counted twice.
  public func invariantViolations() -> [String] {
    var wrong = blockIndex.problems.map { "blocks: \($0)" } + siteIndex.problems.map { "sites: \($0)" }
    if sites.count != siteIndex.count { wrong.append("\(sites.count) sites are known, and \(siteIndex.count) found") }
    var (bytes, live) = (Array(repeating: 0, count: sites.count), Array(repeating: 0, count: sites.count))
    for address in Set(blockIndex.liveWords) {
      guard let slot = blockIndex.slot(of: address) else {
        wrong.append("the block at \(address) is not found")
        continue
      }
      bytes[blocks[slot].site] += blocks[slot].size
      live[blocks[slot].site] += 1
      if blocks[slot].birth > time { wrong.append("the block at \(address) was born later than now") }
    }
    for (site, its) in sites.enumerated() {
      if its.bytes != bytes[site] {
        wrong.append("site \(its.word) has \(its.bytes) bytes, and its blocks \(bytes[site])")
      }
      if its.peak < its.bytes { wrong.append("site \(its.word) has more than its peak") }
      if its.endedCount + live[site] > its.begunCount { wrong.append("of site \(its.word) more blocks are than began") }
      if its.lifetimes.weight != its.endedCount { wrong.append("the sketch of site \(its.word) has another weight") }
      if max(its.shortCount, its.handedCount) > its.endedCount {
        wrong.append("site \(its.word) counts what is no end")
      }
      if max(its.geometricCount, its.arithmeticCount) > its.triedCount {
        wrong.append("of site \(its.word) more arrays have grown than were tried")
      }
      if its.interval > currentInterval + 1 { wrong.append("site \(its.word) is in an interval that is to come") }
    }
    return wrong
  }
}

extension LifetimeSketch {
  /// For how many numbers those that are kept stand.
  var weight: Int { levels.enumerated().reduce(0) { $0 + $1.element.count << $1.offset } }
}

extension ChainedIndex {
  var liveWords: [UInt64] { words.filter { slot(of: $0) != nil } }

  /// Each live word is found, and there are as many as are counted.
  var problems: [String] {
    let distinct = Set(liveWords)
    return distinct.count == count ? [] : ["\(distinct.count) words are found, and \(count) counted"]
  }
}
