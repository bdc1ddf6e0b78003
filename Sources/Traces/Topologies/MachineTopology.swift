/// The nodes of a machine, as its operating system tells of them.
package struct MachineTopology: Hashable, Sendable {
  package struct Node: Hashable, Sendable {
    /// What the system calls it: numbers may have gaps.
    package let number: Int
    /// KiB of memory; 0 where it has none.
    package let memory: Int
    /// Numbers of its processors, in ascending order; none where it has memory alone.
    package let cpus: [Int]

    package init(number: Int, memory: Int, cpus: [Int]) {
      (self.number, self.memory, self.cpus) = (number, memory, cpus)
    }
  }

  /// In the order of their numbers.
  package let nodes: [Node]
  /// A row for each node with a number for each, in that order: 10 from a node to itself, more to others.
  package let distances: [[Int]]

  package init(nodes: [Node], distances: [[Int]]) { (self.nodes, self.distances) = (nodes, distances) }

  /// Places of the nodes with memory, the nearest to that of a place first; of several as near, the one with the lowest number.
  package func nearest(to place: Int) -> [Int] {
    nodes.indices.filter { nodes[$0].memory > 0 }.sorted { (distances[place][$0], $0) < (distances[place][$1], $1) }
  }

  /// Whether the way back is longer, or shorter, between any two.
  package var isAsymmetric: Bool {
    nodes.indices.contains { one in nodes.indices.contains { distances[one][$0] != distances[$0][one] } }
  }
}

/// Where a topology comes from: the live machine or a directory of the same shape (`SysfsTopology`), or none of both
/// (`SimulatedTopology`).
package protocol TopologySource: Sendable {
  func topology() throws(TopologyError) -> MachineTopology
}
