/// Every chaos generator there is.
package enum ChaosCatalogue {
  /// Family by family.
  package static let all: [ChaosGenerator] =
    sizes + reallocations + lifetimes + order + phases + alignment + limits + adversaries + buddyAdversaries + programs
    + threadedPrograms + faults + negative

  /// The generator of that name.
  package static func generator(_ name: String) -> ChaosGenerator? { all.first { $0.name == name } }

  /// What people read of each generator.
  package static func listing() -> [(name: String, family: String, summary: String, source: String)] {
    all.map { ($0.name, $0.family.rawValue, $0.summary, $0.source) }
  }
}
