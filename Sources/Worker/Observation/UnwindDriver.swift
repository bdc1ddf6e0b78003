public import AllocLab
internal import Vocabularies

/// Drives an unwinder: the image comes from the trace's tables, and what is asked is answered with a list.
public struct UnwindDriver<Subject: Unwinder & ~Copyable>: Driver, ~Copyable {
  private let session: Session
  private let addresses: WordTable
  private let threadCount: Int
  private var unwinder: Subject

  public init(_ session: Session) {
    self.session = session
    addresses = session.wordTable(UnwindVocabulary.addresses)
    let image = ProcessImage(
      threads: session.wordTable(UnwindVocabulary.threads), regions: session.wordTable(UnwindVocabulary.regions),
      memory: session.byteTable(UnwindVocabulary.memory), modules: session.wordTable(UnwindVocabulary.modules),
      rows: session.wordTable(UnwindVocabulary.rows), rules: session.wordTable(UnwindVocabulary.rules),
      symbols: session.wordTable(UnwindVocabulary.symbols), lines: session.wordTable(UnwindVocabulary.lines))
    threadCount = image.threads.count
    unwinder = Subject(image: image)
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    guard let (kind, number) = UnwindVocabulary.question(operation) else { return 0 }
    switch kind {
    case .backtrace:
      guard number < threadCount else { return 0 }
      var frames = FrameList(session.beginAnswer())
      let end = unwinder.backtrace(of: number, &frames)
      return session.endAnswer(count: frames.end(end))
    case .symbolise, .symboliseReturn:
      guard number < addresses.count else { return 0 }
      let location = unwinder.symbolise(addresses[number], isReturnAddress: kind == .symboliseReturn)
      var list = session.beginAnswer()
      if let location {
        list.append(UInt64(bitPattern: Int64(location.module)))
        list.append(location.symbol.map { UInt64(bitPattern: Int64($0.symbol)) } ?? UnwindVocabulary.none)
        list.append(location.symbol?.offset ?? 0)
        list.append(location.line.map { UInt64(bitPattern: Int64($0.file)) } ?? UnwindVocabulary.none)
        list.append(location.line.map { UInt64(bitPattern: Int64($0.line)) } ?? 0)
      }
      return session.endAnswer(count: list.count)
    }
  }
}
