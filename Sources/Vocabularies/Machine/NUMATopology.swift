/// A machine as a trace's table has it.
///
///     nodes   processors   first frame and frames of each node   node of each processor   distances, row by row
public struct NUMATopology: Hashable, Sendable {
  public var frames: [Range<Int>]
  public var nodeOfCPU: [Int]
  public var distances: [[Int]]

  public static let (nodeLimit, cpuLimit, frameLimit) = (64, 1 << 16, 1 << 40)

  public init(frames: [Range<Int>], nodeOfCPU: [Int], distances: [[Int]]) {
    (self.frames, self.nodeOfCPU, self.distances) = (frames, nodeOfCPU, distances)
  }

  /// Nil where the words are no machine's; `fault(in:)` says why.
  public init?(words: [UInt64]) {
    guard Self.fault(in: words) == nil else { return nil }
    let (nodes, cpus) = (Int(words[0]), Int(words[1]))
    let (firstCPU, firstDistance) = (2 + 2 * nodes, 2 + 2 * nodes + cpus)
    frames = (0..<nodes).map { (node: Int) -> Range<Int> in
      let (first, count) = (Int(words[2 + 2 * node]), Int(words[3 + 2 * node]))
      return first..<first + count
    }
    nodeOfCPU = words[firstCPU..<firstDistance].map { Int($0) }
    distances = (0..<nodes).map { (row: Int) -> [Int] in
      let first = firstDistance + row * nodes
      return words[first..<first + nodes].map { Int($0) }
    }
  }

  public var nodeCount: Int { frames.count }

  public var words: [UInt64] {
    var numbers = [frames.count, nodeOfCPU.count]
    for range in frames { numbers += [range.lowerBound, range.count] }
    numbers += nodeOfCPU
    for row in distances { numbers += row }
    return numbers.map { UInt64($0) }
  }

  /// The nodes with memory, the nearest to a node first; of several as near the one with the lowest number.
  public func nearest(to node: Int) -> [Int] {
    frames.indices.filter { !frames[$0].isEmpty }.sorted {
      (distances[node][$0], $0) < (distances[node][$1], $1)
    }
  }

  /// Why words are no machine's; nil where they are.
  public static func fault(in words: [UInt64]) -> String? {
    guard words.count >= 2, words[0] >= 1, words[0] <= nodeLimit, words[1] <= cpuLimit else {
      return "a machine has 1 to \(nodeLimit) nodes, and at most \(cpuLimit) processors"
    }
    let (nodes, cpus) = (Int(words[0]), Int(words[1]))
    guard words.count == 2 + 2 * nodes + cpus + nodes * nodes else {
      return
        "\(words.count) words, where \(nodes) nodes and \(cpus) processors have \(2 + 2 * nodes + cpus + nodes * nodes)"
    }
    var ranges: [Range<UInt64>] = []
    for node in 0..<nodes {
      let (first, count) = (words[2 + 2 * node], words[3 + 2 * node])
      guard first <= frameLimit, count <= frameLimit else { return "node \(node) has frames beyond \(frameLimit)" }
      ranges.append(first..<first + count)
    }
    for one in 0..<nodes {
      for other in 0..<one where ranges[one].overlaps(ranges[other]) {
        return "nodes \(other) and \(one) have frames in common"
      }
    }
    if let cpu = (0..<cpus).first(where: { words[2 + 2 * nodes + $0] >= UInt64(nodes) }) {
      return "processor \(cpu) is on node \(words[2 + 2 * nodes + cpu]), of \(nodes)"
    }
    for place in 0..<nodes * nodes {
      let (distance, isOwn) = (words[2 + 2 * nodes + cpus + place], place / nodes == place % nodes)
      guard isOwn ? distance == 10 : distance > 10 && distance <= 255 else {
        return "node \(place / nodes) has a distance of \(distance) to node \(place % nodes)"
      }
    }
    return nil
  }
}
