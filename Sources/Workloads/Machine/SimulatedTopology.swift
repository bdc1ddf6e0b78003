package import Traces

/// A topology of a machine that is not there, with the distances of one that was.
package enum SimulatedTopology: String, TopologySource, CaseIterable {
  case two
  case four
  case ring
  case asymmetric
  case persistent
  case eight

  package var distances: [[Int]] {
    switch self {
    case .two: SimulatedMachine.Distances.two
    case .four: SimulatedMachine.Distances.four
    case .ring: SimulatedMachine.Distances.ring
    case .asymmetric: SimulatedMachine.Distances.asymmetric
    case .persistent: SimulatedMachine.Distances.persistent
    case .eight: SimulatedMachine.Distances.eight
    }
  }

  /// 16 GiB on each node, and four processors, which are dealt out like cards; the nodes of persistent memory have none.
  package func topology() throws(TopologyError) -> MachineTopology {
    let withCPUs = self == .persistent ? 4 : distances.count
    return MachineTopology(
      nodes: distances.indices.map { node in
        MachineTopology.Node(
          number: node, memory: 16 << 20, cpus: node < withCPUs ? (0..<4).map { node + withCPUs * $0 } : [])
      }, distances: distances)
  }
}
