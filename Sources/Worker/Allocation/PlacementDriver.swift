public import AllocLab
public import Vocabularies

/// Drives an allocator that is told what is used together. What the program touches is no call, so nothing is done about it here; what the
/// allocator accesses, a probed heap writes into the answer.
@safe @frozen public struct PlacementDriver<Subject: CacheFriendlyAllocator & ~Copyable>: Driver, ~Copyable {
  @usableFromInline var subject: Subject
  @usableFromInline let session: Session
  /// The address of each block, with the highest bit where it has ended; or `PlacementVocabulary.none`.
  @usableFromInline let blocks: UnsafeMutablePointer<UInt64>
  @usableFromInline let blockCount: Int

  public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    self.session = session
    unsafe blocks = session.slots
    // A slot has room for several words, of which none but a block's is needed here.
    blockCount = Int(clamping: session.control.slotCount) * Channel.slotWords
    // Safe, here and below: a block is used where it is below the count alone.
    for block in 0..<blockCount { unsafe blocks[block] = PlacementVocabulary.none }
  }

  @inlinable public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = PlacementOperation(word: word)
    let block = operation.block
    guard block < blockCount else { return 0 }
    switch operation.kind {
    case .allocate:
      let near = operation.near.flatMap { $0 < blockCount ? address(of: $0) : nil }
      let layout = Layout(trustedSize: operation.size, alignment: operation.alignment)
      var list = session.beginAnswer()
      unsafe session.probe.pointee.begin(list, limit: PlacementVocabulary.answerLimit &- 2)
      let new = subject.allocate(layout, near: near, owner: operation.thread)
      unsafe session.probe.pointee.end(&list)
      let word = new.map { UInt64(bitPattern: Int64($0.offset)) } ?? PlacementVocabulary.none
      unsafe blocks[block] = word
      list.append(word)
      return session.endAnswer(count: list.count)
    case .deallocate:
      // A block ends once.
      guard unsafe blocks[block] >> 63 == 0, let address = address(of: block) else { return 0 }
      unsafe blocks[block] |= 1 &<< 63
      var list = session.beginAnswer()
      unsafe session.probe.pointee.begin(list, limit: PlacementVocabulary.answerLimit &- 2)
      subject.deallocate(address, by: operation.thread)
      unsafe session.probe.pointee.end(&list)
      return session.endAnswer(count: list.count)
    case .read, .write, nil: return 0
    }
  }

  /// The address in a variable, of a block that lives or has ended; nil where none was ever given.
  @inlinable func address(of block: Int) -> Address? {
    let word = unsafe blocks[block]
    return word == PlacementVocabulary.none ? nil : Address(Int(truncatingIfNeeded: word & (1 &<< 63 &- 1)))
  }
}
