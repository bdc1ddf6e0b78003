public import AllocLab
internal import Vocabularies

/// Drives a leak detector: the image comes from the trace's tables, and what is asked is answered with a word or a list.
public struct LeakDriver<Detector: LeakDetector & ~Copyable>: Driver, ~Copyable {
  private let session: Session
  private var detector: Detector

  public init(_ session: Session) {
    self.session = session
    detector = Detector(
      image: HeapImage(
        blocks: session.wordTable(LeakVocabulary.blocks), regions: session.wordTable(LeakVocabulary.regions),
        registers: session.wordTable(LeakVocabulary.registers), memory: session.byteTable(LeakVocabulary.memory)))
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    guard let (kind, code) = LeakVocabulary.question(operation) else { return 0 }
    let category = LeakCategory(rawValue: UInt64(code)) ?? .definite
    switch kind {
    case .classify:
      var categories = CategoryList(session.beginAnswer())
      detector.classify(&categories)
      return session.endAnswer(count: categories.count)
    case .blockCount: return UInt64(bitPattern: Int64(detector.total(category).blocks))
    case .byteCount: return UInt64(bitPattern: Int64(detector.total(category).bytes))
    case .report:
      var records = RecordList(session.beginAnswer())
      detector.report(&records)
      return session.endAnswer(count: records.wordCount)
    }
  }
}
