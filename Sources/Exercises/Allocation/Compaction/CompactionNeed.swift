import Traces

/// What live blocks and handles need, in bytes: what is used, and which requests must be served, are held against it.
struct CompactionNeed {
  /// What is allowed above the need: a part in thousandths, and some bytes at all times.
  static let promise = 1020, slack = 3 * 4096
  static let page = 4096

  private static let header = 16, handle = 16

  private let heapLimit: Int
  /// Of live blocks.
  private var blocks = 0
  private(set) var count = 0
  /// The most blocks that ever lived at once.
  private var peak = 0
  /// Of blocks that have lived since compaction began last.
  private var sinceCompaction = 0
  /// Whether a block was pinned then.
  private var wasPinned = false

  init(heapLimit: Int) { self.heapLimit = heapLimit }

  static func charge(_ size: Int) -> Int { (max(size, 1) + 15) & ~15 + header }

  /// Bytes that are needed now.
  var bytes: Int { blocks + Self.handle * peak }

  /// The most that may be used once blocks have moved together.
  ///
  /// - Parameter pages: in how many pages pinned blocks lie.
  func most(pages: Int) -> Int { bytes * Self.promise / 1000 + Self.slack + Self.page * pages }

  /// Whether a request must not be refused.
  func mustServe(_ size: Int) -> Bool {
    guard !wasPinned, size <= heapLimit else { return false }
    return sinceCompaction + Self.charge(size) + Self.handle * max(peak, count + 1) <= heapLimit / 8 * 3
  }

  mutating func begin(_ size: Int) {
    let charge = Self.charge(size)
    blocks += charge
    sinceCompaction += charge
    count += 1
    peak = max(peak, count)
  }

  mutating func end(_ size: Int) {
    blocks -= Self.charge(size)
    count -= 1
  }

  mutating func compacted(pins: Int) {
    sinceCompaction = blocks
    wasPinned = pins > 0
  }
}
