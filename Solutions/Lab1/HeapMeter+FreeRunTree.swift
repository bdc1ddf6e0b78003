/// Free bytes of one region, one beside the other.
struct FreeRun {
  let start: UInt64
  let length: UInt64

  var end: UInt64 { start + length }
}

/// Free runs by address, in a treap that knows the longest of each subtree.
///
/// A node's number is its place in an array; 0 is no node. Random priorities keep the tree about 2 log2 n deep, whatever comes.
struct FreeRunTree {
  struct Node {
    var start: UInt64
    var length: UInt64
    /// Of the runs in its subtree.
    var longest: UInt64
    var left: UInt32 = 0
    var right: UInt32 = 0
    let priority: UInt32
  }

  private(set) var nodes = [Node(start: 0, length: 0, longest: 0, priority: 0)]
  private(set) var root: UInt32 = 0
  private var spare: [UInt32] = []
  private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// Bytes of the longest run; 0 where there is none.
  var longest: UInt64 { nodes[Int(root)].longest }

  /// The run that starts at an address, or the next one below it.
  func last(atOrBelow address: UInt64) -> FreeRun? {
    var (node, found) = (root, UInt32(0))
    while node != 0 {
      if nodes[Int(node)].start <= address {
        found = node
        node = nodes[Int(node)].right
      } else {
        node = nodes[Int(node)].left
      }
    }
    return found == 0 ? nil : FreeRun(start: nodes[Int(found)].start, length: nodes[Int(found)].length)
  }

  mutating func insert(_ run: FreeRun) {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    let new = Node(
      start: run.start, length: run.length, longest: run.length, priority: UInt32(truncatingIfNeeded: state >> 32))
    var number = UInt32(nodes.count)
    if let old = spare.popLast() {
      number = old
      nodes[Int(number)] = new
    } else {
      nodes.append(new)
    }
    root = insert(number, under: root)
  }

  mutating func remove(_ start: UInt64) { root = remove(start, under: root) }

  /// Puts a run in the place of the one at `start`; between its neighbours, as that was.
  mutating func replace(_ start: UInt64, with run: FreeRun) { replace(start, with: run, under: root) }

  // MARK: - Subtrees

  private mutating func insert(_ new: UInt32, under node: UInt32) -> UInt32 {
    guard node != 0, nodes[Int(node)].priority >= nodes[Int(new)].priority else {
      let (left, right) = split(node, at: nodes[Int(new)].start)
      nodes[Int(new)].left = left
      nodes[Int(new)].right = right
      refresh(new)
      return new
    }
    if nodes[Int(new)].start < nodes[Int(node)].start {
      nodes[Int(node)].left = insert(new, under: nodes[Int(node)].left)
    } else {
      nodes[Int(node)].right = insert(new, under: nodes[Int(node)].right)
    }
    refresh(node)
    return node
  }

  /// What starts below an address, and the rest.
  private mutating func split(_ node: UInt32, at address: UInt64) -> (UInt32, UInt32) {
    guard node != 0 else { return (0, 0) }
    if nodes[Int(node)].start < address {
      let (left, right) = split(nodes[Int(node)].right, at: address)
      nodes[Int(node)].right = left
      refresh(node)
      return (node, right)
    }
    let (left, right) = split(nodes[Int(node)].left, at: address)
    nodes[Int(node)].left = right
    refresh(node)
    return (left, node)
  }

  private mutating func remove(_ start: UInt64, under node: UInt32) -> UInt32 {
    guard node != 0 else { return 0 }
    let here = nodes[Int(node)].start
    if here == start {
      spare.append(node)
      return join(nodes[Int(node)].left, nodes[Int(node)].right)
    }
    if start < here {
      nodes[Int(node)].left = remove(start, under: nodes[Int(node)].left)
    } else {
      nodes[Int(node)].right = remove(start, under: nodes[Int(node)].right)
    }
    refresh(node)
    return node
  }

  /// One tree of two, of which all of the first lies below the second.
  private mutating func join(_ left: UInt32, _ right: UInt32) -> UInt32 {
    guard left != 0 else { return right }
    guard right != 0 else { return left }
    if nodes[Int(left)].priority >= nodes[Int(right)].priority {
      nodes[Int(left)].right = join(nodes[Int(left)].right, right)
      refresh(left)
      return left
    }
    nodes[Int(right)].left = join(left, nodes[Int(right)].left)
    refresh(right)
    return right
  }

  private mutating func replace(_ start: UInt64, with run: FreeRun, under node: UInt32) {
    guard node != 0 else { return }
    let here = nodes[Int(node)].start
    if here == start {
      nodes[Int(node)].start = run.start
      nodes[Int(node)].length = run.length
    } else {
      replace(start, with: run, under: start < here ? nodes[Int(node)].left : nodes[Int(node)].right)
    }
    refresh(node)
  }

  private mutating func refresh(_ node: UInt32) {
    let (left, right) = (nodes[Int(node)].left, nodes[Int(node)].right)
    nodes[Int(node)].longest = max(
      nodes[Int(node)].length, nodes[Int(left)].longest, nodes[Int(right)].longest)
  }
}
