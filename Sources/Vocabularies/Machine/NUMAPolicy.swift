/// A policy as a row of a trace's table has it: a kind, a node, and a weight for each node.
public struct NUMAPolicy: Hashable, Sendable {
  public enum Kind: UInt64, Hashable, Sendable, CaseIterable {
    case local = 0
    /// The node counts.
    case preferred = 1
    /// The nodes with a weight count.
    case bind = 2
    /// As well.
    case interleave = 3
    case weighted = 4
  }

  public var kind: Kind
  public var node: Int
  public var weights: [Int]

  public init(_ kind: Kind, node: Int = 0, weights: [Int]) {
    (self.kind, self.node, self.weights) = (kind, node, weights)
  }

  /// The nodes that have a weight, in ascending order.
  public var nodes: [Int] { weights.indices.filter { weights[$0] > 0 } }

  public var words: [UInt64] { [kind.rawValue, UInt64(node)] + weights.map { UInt64($0) } }

  /// The policies of a table; nil where it has something else in it.
  public static func rows(_ words: [UInt64], nodeCount: Int) -> [NUMAPolicy]? {
    let size = 2 + nodeCount
    guard words.count.isMultiple(of: size) else { return nil }
    var rows: [NUMAPolicy] = []
    for first in stride(from: 0, to: words.count, by: size) {
      let weights = words[first + 2..<first + size]
      guard let kind = Kind(rawValue: words[first]), words[first + 1] < UInt64(nodeCount),
        weights.allSatisfy({ $0 <= 255 })
      else { return nil }
      let policy = NUMAPolicy(kind, node: Int(words[first + 1]), weights: weights.map { Int($0) })
      if kind.rawValue >= Kind.bind.rawValue, policy.nodes.isEmpty { return nil }
      rows.append(policy)
    }
    return rows
  }

  public var text: String {
    func list(_ numbers: [Int]) -> String { "[" + numbers.map { "\($0)" }.joined(separator: ", ") + "]" }
    return switch kind {
    case .local: ".local"
    case .preferred: ".preferred(\(node))"
    case .bind: ".bind(\(list(nodes)))"
    case .interleave: ".interleave(\(list(nodes)))"
    case .weighted: ".weighted(\(list(weights)))"
    }
  }
}
