/// Which memory a machine has, which processors, and how far they are from each other: what an operating system reads when it starts.
///
/// A *node* is a part of the machine with processors, or memory, or both. Nodes, processors and page frames are numbered; a frame is 4096
/// bytes of memory that begin at a multiple of that.
public struct Topology: Equatable, Sendable {
  private let ranges: [Range<Int>]
  private let nodeOfCPU: [Int]
  private let distances: [[Int]]

  /// - Parameters:
  ///   - frames: for each node the frames that it has. No two nodes have one in common.
  ///   - nodeOfCPU: for each processor its node.
  ///   - distances: a row for each node, with a number for each node.
  public init(frames: [Range<Int>], nodeOfCPU: [Int], distances: [[Int]]) {
    (ranges, self.nodeOfCPU, self.distances) = (frames, nodeOfCPU, distances)
  }

  /// How many nodes there are, from 0 on: at least 1, and at most 64.
  public var nodeCount: Int { ranges.count }

  /// How many processors there are, from 0 on.
  public var cpuCount: Int { nodeOfCPU.count }

  /// The frames of a node, one after the other; none where it has no memory. Nodes are not in the order of their frames, and between two
  /// of them may be numbers that are nobody's.
  public func frames(of node: Int) -> Range<Int> { ranges[node] }

  /// The node that a processor belongs to. Its number says nothing of that: often the processors are dealt out like cards.
  public func node(ofCPU cpu: Int) -> Int { nodeOfCPU[cpu] }

  /// How far a processor of `node` has to the memory of `memory`, as the firmware says (ACPI's SLIT): 10 to its own, and three times as
  /// long where it is 30. Always more than 10 to another's. The way back may be longer.
  public func distance(from node: Int, to memory: Int) -> Int { distances[node][memory] }
}
