import Examining
import Vocabularies

/// How a report that has to be differs from one that is said, in words.
struct MisuseDifference {
  let kind: ViolationKind
  let message: String

  init(missing: MisuseClaim?, extra: MisuseClaim?, _ sites: SiteTable) {
    guard let missing else {
      kind = .falseReport
      message = "that is not so, or was told before: \(extra?.text(sites) ?? "")"
      return
    }
    let name = missing.known?.name ?? ""
    guard let extra else {
      kind = missing.isDamage ? .damageUntold : missing.isWrongFree ? .badFreeMissed : .leakMissed
      message = "nothing is said of the \(name)"
      return
    }
    if missing.kind != extra.kind {
      kind = .misjudged
      message = "that is \(Self.article(name)) \(name)"
    } else if missing.block != extra.block || missing.size != extra.size {
      kind = .wrongBlock
      message = "the \(name) has to do with another block, or one of another size"
    } else if missing.offset != extra.offset || missing.count != extra.count {
      kind = .wrongExtent
      message = "the \(name) is elsewhere, or of another length"
    } else {
      kind = .wrongSite
      let wrong = [
        (missing.madeAt, extra.madeAt, "where it was made"), (missing.endedAt, extra.endedAt, "where it was ended"),
        (missing.foundAt, extra.foundAt, "where that was found"),
      ].filter { $0.0 != $0.1 }.map(\.2)
      message = "of the \(name) it is told wrongly \(wrong.joined(separator: ", and "))"
    }
  }

  private static func article(_ name: String) -> String { "aeiou".contains(name.prefix(1)) ? "an" : "a" }
}

extension MisuseOracle {
  /// What was said, what is right, and the block with its tags.
  func evidence(_ missing: MisuseClaim?, _ extra: MisuseClaim?) -> [String] {
    var lines: [String] = []
    if let extra { lines.append("said:  \(extra.text(sites))") }
    if let missing { lines.append("right: \(missing.text(sites))") }
    guard let claim = missing ?? extra else { return lines }
    let address = Int(truncatingIfNeeded: claim.block)
    let number = memory.blocks.lastIndex { $0.base == address }
    guard let number else {
      return lines + ["no block is live or kept at \(hexadecimal(claim.block)), or was"]
    }
    return lines + picture(of: number)
  }

  /// For example:
  ///
  ///     0x0140 +- tag -+- 24 bytes -+- tag -+     the block of operation 3, which is live
  private func picture(of number: Int) -> [String] {
    let block = memory.blocks[number]
    let tag = MisuseVocabulary.tag
    let state =
      switch block.state {
      case .live: "is live"
      case .kept: "is kept"
      case .gone: "was let go"
      }
    let size = block.size == 1 ? "1 byte" : "\(block.size) bytes"
    let start = hexadecimal(UInt64(clamping: block.base - tag))
    var lines = ["\(start) +- tag -+- \(size) -+- tag -+     the block of operation \(block.origin), which \(state)"]
    for (index, word) in (writes[number] ?? []).suffix(4) {
      lines.append("operation \(index): \(MisuseVocabulary.describe(operation: word, sites))")
    }
    return lines
  }
}
