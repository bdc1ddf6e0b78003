public import AllocLab
internal import Vocabularies

/// Drives a heap viewer: what happens, and which grids are asked for, stands in the trace's rows.
public struct HeapViewDriver<Viewer: HeapViewer & ~Copyable>: Driver, ~Copyable {
  private let session: Session
  private let rows: WordTable
  private var viewer: Viewer

  public init(_ session: Session) {
    self.session = session
    rows = session.wordTable(HeapViewVocabulary.rows)
    viewer = Viewer()
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    guard let (kind, row) = HeapViewVocabulary.parts(operation) else { return 0 }
    switch kind {
    case .tick:
      viewer.tick()
      return 0
    case .history:
      var points = HistoryList(session.beginAnswer())
      viewer.history(&points)
      return session.endAnswer(count: points.wordCount)
    default: break
    }
    let place = HeapViewVocabulary.rowWords &* row
    guard row < rows.count / HeapViewVocabulary.rowWords else { return 0 }
    let (first, second, third) = (rows[place], rows[place + 1], rows[place + 2])
    guard HeapViewVocabulary.isSound(kind, first, second, third) else { return 0 }
    switch kind {
    case .map: return viewer.mapped(first, byteCount: second) ? 1 : 0
    case .unmap: return viewer.unmapped(first, byteCount: second) ? 1 : 0
    case .allocate: return viewer.allocated(first, size: second, overhead: third) ? 1 : 0
    case .free: return viewer.freed(first) ? 1 : 0
    case .move: return viewer.moved(first, to: second, size: third) ? 1 : 0
    case .access: return viewer.accessed(first, byteCount: second) ? 1 : 0
    default:
      let plane = kind.plane.flatMap { HeapPlane(rawValue: $0) } ?? .live
      var numbers = CellList(session.beginAnswer())
      viewer.cells(of: plane, in: HeapGrid(start: first, byteCount: second, cellBytes: third), &numbers)
      return session.endAnswer(count: numbers.count)
    }
  }
}
