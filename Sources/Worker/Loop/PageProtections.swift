internal import AllocLab

/// What may be done with each page of a heap: what the kernel was told, so that a driver can know of a fault without having it.
///
/// It lives as long as the process does.
@safe struct PageProtections {
  private let pages: UnsafeMutablePointer<Protection>
  private let pageCount: Int
  /// One more than the highest page that may be protected.
  private let end: UnsafeMutablePointer<Int>

  /// - Parameter pageCount: of the heap; all of them may be read and written.
  init(pageCount: Int) {
    self.pageCount = pageCount
    unsafe pages = .allocate(capacity: pageCount)
    unsafe pages.initialize(repeating: .readWrite, count: pageCount)
    unsafe end = .allocate(capacity: 1)
    unsafe end.initialize(to: 0)
  }

  /// Whether any page may be protected.
  var areAny: Bool { unsafe end.pointee > 0 }

  subscript(page: Int) -> Protection {
    // Safe, here and below: pages outside are not looked up.
    page >= 0 && page < pageCount ? unsafe pages[page] : .none
  }

  func set(_ protection: Protection, pages range: Range<Int>) {
    let range = range.clamped(to: 0..<pageCount)
    for page in range { unsafe pages[page] = protection }
    unsafe end.pointee = max(end.pointee, range.upperBound)
  }

  /// All pages may be read and written again.
  func clear() {
    unsafe pages.update(repeating: .readWrite, count: end.pointee)
    unsafe end.pointee = 0
  }
}
