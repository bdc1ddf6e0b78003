import AllocLab

/// A calling context tree: a node for each function that some stack reaches in one way.
///
/// **Invariant.** `parents[node] < node`, and -1 for a node without one.
struct CallTree {
  private(set) var parents: [Int] = []
  private(set) var functions: [Int] = []
  /// Whether no node above has the same function.
  private(set) var isOutermost: [Bool] = []
  /// The live bytes of the stack that ends here.
  var live: [UInt64] = []
  private var children: [Edge: Int] = [:]
  /// The last stack that each function was met in, counted from 1 on.
  private var lastStacks: [Int]
  private var stackCount = 0

  private struct Edge: Hashable {
    let parent: Int
    let function: Int
  }

  init(functionCount: Int) { lastStacks = [Int](repeating: 0, count: functionCount) }

  /// The node where a stack ends; the outermost caller comes first.
  ///
  /// - Complexity: O(frames).
  mutating func insert(_ stack: some Sequence<Int>) -> Int {
    stackCount += 1
    var node = -1
    for function in stack {
      let edge = Edge(parent: node, function: function)
      if let child = children[edge] {
        node = child
      } else {
        parents.append(node)
        functions.append(function)
        isOutermost.append(lastStacks[function] != stackCount)
        live.append(0)
        node = parents.count - 1
        children[edge] = node
      }
      lastStacks[function] = stackCount
    }
    return node
  }

  /// The functions from a node up to the outermost caller.
  func path(to node: Int, _ path: inout [Int]) {
    path.removeAll(keepingCapacity: true)
    var node = node
    while node >= 0 {
      path.append(functions[node])
      node = parents[node]
    }
  }

  /// The live bytes of all stacks that go through each node.
  var sums: [UInt64] {
    var sums = live
    for node in sums.indices.reversed() where parents[node] >= 0 { sums[parents[node]] += sums[node] }
    return sums
  }

  /// Self and total bytes of so many functions. Below an outermost node all is counted there, once.
  func bytesByFunction(count: Int) -> (own: [UInt64], all: [UInt64]) {
    var own = [UInt64](repeating: 0, count: count)
    var all = own
    for (node, sum) in sums.enumerated() {
      own[functions[node]] += live[node]
      if isOutermost[node] { all[functions[node]] += sum }
    }
    return (own, all)
  }
}
