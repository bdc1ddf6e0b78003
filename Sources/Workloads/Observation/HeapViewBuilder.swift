package import Traces
package import Vocabularies

/// Makes traces of what happens to a heap, and of pictures that are asked for.
package struct HeapViewBuilder {
  package typealias Kind = HeapViewVocabulary.Kind
  package typealias Step = HeapViewRows.Step

  package static let pageBytes: UInt64 = 4096

  package private(set) var steps: [Step] = []
  /// Addresses of blocks that it has allocated by `block(size:overhead:gap:)`, and may still be live.
  package private(set) var blocks: [UInt64] = []
  /// Where the next of them goes.
  package var cursor: UInt64

  /// - Parameter cursor: where memory is mapped first.
  package init(at cursor: UInt64) { self.cursor = cursor }

  package mutating func add(_ kind: Kind, _ first: UInt64 = 0, _ second: UInt64 = 0, _ third: UInt64 = 0) {
    steps.append(Step(kind, first, second, third))
  }

  package mutating func map(_ start: UInt64, _ byteCount: UInt64) { add(.map, start, byteCount) }

  /// So many pages from the cursor on.
  package mutating func map(pages: Int) { map(cursor, Self.pageBytes * UInt64(pages)) }

  package mutating func allocate(_ address: UInt64, _ size: UInt64, overhead: UInt64 = 0) {
    add(.allocate, address, size, overhead)
  }

  /// A block behind those before.
  @discardableResult
  package mutating func block(_ size: Int, overhead: Int = 0, gap: Int = 0) -> UInt64 {
    let address = cursor + UInt64(gap) + UInt64(overhead)
    allocate(address, UInt64(size), overhead: UInt64(overhead))
    blocks.append(address)
    cursor = address + UInt64(max(size, 1))
    return address
  }

  package mutating func free(_ address: UInt64) { add(.free, address) }

  /// Frees one of the blocks.
  package mutating func freeAny(with generator: inout SeededGenerator) {
    guard !blocks.isEmpty else { return }
    let place = generator.below(blocks.count)
    free(blocks[place])
    blocks.swapAt(place, blocks.count - 1)
    blocks.removeLast()
  }

  package mutating func access(_ address: UInt64, _ byteCount: UInt64) { add(.access, address, byteCount) }

  package mutating func tick(_ count: Int = 1) { for _ in 0..<count { add(.tick) } }

  package mutating func history() { add(.history) }

  package static let planes: [Kind] = [.live, .metadata, .unused, .touched, .heat]

  /// Pictures of some planes.
  package mutating func draw(
    _ start: UInt64, _ byteCount: UInt64, cell: UInt64, _ planes: [Kind] = HeapViewBuilder.planes
  ) {
    for plane in planes { add(plane, start, byteCount, cell) }
  }

  package var trace: Trace { Trace(viewing: steps) }
}
