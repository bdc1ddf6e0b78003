public import AllocLab
public import Vocabularies

/// Drives a debug allocator for a program that does wrong; what the program writes, the judge writes.
@safe @frozen public struct MisuseDriver<Subject: DebugAllocator & ~Copyable>: Driver, ~Copyable {
  @usableFromInline var subject: Subject
  @usableFromInline let session: Session
  /// The address of each name's block, or `MisuseVocabulary.none`.
  @usableFromInline let names: UnsafeMutablePointer<UInt64>
  @usableFromInline let nameCount: Int
  /// The program's lines, by their codes; none where the codes say it themselves.
  @usableFromInline let sites: WordTable

  public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    self.session = session
    sites = session.wordTable(SiteTable.sites)
    unsafe names = session.slots
    // A slot has room for several words, of which none but a name's is needed here.
    nameCount = Int(clamping: session.control.slotCount) * Channel.slotWords
    forgetNames()
  }

  // Safe, here and below: a name is used where it is below the count alone.
  private func forgetNames() {
    for name in 0..<nameCount { unsafe names[name] = MisuseVocabulary.none }
  }

  @inlinable @inline(__always) public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = MisuseOperation(word: word)
    let name = operation.name
    if operation.kindCode == 0 {
      guard name < nameCount else { return 0 }
      let block = subject.allocate(operation.size, as: Self.family(operation), at: site(operation))
      let outcome = block.map { UInt64(bitPattern: Int64($0.offset)) } ?? MisuseVocabulary.none
      unsafe names[name] = outcome
      return outcome
    }
    guard operation.kindCode == 1 else { return performOther(operation) }
    guard name < nameCount, unsafe names[name] != MisuseVocabulary.none else { return 0 }
    return unsafe deallocate(Int(truncatingIfNeeded: names[name]) &+ operation.number, operation)
  }

  @inlinable static func family(_ operation: MisuseOperation) -> BlockFamily {
    BlockFamily(rawValue: UInt8(truncatingIfNeeded: operation.family)) ?? .malloc
  }

  @inlinable func site(_ operation: MisuseOperation) -> Site {
    let place = Int(truncatingIfNeeded: operation.site.bits)
    guard sites.count > 0 else { return Site(file: operation.site.file, line: operation.site.line) }
    let word = place < sites.count ? sites[place] : 0
    return Site(file: UInt16(truncatingIfNeeded: word &>> 32), line: UInt32(truncatingIfNeeded: word))
  }

  @inlinable @inline(__always) mutating func deallocate(_ address: Int, _ operation: MisuseOperation) -> UInt64 {
    var reports = MisuseReportList(session.beginAnswer())
    subject.deallocate(
      Address(address), as: Self.family(operation), at: site(operation), reporting: &reports)
    return session.endAnswer(count: reports.wordCount)
  }

  /// What is rare.
  @usableFromInline @inline(never) mutating func performOther(_ operation: MisuseOperation) -> UInt64 {
    let (name, site) = (operation.name, site(operation))
    switch operation.kind {
    case .allocate, .deallocate, .write: return 0
    case .forge: return deallocate(operation.forged, operation)
    case .check:
      var reports = MisuseReportList(session.beginAnswer())
      subject.check(at: site, reporting: &reports)
      return session.endAnswer(count: reports.wordCount)
    case .shutDown:
      var reports = MisuseReportList(session.beginAnswer())
      subject.shutDown(at: site, reporting: &reports)
      session.emptyHeap()
      subject = Subject(heap: session.heap)
      forgetNames()
      return session.endAnswer(count: reports.wordCount)
    case .reallocate, .reallocateInner:
      guard name < nameCount, unsafe names[name] != MisuseVocabulary.none else { return 0 }
      let isInner = operation.kind == .reallocateInner
      let address = unsafe Int(truncatingIfNeeded: names[name]) &+ (isInner ? operation.number : 0)
      var reports = MisuseReportList(session.beginAnswer())
      let block = subject.reallocate(Address(address), to: operation.size, at: site, reporting: &reports)
      reports.finish(with: block)
      if let block, !isInner, operation.target < nameCount {
        unsafe names[operation.target] = UInt64(bitPattern: Int64(block.offset))
      }
      return session.endAnswer(count: reports.wordCount)
    }
  }
}
