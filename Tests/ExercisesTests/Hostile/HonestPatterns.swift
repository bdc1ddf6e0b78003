import Vocabularies

/// A detector of patterns that never does wrong: it keeps all that ever happened, and applies the protocol's sentences to it.
struct HonestPatterns {
  private struct Block {
    let site: UInt64
    let thread: UInt64
    let birth: Int
    /// All that it ever had.
    var sizes: [UInt64]
  }

  private struct Site {
    /// Bytes after each event that was about it.
    var bytes: [(time: Int, bytes: UInt64)] = [(0, 0)]
    var births: [Int] = []
    var ends: [(time: Int, lifetime: Int, isByOther: Bool)] = []
    /// Of blocks that are gone.
    var sizes: [[UInt64]] = []
  }

  private let table: [[UInt64]]
  private let width: Int
  private var now = 0
  private var blocks: [UInt64: Block] = [:]
  private var sites: [UInt64: Site] = [:]

  init?(_ tables: [NamedTable], interval: Int) {
    guard let words = tables.words(EventTable.name) else { return nil }
    table = stride(from: 0, to: words.count, by: 6).map { Array(words[$0..<$0 + 6]) }
    width = interval
  }

  // MARK: - Events

  private mutating func record(_ event: [UInt64]) {
    now += 1
    let (kind, thread, address) = (event[1] & 0xff, event[1] >> 8 & 0xffff, event[2])
    var about: Set<UInt64> = []
    if kind == 2 {
      guard let block = blocks.removeValue(forKey: address) else { return }
      sites[block.site]?.ends.append((now, now - block.birth, thread != block.thread))
      sites[block.site]?.sizes.append(block.sizes)
      about = [block.site]
    } else {
      var block = kind == 3 ? blocks.removeValue(forKey: event[3]) : nil
      block?.sizes.append(event[4])
      if block == nil {
        sites[event[5], default: Site()].births.append(now)
        block = Block(site: event[5], thread: thread, birth: now, sizes: [event[4]])
      }
      if let lost = blocks[address] {
        sites[lost.site]?.sizes.append(lost.sizes)
        about = [lost.site]
      }
      blocks[address] = block
      if let block { about.insert(block.site) }
    }
    for site in about {
      let bytes = blocks.values.reduce(0) { $1.site == site ? $0 + ($1.sizes.last ?? 0) : $0 }
      sites[site]?.bytes.append((now, bytes))
    }
  }

  // MARK: - Intervals

  private func bytes(_ site: Site, at time: Int) -> UInt64 { site.bytes.last { $0.time <= time }?.bytes ?? 0 }

  private func isLevel(_ site: Site, _ interval: Int) -> Bool {
    let (begin, end) = (width * (interval - 1), width * interval)
    let peak = site.bytes.filter { $0.time <= end }.map(\.bytes).max() ?? 0
    let all = [bytes(site, at: begin)] + site.bytes.filter { $0.time > begin && $0.time <= end }.map(\.bytes)
    return peak > 0 && all.allSatisfy { 8 * $0 >= 7 * peak }
  }

  /// How many intervals up to the last full one are so, without a gap.
  private func series(_ isSo: (Int) -> Bool) -> Int {
    var interval = now / width
    while interval > 0, isSo(interval) { interval -= 1 }
    return now / width - interval
  }

  private func strength(_ pattern: String, of name: UInt64) -> Int? {
    guard let site = sites[name] else { return nil }
    func growth(_ interval: Int) -> Int {
      Int(bytes(site, at: width * interval)) - Int(bytes(site, at: width * (interval - 1)))
    }
    let arrays = (site.sizes + blocks.values.filter { $0.site == name }.map(\.sizes)).filter { sizes in
      zip(sizes, sizes.dropFirst()).count { $1 > $0 } >= 4
    }
    func grown(_ isGeometric: Bool) -> Int? {
      let count = arrays.count { hasGrown($0, isGeometric) }
      return arrays.count >= 4 && 4 * count >= 3 * arrays.count ? count : nil
    }
    switch pattern {
    case "leak":
      let climb = series { growth($0) > 0 }
      guard climb >= 8 else { return nil }
      let times = width * (now / width - climb) + 1...width * (now / width)
      let (began, ended) = (site.births.count { times ~= $0 }, site.ends.count { times ~= $0.time })
      return began >= 8 && 4 * ended <= began ? climb : nil
    case "ramp":
      let climb = series { growth($0) > 0 }
      let all = (now / width - climb..<now / width).map { growth($0 + 1) }
      return climb >= 8 && all.allSatisfy { one in all.allSatisfy { one <= 2 * $0 } } ? climb : nil
    case "plateau":
      let level = series { isLevel(site, $0) }
      return level >= 8 ? level : nil
    case "temporary":
      let short = site.ends.count { $0.lifetime <= 32 }
      return site.births.count >= 50 && 10 * short >= 9 * site.births.count ? short : nil
    case "geometricGrowth": return grown(true)
    case "arithmeticGrowth": return grown(false)
    default:
      let others = site.ends.count { $0.isByOther }
      return site.ends.count >= 64 && 4 * others >= 3 * site.ends.count ? others : nil
    }
  }

  private func hasGrown(_ sizes: [UInt64], _ isGeometric: Bool) -> Bool {
    var series: [(UInt64, UInt64)] = []
    for (from, to) in zip(sizes, sizes.dropFirst()) {
      guard to > from else {
        series = []
        continue
      }
      if let (a, b) = series.first {
        let (one, other) =
          isGeometric ? (UInt128(b) * UInt128(from), UInt128(a) * UInt128(to)) : (UInt128(b - a), UInt128(to - from))
        if !(7 * one...9 * one ~= 8 * other) { series = [] }
      }
      if !series.isEmpty || !isGeometric || from > 0 && 2 * to >= 3 * from { series.append((from, to)) }
      if series.count == 4 { return true }
    }
    return false
  }

  // MARK: - Answers

  /// The outcome of an operation, and the list that it is answered with.
  mutating func perform(_ word: UInt64) -> (outcome: UInt64, answer: [UInt64]) {
    switch PatternVocabulary.question(word) {
    case .feed(let first, let count):
      for event in table[first..<first + count] { record(event) }
      return (UInt64(count), [])
    case .showing(let pattern):
      let answer = sites.keys.sorted().flatMap { site in
        strength(PatternVocabulary.patterns[pattern], of: site).map { [site, UInt64($0)] } ?? []
      }
      return (UInt64(answer.count), answer)
    case .lifetime(let permille, let site):
      let sorted = (sites[site]?.ends.map(\.lifetime) ?? []).sorted()
      guard !sorted.isEmpty else { return (.max, []) }
      // The least rank whose share is no less.
      let rank = (1...sorted.count).first { 1000 * $0 >= permille * sorted.count } ?? sorted.count
      return (UInt64(sorted[rank - 1]), [])
    case nil: return (0, [])
    }
  }
}
