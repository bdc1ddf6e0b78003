package import Judging

/// Finds the hand-ins of a class that share more than what everybody was given explains.
///
/// Of each hand-in the fingerprints that `Winnowing` chooses count, each once: without those of any text that everybody was given,
/// and without those that more than `commonFrom` hand-ins have. How alike two are is the largest share that one has in common with the
/// other, of all its fingerprints or of one file's, so that one copied exercise of several is seen, wherever it was put.
package struct SimilaritySearch: Sendable {
  /// A hand-in, as far as it could be read.
  package struct HandIn: Sendable {
    package let name: String
    package let files: [(path: String, tokens: SourceTokens)]

    package init(name: String, files: [(path: String, tokens: SourceTokens)]) {
      (self.name, self.files) = (name, files)
    }
  }

  /// Where two share fewer fingerprints, some dozen lines, they are no pair.
  package static let fewest = 10
  /// What has fewer is not looked at by itself: a file, or what of a hand-in's is not common.
  static let fewestOwn = 15
  /// The most hand-ins that are compared; the table of pairs grows with the square.
  package static let handInLimit = 2000

  let winnowing: Winnowing
  private let handIns: [HandIn]
  /// For each hand-in, the fingerprints of each file that count.
  private var own: [[Set<UInt64>]] = []
  private let commonFrom: Int
  private var commonFingerprints = 0
  private var common: [SimilarityReport.CommonHandIn] = []
  private var nothingOwn: [String] = []
  /// Which hand-ins have a fingerprint that counts, in order.
  private var owners: [UInt64: [Int32]] = [:]

  /// How many hand-ins may have a fingerprint: ten, or in a large class each tenth.
  package static func commonFrom(handIns: Int) -> Int { max(10, handIns / 10) }

  /// - Parameters:
  ///   - given: what everybody was given.
  ///   - commonFrom: nil for what the size of the class says.
  /// - Complexity: O(tokens).
  package init(
    _ handIns: [HandIn], given: [SourceTokens], commonFrom: Int? = nil, winnowing: Winnowing = .standard
  ) {
    self.winnowing = winnowing
    self.handIns = handIns
    let commonFrom = commonFrom ?? Self.commonFrom(handIns: handIns.count)
    self.commonFrom = commonFrom
    // All grams, since in other surroundings others are chosen.
    let known = given.reduce(into: Set<UInt64>()) { $0.formUnion(winnowing.hashes(of: $1.hashes)) }
    for (number, handIn) in handIns.enumerated() {
      let files = handIn.files.map { file in
        Set(winnowing.fingerprints(of: file.tokens.hashes).lazy.map(\.hash)).subtracting(known)
      }
      own.append(files)
      for hash in Set(files.joined()) { owners[hash, default: []].append(Int32(number)) }
    }
    let many = Set(owners.filter { $0.value.count > commonFrom }.keys)
    commonFingerprints = many.count
    for (number, handIn) in handIns.enumerated() {
      let all = Set(own[number].joined())
      let rest = all.subtracting(many)
      if all.isEmpty { nothingOwn.append(handIn.name) }
      if (all.count - rest.count) * 2 > all.count {
        common.append(.init(name: handIn.name, share: Self.percent(all.count - rest.count, all.count)))
      }
      for place in own[number].indices { own[number][place].subtract(many) }
    }
    for hash in many { owners[hash] = nil }
  }

  private static func percent(_ part: Int, _ whole: Int) -> Double {
    (Double(part) / Double(whole) * 1000).rounded() / 10
  }

  /// A share of one hand-in that is in another one as well.
  private struct Share {
    var of: Int
    var with: Int
    /// Nil for the whole.
    var file: Int?
    var shared: Int
    var count: Int

    /// Larger shares first, then more; then in the order of the class, so that the list is the same each time.
    func precedes(_ other: Share) -> Bool {
      let (mine, others) = (shared * other.count, other.shared * count)
      if mine != others { return mine > others }
      if shared != other.shared { return shared > other.shared }
      return (min(of, with), max(of, with), of, file ?? -1)
        < (min(other.of, other.with), max(other.of, other.with), other.of, other.file ?? -1)
    }
  }

  /// The pairs that share `least` percent or more, the largest shares first, and of these the first `most` with their places.
  ///
  /// - Complexity: O(fingerprints × `commonFrom` + hand-ins × files), and for each pair that is told O(tokens) on average.
  package func report(least: Double, most: Int, places: Int) -> SimilarityReport {
    var best: [Int: Share] = [:]
    var counts = [Int32](repeating: 0, count: handIns.count)
    for (number, files) in own.enumerated() {
      var parts: [(file: Int?, own: Set<UInt64>)] = [(nil, Set(files.joined()))]
      if files.count > 1 { parts += files.enumerated().map { ($0.offset, $0.element) } }
      for (file, hashes) in parts where hashes.count >= Self.fewestOwn {
        for hash in hashes { for other in owners[hash] ?? [] { counts[Int(other)] += 1 } }
        for other in counts.indices {
          defer { counts[other] = 0 }
          let share = Share(of: number, with: other, file: file, shared: Int(counts[other]), count: hashes.count)
          guard other != number, share.shared >= Self.fewest,
            Double(share.shared) * 100 >= least * Double(share.count)
          else { continue }
          let key = min(number, other) * handIns.count + max(number, other)
          if best[key].map({ share.precedes($0) }) ?? true { best[key] = share }
        }
      }
    }
    let sorted = best.values.sorted { $0.precedes($1) }
    return SimilarityReport(
      gram: winnowing.gram, guarantee: winnowing.guarantee, handIns: handIns.count,
      files: handIns.reduce(0) { $0 + $1.files.count },
      tokens: handIns.reduce(0) { $0 + $1.files.reduce(0) { $0 + $1.tokens.count } }, commonFrom: commonFrom,
      commonFingerprints: commonFingerprints, least: least, pairCount: sorted.count,
      pairs: sorted.prefix(most).map { pair($0, places: places) }, common: common, nothingOwn: nothingOwn, unread: [])
  }

  private func pair(_ share: Share, places: Int) -> SimilarityReport.Pair {
    let (first, second) = (min(share.of, share.with), max(share.of, share.with))
    let hashes = Set(own[first].joined()).intersection(own[second].joined())
    let found = SharedPlaces(handIns[first], handIns[second], sharing: hashes, winnowing)
    return SimilarityReport.Pair(
      first: handIns[first].name, second: handIns[second].name, share: Self.percent(share.shared, share.count),
      of: handIns[share.of].name, file: share.file.map { handIns[share.of].files[$0].path }, shared: share.shared,
      fingerprints: share.count, places: Array(found.places.prefix(places)))
  }
}
