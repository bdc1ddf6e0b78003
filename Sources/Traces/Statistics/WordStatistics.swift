/// What can be told of operations whose vocabulary is not known here.
package struct WordStatistics: Sendable {
  /// Distinct words are counted up to here, to bound the memory.
  package static let distinctLimit = 1 << 20

  package private(set) var operationCount = 0
  private var words: Set<UInt64> = []

  package init() {}

  package mutating func accept(_ word: UInt64) {
    operationCount += 1
    if words.count < Self.distinctLimit { words.insert(word) }
  }

  /// At most `distinctLimit`, which means that many or more.
  package var distinctCount: Int { words.count }
}
