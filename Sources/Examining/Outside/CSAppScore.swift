/// How a lab's driver makes a score of its traces' mean utilisation and their throughput.
package enum CSAppScore: Sendable, Equatable, Codable {
  /// The performance index: so much for utilisation, and the rest for throughput, up to so many thousand operations a second.
  case index(utilisation: Double, throughput: Double)
  /// Each from nothing at the first of two limits to everything at the second. Without limits throughput is measured against that lab's own
  /// reference, which is not here.
  case ranges(utilisationShare: Double, utilisation: [Double], throughput: [Double]?)

  /// Points of 100.
  ///
  /// - Parameters:
  ///   - utilisation: the mean of the traces', from 0 to 1.
  ///   - throughput: in thousand operations a second.
  /// - Returns: the points, and the most that there can be of what can be told here.
  package func points(utilisation: Double, throughput: Double) -> (points: Double, of: Double) {
    func share(_ value: Double, _ limits: [Double]) -> Double {
      guard limits.count == 2, limits[0] < limits[1] else { return 0 }
      return max(0, min(1, (value - limits[0]) / (limits[1] - limits[0])))
    }
    switch self {
    case .index(let weight, let most):
      return (100 * (weight * utilisation + (1 - weight) * min(1, throughput / most)), 100)
    case .ranges(let weight, let limits, let speeds):
      let first = 100 * weight * share(utilisation, limits)
      guard let speeds else { return (first, 100 * weight) }
      return (first + 100 * (1 - weight) * share(throughput, speeds), 100)
    }
  }
}
