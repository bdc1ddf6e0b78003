import Vocabularies

/// A report, as it is said or as it has to be: eight words.
struct MisuseClaim: Hashable, Comparable {
  var kind: UInt64
  var block: UInt64
  var size: UInt64
  var offset: UInt64
  var count: UInt64
  var madeAt: UInt64
  var endedAt: UInt64
  var foundAt: UInt64

  /// What has to be told, at some site.
  init(
    _ kind: MisuseVocabulary.Kind, block: Int, size: Int = 0, offset: Int = 0, count: Int = 0,
    madeAt: UInt64 = MisuseVocabulary.none, endedAt: UInt64? = nil, foundAt: UInt64
  ) {
    self.kind = kind.rawValue
    self.block = UInt64(bitPattern: Int64(block))
    self.size = UInt64(bitPattern: Int64(size))
    self.offset = UInt64(bitPattern: Int64(offset))
    self.count = UInt64(bitPattern: Int64(count))
    self.madeAt = madeAt
    self.endedAt = endedAt ?? MisuseVocabulary.none
    self.foundAt = foundAt
  }

  /// What is said in eight words of a list.
  private init(_ words: ArraySlice<UInt64>) {
    let first = words.startIndex
    (kind, block, size, offset) = (words[first], words[first + 1], words[first + 2], words[first + 3])
    (count, madeAt, endedAt, foundAt) = (words[first + 4], words[first + 5], words[first + 6], words[first + 7])
  }

  /// The reports of a list; nil where its words are no multiple of eight.
  static func all(in words: ArraySlice<UInt64>) -> [MisuseClaim]? {
    let size = MisuseVocabulary.reportWords
    guard words.count.isMultiple(of: size) else { return nil }
    return stride(from: words.startIndex, to: words.endIndex, by: size).map { MisuseClaim(words[$0..<$0 + size]) }
  }

  private var words: [UInt64] { [kind, block, size, offset, count, madeAt, endedAt, foundAt] }

  static func < (a: MisuseClaim, b: MisuseClaim) -> Bool { a.words.lexicographicallyPrecedes(b.words) }

  var known: MisuseVocabulary.Kind? { MisuseVocabulary.Kind(rawValue: kind) }
  var isDamage: Bool { (1...3).contains(kind) }
  var isWrongFree: Bool { (4...7).contains(kind) }

  /// In one line, with the names of the program's lines.
  func text(_ sites: SiteTable) -> String {
    let name = known?.name ?? "something of no kind (\(kind))"
    let (size, offset, count) = (Int64(bitPattern: size), Int64(bitPattern: offset), Int64(bitPattern: count))
    var text = "\(name): block \(hexadecimal(block)) of \(size == 1 ? "1 byte" : "\(size) bytes")"
    if isDamage || offset != 0 || count != 0 { text += ", offset \(offset)" }
    if isDamage || count != 0 { text += ", \(count == 1 ? "1 byte" : "\(count) bytes")" }
    if madeAt != MisuseVocabulary.none { text += ", made at \(sites.describe(madeAt))" }
    if endedAt != MisuseVocabulary.none { text += ", ended at \(sites.describe(endedAt))" }
    return text + ", found at \(sites.describe(foundAt))"
  }
}

/// How reports that are said differ from those that have to be.
struct MisuseComparison {
  /// What has to be told, and is not.
  private(set) var missing: [MisuseClaim] = []
  /// What is told, and must not be.
  private(set) var extra: [MisuseClaim] = []

  /// - Complexity: O(n log n).
  init(said: [MisuseClaim], right: [MisuseClaim]) {
    guard said != right else { return }
    let (said, right) = (said.sorted(), right.sorted())
    var (place, other) = (0, 0)
    while place < said.count || other < right.count {
      if other == right.count || place < said.count && said[place] < right[other] {
        extra.append(said[place])
        place += 1
      } else if place == said.count || right[other] < said[place] {
        missing.append(right[other])
        other += 1
      } else {
        place += 1
        other += 1
      }
    }
  }

  /// What two reports have in common, the most first.
  private enum Closeness: CaseIterable {
    case kindAndBlock, block, sort

    func isMet(_ a: MisuseClaim, _ b: MisuseClaim) -> Bool {
      switch self {
      case .kindAndBlock: a.kind == b.kind && a.block == b.block
      case .block: a.block == b.block && a.isDamage == b.isDamage && a.isWrongFree == b.isWrongFree
      case .sort: a.isWrongFree && b.isWrongFree || a.kind == b.kind
      }
    }
  }

  /// What is to be told first: of what is missing the report that comes closest to one that is said.
  var closest: (missing: MisuseClaim?, extra: MisuseClaim?) {
    for closeness in Closeness.allCases {
      // Longer lists have so much wrong that any of it will do.
      for right in missing.prefix(64) {
        if let said = extra.prefix(64).first(where: { closeness.isMet(right, $0) }) { return (right, said) }
      }
    }
    return (missing.first, missing.isEmpty ? extra.first : nil)
  }
}
