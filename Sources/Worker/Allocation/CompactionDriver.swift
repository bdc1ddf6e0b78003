public import AllocLab
public import Vocabularies

/// Drives an allocator that moves blocks: the program that has the handles, and asks where everything is before and after a move.
@safe public struct CompactionDriver<Subject: CompactingAllocator & ~Copyable>: Driver, ~Copyable {
  private var subject: Subject
  private let session: Session
  /// Of each block its handle, the address that it had last, and whether it lives.
  private let blocks: UnsafeMutablePointer<UInt64>
  private let blockCount: Int

  public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    self.session = session
    unsafe blocks = session.slots
    blockCount = Int(clamping: session.control.slotCount)
    // Safe, here and below: a block is used where it is below the count alone.
    for block in 0..<blockCount { unsafe blocks[Channel.slotWords * block + 2] = 0 }
  }

  /// As it is timed: nobody asks where blocks are, and there are no lists.
  public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = CompactionOperation(word: word)
    switch operation.kind {
    case .compact: subject.compact()
    case .step: _ = subject.step(budget: operation.number)
    case .look, nil: break
    default: return request(operation)
    }
    return 0
  }

  public mutating func performChecked(_ word: UInt64, index: UInt64) -> UInt64 {
    let operation = CompactionOperation(word: word)
    guard operation.isAboutAll else {
      let outcome = request(operation)
      return hasMoved ? CompactionVocabulary.moved : outcome
    }
    var list = session.beginAnswer()
    tellMoves(&list)
    list.append(CompactionVocabulary.none)
    switch operation.kind {
    case .compact:
      subject.compact()
      list.append(0)
    case .step: list.append(UInt64(bitPattern: Int64(subject.step(budget: operation.number))))
    default: list.append(0)
    }
    if operation.moves { tellMoves(&list) }
    return session.endAnswer(count: list.count)
  }

  /// Adds each live block that lies elsewhere than it did, and where.
  private func tellMoves(_ list: inout AnswerList) {
    for block in 0..<blockCount {
      guard let handle = handle(of: block) else { continue }
      let address = word(subject.address(of: handle))
      guard unsafe blocks[Channel.slotWords * block + 1] != address else { continue }
      unsafe blocks[Channel.slotWords * block + 1] = address
      list.append(UInt64(block))
      list.append(address)
    }
  }

  /// Whether a live block lies elsewhere than it did.
  private var hasMoved: Bool {
    for block in 0..<blockCount {
      guard let handle = handle(of: block) else { continue }
      if unsafe blocks[Channel.slotWords * block + 1] != word(subject.address(of: handle)) { return true }
    }
    return false
  }

  private mutating func request(_ operation: CompactionOperation) -> UInt64 {
    let block = operation.block
    guard block < blockCount else { return 0 }
    let handle = handle(of: block)
    if operation.kind == .allocate { return handle == nil ? allocate(block, operation) : 0 }
    guard let handle else { return 0 }
    switch operation.kind {
    case .deallocate:
      unsafe blocks[Channel.slotWords * block + 2] = 0
      subject.deallocate(handle)
    case .refer:
      guard let number = operation.target else {
        subject.setReference(operation.number, of: handle, to: nil)
        break
      }
      guard number < blockCount, let target = self.handle(of: number) else { break }
      subject.setReference(operation.number, of: handle, to: target)
    case .pin: return word(subject.pin(handle))
    case .unpin: subject.unpin(handle)
    default: break
    }
    return 0
  }

  private mutating func allocate(_ block: Int, _ operation: CompactionOperation) -> UInt64 {
    guard let handle = subject.allocate(operation.size, references: operation.references) else {
      return CompactionVocabulary.none
    }
    let address = word(subject.address(of: handle))
    unsafe blocks[Channel.slotWords * block] = handle.word
    unsafe blocks[Channel.slotWords * block + 1] = address
    unsafe blocks[Channel.slotWords * block + 2] = 1
    return address
  }

  private func handle(of block: Int) -> Handle? {
    unsafe blocks[Channel.slotWords * block + 2] == 0 ? nil : Handle(word: blocks[Channel.slotWords * block])
  }

  private func word(_ address: Address) -> UInt64 { UInt64(bitPattern: Int64(address.offset)) }
}
