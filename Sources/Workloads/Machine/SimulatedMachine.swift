package import Vocabularies

/// Machines whose distances are those of real ones, and whose memory is small enough to be filled.
package enum SimulatedMachine {
  /// Distances of machines, as `numactl --hardware` prints them.
  package enum Distances {
    /// Any machine with two sockets (Scargall, "Linux NUMA Distances Explained", 2022).
    package static let two = [[10, 21], [21, 10]]

    /// Four sockets, all linked with all (Colvin and others, "Expert Consolidation in Oracle Database 12c", 2013).
    package static let four = [[10, 16, 16, 16], [16, 10, 16, 16], [16, 16, 10, 16], [16, 16, 16, 10]]

    /// Four sockets in a ring: two are at two hops. Made up.
    package static let ring = [[10, 20, 30, 20], [20, 10, 20, 30], [30, 20, 10, 20], [20, 30, 20, 10]]

    /// Two sockets of three nodes each, where the way back may be longer (gramine, pull request 2122, 2025).
    package static let asymmetric = [
      [10, 15, 17, 21, 28, 26], [15, 10, 15, 23, 26, 23], [17, 15, 10, 26, 23, 21],
      [21, 28, 26, 10, 15, 17], [23, 26, 23, 15, 10, 15], [26, 23, 21, 17, 15, 10],
    ]

    /// Four nodes with processors, and two of persistent memory (cri-resource-manager, pull request 359, 2020).
    package static let persistent = [
      [10, 11, 21, 21, 17, 28], [11, 10, 21, 21, 28, 28], [21, 21, 10, 11, 28, 17], [21, 21, 11, 10, 28, 28],
      [17, 28, 28, 28, 10, 28], [28, 28, 17, 28, 28, 10],
    ]

    /// Four Opterons of two dies each, of which some have no link with each other.
    package static let eight = [
      [10, 16, 16, 22, 16, 22, 16, 22], [16, 10, 16, 22, 22, 16, 22, 16], [16, 16, 10, 16, 16, 16, 16, 22],
      [22, 22, 16, 10, 16, 16, 22, 16], [16, 22, 16, 16, 10, 16, 16, 16], [22, 16, 16, 16, 16, 10, 22, 22],
      [16, 22, 16, 22, 16, 22, 10, 16], [22, 16, 22, 16, 16, 22, 16, 10],
    ]
  }

  /// A machine with these distances, and so many frames on each node. Its processors are dealt out by a seed, and so is where the frames
  /// of each node begin.
  ///
  /// - Parameter withoutCPUs: nodes that have memory alone.
  package static func machine(
    _ distances: [[Int]], frames: [Int], withoutCPUs: Set<Int> = [], with generator: inout SeededGenerator
  ) -> NUMATopology {
    var ranges = frames.map { 0..<$0 }
    var next = generator.pick(1...1000)
    for node in frames.indices.shuffled(using: &generator) {
      ranges[node] = next..<next + frames[node]
      next += frames[node] + (generator.oneIn(3) ? 0 : generator.pick(1...100))
    }
    var cpus = frames.indices.filter { !withoutCPUs.contains($0) }.flatMap { [$0, $0, $0] }
    cpus.shuffle(using: &generator)
    return NUMATopology(frames: ranges, nodeOfCPU: cpus, distances: distances)
  }
}
