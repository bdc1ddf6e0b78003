import Judging

/// The places of two hand-ins that have the same tokens: each token in one place at most, the longest runs first.
///
/// Source: Wise 1993, "Running Karp-Rabin matching and greedy string tiling"; here each run begins with a shared fingerprint.
struct SharedPlaces {
  private(set) var places: [SimilarityReport.Place] = []

  /// Tokens of a file in a row.
  private struct Spot: Hashable {
    var file: Int
    var start: Int
  }

  private struct Run: Hashable {
    var first: Spot
    var second: Spot
    var count: Int
  }

  /// Two files, and how much later something lies in the second.
  private struct Diagonal: Hashable {
    var first: Int
    var second: Int
    var shift: Int
  }

  /// Of how many places with a fingerprint runs are begun: what both write a hundred times would make ten thousand.
  private static let mostPlaces = 8

  init(
    _ first: SimilaritySearch.HandIn, _ second: SimilaritySearch.HandIn, sharing hashes: Set<UInt64>,
    _ winnowing: Winnowing
  ) {
    let there = Self.spots(of: second, hashes, winnowing)
    var runs: Set<Run> = []
    // Where the last run on a diagonal ends: what lies before is in it.
    var ends: [Diagonal: Int] = [:]
    for (hash, spot) in Self.sorted(Self.spots(of: first, hashes, winnowing)) {
      for other in there[hash] ?? [] {
        let diagonal = Diagonal(first: spot.file, second: other.file, shift: other.start - spot.start)
        if ends[diagonal] ?? 0 > spot.start { continue }
        let run = Self.widened(spot, first.files[spot.file].tokens, other, second.files[other.file].tokens)
        ends[diagonal] = run.first.start + run.count
        runs.insert(run)
      }
    }
    let sorted = runs.sorted { one, other in
      if one.count != other.count { return one.count > other.count }
      return (one.first.file, one.first.start, one.second.file, one.second.start)
        < (other.first.file, other.first.start, other.second.file, other.second.start)
    }
    var taken = first.files.map { [Bool](repeating: false, count: $0.tokens.count) }
    var takenThere = second.files.map { [Bool](repeating: false, count: $0.tokens.count) }
    for run in sorted {
      func isFree(_ place: Int) -> Bool {
        !taken[run.first.file][run.first.start + place] && !takenThere[run.second.file][run.second.start + place]
      }
      // What longer runs have is cut off at the ends.
      guard let start = (0..<run.count).first(where: isFree), let end = (0..<run.count).last(where: isFree),
        end - start + 1 >= winnowing.gram, (start...end).allSatisfy(isFree)
      else { continue }
      for place in start...end {
        taken[run.first.file][run.first.start + place] = true
        takenThere[run.second.file][run.second.start + place] = true
      }
      func lines(_ item: (path: String, tokens: SourceTokens), _ begin: Int) -> SimilarityReport.Lines {
        SimilarityReport.Lines(
          file: item.path, from: Int(item.tokens.lines[begin + start]), to: Int(item.tokens.lines[begin + end]))
      }
      places.append(
        SimilarityReport.Place(
          first: lines(first.files[run.first.file], run.first.start),
          second: lines(second.files[run.second.file], run.second.start), tokens: end - start + 1))
    }
    places.sort { $0.tokens > $1.tokens }
  }

  /// Where fingerprints are, of each the first few places.
  private static func spots(
    of handIn: SimilaritySearch.HandIn, _ hashes: Set<UInt64>, _ winnowing: Winnowing
  ) -> [UInt64: [Spot]] {
    var spots: [UInt64: [Spot]] = [:]
    for (file, item) in handIn.files.enumerated() {
      for fingerprint in winnowing.fingerprints(of: item.tokens.hashes) where hashes.contains(fingerprint.hash) {
        if spots[fingerprint.hash]?.count ?? 0 < mostPlaces {
          spots[fingerprint.hash, default: []].append(Spot(file: file, start: fingerprint.place))
        }
      }
    }
    return spots
  }

  private static func sorted(_ spots: [UInt64: [Spot]]) -> [(hash: UInt64, spot: Spot)] {
    spots.flatMap { item in item.value.map { (hash: item.key, spot: $0) } }
      .sorted { ($0.spot.file, $0.spot.start) < ($1.spot.file, $1.spot.start) }
  }

  /// As far as the tokens before and behind two places are the same.
  private static func widened(_ first: Spot, _ tokens: SourceTokens, _ second: Spot, _ others: SourceTokens) -> Run {
    var (start, end) = (0, 0)
    while first.start + start > 0, second.start + start > 0,
      tokens.hashes[first.start + start - 1] == others.hashes[second.start + start - 1]
    { start -= 1 }
    while first.start + end < tokens.count, second.start + end < others.count,
      tokens.hashes[first.start + end] == others.hashes[second.start + end]
    { end += 1 }
    return Run(
      first: Spot(file: first.file, start: first.start + start),
      second: Spot(file: second.file, start: second.start + start), count: end - start)
  }
}
