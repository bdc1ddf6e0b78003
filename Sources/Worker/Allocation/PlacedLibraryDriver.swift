internal import AllocLab
internal import Vocabularies

/// Drives the malloc of a shared library as a program that places blocks would: a library knows no hints and no owners.
///
/// Addresses are pointers. What a library accesses itself nobody tells, so that its own misses count nothing.
@safe public struct PlacedLibraryDriver: Driver, ~Copyable {
  private let session: Session
  private var source: NativeSource
  /// The address of each block; `PlacementVocabulary.none` for none.
  private var blocks: [UInt64]

  public init(_ session: Session) {
    self.session = session
    source = NativeSource(session)
    blocks = Array(repeating: PlacementVocabulary.none, count: Int(clamping: session.control.slotCount))
  }

  public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = PlacementOperation(word: word)
    guard operation.block < blocks.count else { return 0 }
    switch operation.kind {
    case .allocate:
      blocks[operation.block] = source.allocate(size: operation.size, alignment: operation.alignment)
      var list = session.beginAnswer()
      list.append(blocks[operation.block])
      return session.endAnswer(count: list.count)
    case .deallocate:
      guard blocks[operation.block] != PlacementVocabulary.none else { return 0 }
      source.deallocate(blocks[operation.block])
      blocks[operation.block] = PlacementVocabulary.none
      return 0
    case .read, .write, nil: return 0
    }
  }
}
