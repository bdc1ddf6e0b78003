/// A table of values ordered by their keys: leaves of at most 256, and a directory of the first key of each.
///
/// - Complexity: O(log elements) to find, and to insert and remove that and a move within one leaf; the directory moves only when a leaf is
///   split or goes.
struct SortedLeaves<Value> {
  /// A place in the table; of an element, or behind the last.
  struct Position {
    var leaf: Int
    var place: Int
  }

  private(set) var firsts: [UInt64] = []
  private(set) var leaves: [[(key: UInt64, value: Value)]] = []

  static var leafLimit: Int { 256 }

  /// The element at a position; nil behind the last.
  subscript(position: Position) -> (key: UInt64, value: Value)? {
    position.leaf < leaves.count ? leaves[position.leaf][position.place] : nil
  }

  /// Where the first element is whose key is not smaller.
  func lowerBound(_ key: UInt64) -> Position {
    // The last leaf whose first key is not larger.
    var (low, high) = (0, firsts.count)
    while low < high {
      let middle = (low &+ high) / 2
      if firsts[middle] <= key { low = middle &+ 1 } else { high = middle }
    }
    guard low > 0 else { return Position(leaf: 0, place: 0) }
    let leaf = low &- 1
    let place = Self.place(of: key, in: leaves[leaf])
    return place < leaves[leaf].count ? Position(leaf: leaf, place: place) : Position(leaf: leaf &+ 1, place: 0)
  }

  private static func place(of key: UInt64, in leaf: [(key: UInt64, value: Value)]) -> Int {
    var (low, high) = (0, leaf.count)
    while low < high {
      let middle = (low &+ high) / 2
      if leaf[middle].key < key { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// The position before one; nil where that is the first.
  func position(before position: Position) -> Position? {
    if position.place > 0 { return Position(leaf: position.leaf, place: position.place &- 1) }
    guard position.leaf > 0 else { return nil }
    return Position(leaf: position.leaf &- 1, place: leaves[position.leaf &- 1].count &- 1)
  }

  /// Goes through elements from a position on, as long as `body` says so.
  func forEach(from position: Position, _ body: (UInt64, Value) -> Bool) {
    var place = position.place
    for leaf in leaves[position.leaf...] {
      while place < leaf.count {
        guard body(leaf[place].key, leaf[place].value) else { return }
        place &+= 1
      }
      place = 0
    }
  }

  /// Inserts an element whose key is not there.
  mutating func insert(_ key: UInt64, _ value: Value) {
    guard !leaves.isEmpty else {
      (firsts, leaves) = ([key], [[(key, value)]])
      return
    }
    var position = lowerBound(key)
    // Between two leaves it goes to the end of the first.
    if position.place == 0, position.leaf > 0 {
      position = Position(leaf: position.leaf &- 1, place: leaves[position.leaf &- 1].count)
    }
    leaves[position.leaf].insert((key, value), at: position.place)
    if position.place == 0 { firsts[position.leaf] = key }
    if leaves[position.leaf].count > Self.leafLimit { split(position) }
  }

  /// In the middle, or where keys come in ascending order, at the end: then leaves stay full.
  private mutating func split(_ position: Position) {
    let leaf = position.leaf
    let isAtEnd = position.place == leaves[leaf].count &- 1
    let middle = isAtEnd ? position.place : Self.leafLimit / 2
    let upper = Array(leaves[leaf][middle...])
    leaves[leaf].removeSubrange(middle...)
    leaves.insert(upper, at: leaf &+ 1)
    firsts.insert(upper[0].key, at: leaf &+ 1)
  }

  /// - Returns: nil where the key is not there.
  @discardableResult mutating func remove(_ key: UInt64) -> Value? {
    let position = lowerBound(key)
    guard let element = self[position], element.key == key else { return nil }
    leaves[position.leaf].remove(at: position.place)
    if leaves[position.leaf].isEmpty {
      leaves.remove(at: position.leaf)
      firsts.remove(at: position.leaf)
    } else if position.place == 0 {
      firsts[position.leaf] = leaves[position.leaf][0].key
    }
    return element.value
  }

  mutating func removeAll(from low: UInt64, below high: UInt64) {
    while let (key, _) = self[lowerBound(low)], key < high { remove(key) }
  }

  /// Changes the value of a key, which is inserted if it is not there.
  mutating func update(_ key: UInt64, default initial: Value, _ body: (inout Value) -> Void) {
    let position = lowerBound(key)
    if let element = self[position], element.key == key {
      body(&leaves[position.leaf][position.place].value)
    } else {
      var value = initial
      body(&value)
      insert(key, value)
    }
  }
}
