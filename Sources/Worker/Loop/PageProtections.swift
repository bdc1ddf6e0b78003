internal import AllocLab
internal import Glibc

/// What may be done with each page of a heap: what the kernel was told, so that a driver can know of a fault without having it.
///
/// It lives as long as the process does. Of heaps whose pages are never protected, it has none in memory, however large they are: what a
/// worker takes is charged.
@safe struct PageProtections {
  /// A code for each page; 0 where it may be read and written.
  private let pages: UnsafeMutablePointer<UInt8>
  private let pageCount: Int
  /// One more than the highest page that may be protected.
  private let end: UnsafeMutablePointer<Int>

  /// By their codes.
  private static let protections: [Protection] = [.readWrite, .readOnly, .none]

  /// - Parameter pageCount: of the heap; all of them may be read and written.
  /// - Returns: nil where there is no memory for it.
  init?(pageCount: Int) {
    self.pageCount = pageCount
    // Zeroed by the kernel, where it is large.
    guard let zeroed = unsafe calloc(pageCount, 1) else { return nil }
    unsafe pages = zeroed.bindMemory(to: UInt8.self, capacity: pageCount)
    unsafe end = .allocate(capacity: 1)
    unsafe end.initialize(to: 0)
  }

  /// Whether any page may be protected.
  var areAny: Bool { unsafe end.pointee > 0 }

  subscript(page: Int) -> Protection {
    // Safe, here and below: pages outside are not looked up.
    page >= 0 && page < pageCount ? Self.protections[unsafe Int(pages[page])] : .none
  }

  func set(_ protection: Protection, pages range: Range<Int>) {
    let range = range.clamped(to: 0..<pageCount)
    let code = UInt8(Self.protections.firstIndex(of: protection) ?? 0)
    for page in range { unsafe pages[page] = code }
    unsafe end.pointee = max(end.pointee, range.upperBound)
  }

  /// All pages may be read and written again.
  func clear() {
    unsafe pages.update(repeating: 0, count: end.pointee)
    unsafe end.pointee = 0
  }
}
