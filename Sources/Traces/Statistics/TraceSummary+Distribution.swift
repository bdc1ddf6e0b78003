import Vocabularies

/// What sizes, lifetimes and frees are distributed like: enough to tell one distribution from another.
extension TraceSummary {
  static func distribution(of distribution: AllocationDistribution) -> [String] {
    guard distribution.requests > 0 else { return [] }
    var rows = [("sizes", quantiles(distribution.sizes))]
    if let exponent = distribution.sizes.tailExponent { rows.append(("size tail", tail(exponent))) }
    let odd = [("zero", distribution.zeroSizes), ("enormous", distribution.enormousSizes)].filter { $0.1 > 0 }
    if !odd.isEmpty {
      rows.append(
        ("odd sizes", odd.map { "\($0.0) \(percent($0.1, of: distribution.requests))" }.joined(separator: ", ")))
    }
    let classified = distribution.classified
    if classified.all > 0 {
      let (near, power) = (classified.nearBoundary, classified.nearPowerOfTwo)
      rows.append(
        (
          "boundaries",
          "\(percent(near, of: classified.all)) near a size class's, \(percent(power, of: classified.all)) near a power of two"
        ))
    }
    rows += alignments(distribution) + frees(distribution) + reallocations(distribution)
    for hostility in Hostility.allCases where distribution.count(of: hostility) > 0 {
      rows.append((name(hostility), grouped(distribution.count(of: hostility))))
    }
    return ["distributions"] + table(rows)
  }

  private static func alignments(_ distribution: AllocationDistribution) -> [(String, String)] {
    let used = distribution.alignments.indices.filter { distribution.alignments[$0] > 0 }
    guard used != [0] else { return [] }
    let shares = used.map { "\(1 << $0): \(percent(distribution.alignments[$0], of: distribution.requests))" }
    return stride(from: 0, to: shares.count, by: 4).map { place in
      (place == 0 ? "alignments" : "", shares[place..<min(place + 4, shares.count)].joined(separator: ", "))
    } + [("above size", percent(distribution.overAligned, of: distribution.requests))]
  }

  private static func frees(_ distribution: AllocationDistribution) -> [(String, String)] {
    guard distribution.frees > 0 else { return [] }
    let lifetimes = distribution.lifetimes
    var rows = [
      ("lifetimes", quantiles(lifetimes)),
      ("variation", "\(decimal(lifetimes.coefficientOfVariation, 2)) (of lifetimes; 1 if exponential)"),
    ]
    if let oldest = distribution.oldestShare, let youngest = distribution.youngestShare {
      rows.append(
        ("freed", "\(decimal(100 * oldest, 1)) % the oldest block, \(decimal(100 * youngest, 1)) % the youngest"))
    }
    let run = Double(distribution.frees) / Double(max(1, distribution.freeRuns))
    var text = "\(decimal(run, 1)) in one go on average"
    if distribution.largestRelease > 0 {
      text += "; once \(decimal(100 * distribution.largestRelease, 1)) % of all live blocks"
    }
    rows.append(("frees", text))
    return rows
  }

  private static func reallocations(_ distribution: AllocationDistribution) -> [(String, String)] {
    let (grown, shrunk, unchanged) = distribution.reallocations
    let all = grown + shrunk + unchanged
    guard all > 0 else { return [] }
    let factor = grown > 0 ? ", typically by \(decimal(distribution.typicalGrowth, 2))" : ""
    return [
      (
        "reallocations",
        "\(percent(all, of: distribution.requests)) of requests; \(percent(grown, of: all)) grow\(factor)"
      )
    ]
  }

  private static func quantiles(_ histogram: LogarithmicHistogram) -> String {
    let ends = [("median", 0.5), ("90 %", 0.9), ("99 %", 0.99)].map { "\($0.0) \(grouped(histogram.quantile($0.1)))" }
    return ends.joined(separator: ", ") + ", mean \(decimal(histogram.mean, 1))"
  }

  private static func tail(_ exponent: Double) -> String {
    let meaning =
      exponent < 1 ? "the mean is that of the largest" : exponent < 2 ? "heavy" : exponent < 4 ? "moderate" : "light"
    return "exponent \(decimal(exponent, 2)) of the largest tenth: \(meaning)"
  }

  private static func percent(_ count: Int, of all: Int) -> String {
    "\(decimal(100 * Double(count) / Double(max(1, all)), 1)) %"
  }

  private static func name(_ hostility: Hostility) -> String {
    switch hostility {
    case .growthFailsOnce: "growth fails once"
    case .growthFails: "growth fails"
    case .growthFailsAtRandom: "growth at random"
    case .growthWorks: "growth works"
    case .doubleFree: "double frees"
    case .interiorFree: "interior frees"
    case .foreignFree: "foreign frees"
    case .misalignedFree: "misaligned frees"
    case .damage: "damage"
    case .checkInvariants: "self checks"
    case .restart: "new allocators"
    case .freeOfNull: "frees of null"
    case .byReallocation: "by realloc of null or to 0"
    }
  }
}
