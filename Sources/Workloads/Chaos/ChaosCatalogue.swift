/// Every chaos generator there is.
package enum ChaosCatalogue {
  package static let all: [ChaosGenerator] = sizes

  /// The generator of that name.
  package static func generator(_ name: String) -> ChaosGenerator? { all.first { $0.name == name } }
}
