import Vocabularies

/// What `alloclab trace info` tells of a trace: takes its operations in one by one, and writes them up for a terminal.
package struct TraceSummary: Sendable {
  package let header: TraceHeader
  package private(set) var allocation: AllocationStatistics?
  /// Of an allocation trace.
  package private(set) var distribution = AllocationDistribution()
  package private(set) var words = WordStatistics()
  private var hash: ContentHash
  private var byteCount: Int?

  /// `byteCount` is the length of the trace's file, where there is one.
  package init(_ header: TraceHeader, byteCount: Int? = nil) {
    self.header = header
    self.byteCount = byteCount
    hash = ContentHash(of: header)
    if header.vocabulary == AllocationVocabulary.name { allocation = AllocationStatistics(slotCount: header.slotCount) }
  }

  package init(_ trace: Trace) {
    self.init(trace.header)
    accept(trace.operations)
  }

  package mutating func accept(_ operations: [UInt64]) {
    hash.update(operations)
    for word in operations {
      guard allocation != nil else {
        words.accept(word)
        continue
      }
      // What is invalid says nothing about the generator.
      if allocation?.accept(word) == nil { distribution.accept(word) }
    }
  }

  private var operationCount: Int { allocation?.operationCount ?? words.operationCount }

  /// The summary in lines of at most 80 columns, origins and names aside.
  package func text() -> String {
    var lines = ["\(header.name): \(header.vocabulary) trace"] + provenance()
    if let allocation {
      for section in [
        operations(of: allocation), memory(of: allocation), sizes(of: allocation), lifetimes(of: allocation),
        Self.distribution(of: distribution),
      ] where !section.isEmpty {
        lines.append("")
        lines += section
      }
    } else {
      let more = words.distinctCount == WordStatistics.distinctLimit ? " or more" : ""
      lines += Self.table([("distinct", "\(Self.grouped(words.distinctCount))\(more)")])
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func provenance() -> [String] {
    var rows: [(String, String)] = []
    if !header.origin.isEmpty { rows.append(("origin", header.origin)) }
    if let seed = header.seed { rows.append(("seed", "\(seed)")) }
    rows.append(("content", hash.hexadecimal))
    for parameter in header.parameters { rows.append((parameter.name, Self.grouped(parameter.value))) }
    if header.slotCount > 0 { rows.append(("slots", Self.grouped(header.slotCount))) }
    for table in header.tables {
      let unit = table.elementBytes == 8 ? "word" : "byte"
      rows.append(("table", "\(table.name), \(Self.count(table.count, unit))"))
    }
    rows.append(("operations", Self.grouped(operationCount)))
    if let byteCount {
      let each =
        operationCount == 0 ? "" : ", \(Self.decimal(Double(byteCount) / Double(operationCount), 2)) an operation"
      rows.append(("file", "\(Self.grouped(byteCount)) bytes\(each)"))
    }
    return Self.table(rows)
  }

  private func operations(of statistics: AllocationStatistics) -> [String] {
    var rows: [(String, Int)] = AllocationOperation.Kind.allCases.map { ("\($0)", statistics.count(of: $0)) }
    rows.append(("unknown kind", statistics.unknownCount))
    rows.append(("invalid", statistics.invalidCount))
    rows.removeAll { $0.1 == 0 }
    let width = rows.map { Self.grouped($0.1).count }.max() ?? 0
    return ["operations"]
      + rows.map { name, count in
        let share = Self.decimal(100 * Double(count) / Double(max(1, statistics.operationCount)), 1)
        return
          "  \(Self.padded(name, 15)) \(Self.leftPadded(Self.grouped(count), width))  \(Self.leftPadded(share, 5)) %"
      }
  }

  private func memory(of statistics: AllocationStatistics) -> [String] {
    let rows = [
      ("requested", "\(Self.bytes(statistics.totalBytes)) in all"),
      (
        "peak live", "\(Self.bytes(statistics.peakLiveBytes)) after operation \(Self.grouped(statistics.peakOperation))"
      ),
      ("peak blocks", Self.grouped(statistics.peakLiveBlocks)),
      ("live at end", "\(Self.bytes(statistics.liveBytes)) in \(Self.count(statistics.liveBlocks, "block"))"),
      ("threads", Self.grouped(statistics.threadCount)),
    ]
    let spark = Self.sparkline(statistics.liveSeries.values, width: 60)
    return ["memory"] + Self.table(rows) + Self.table([("live bytes", spark)])
  }

  private func sizes(of statistics: AllocationStatistics) -> [String] {
    histogram(statistics.sizeHistogram, title: "sizes in bytes, reallocations too")
  }

  private func lifetimes(of statistics: AllocationStatistics) -> [String] {
    histogram(statistics.lifetimeHistogram, title: "lifetimes in operations, of the blocks freed")
  }

  /// One line a bucket, from the first that is not empty to the last.
  private func histogram(_ buckets: [Int], title: String) -> [String] {
    guard let first = buckets.firstIndex(where: { $0 > 0 }), let last = buckets.lastIndex(where: { $0 > 0 }) else {
      return []
    }
    let most = buckets.max() ?? 1
    let total = buckets.reduce(0, +)
    let countWidth = Self.grouped(most).count
    var lines = [title]
    for bucket in first...last {
      let count = buckets[bucket]
      if count == 0 {
        if buckets[bucket - 1] > 0 { lines.append("  \(Self.leftPadded("…", 15))") }
        continue
      }
      let share = Self.decimal(100 * Double(count) / Double(total), 1)
      lines.append(
        "  \(Self.leftPadded(Self.range(bucket), 15))  \(Self.padded(Self.bar(count, of: most, width: 36), 36)) "
          + "\(Self.leftPadded(Self.grouped(count), countWidth))  \(Self.leftPadded(share, 5)) %")
    }
    return lines
  }

  /// The numbers of `bucket` bits: `0`, `1`, `2-3`, `4-7` … and from 1024 on, in binary units, `1-2 Ki`, `2-4 Ki` …
  private static func range(_ bucket: Int) -> String {
    if bucket <= 1 { return "\(bucket)" }
    if bucket <= 10 { return "\(1 << (bucket - 1))-\(1 << bucket - 1)" }
    let units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    let (low, high) = (bucket - 1, bucket)
    let lowUnit = low / 10 == high / 10 ? "" : " \(units[low / 10])"
    return "\(1 << (low % 10))\(lowUnit)-\(1 << (high % 10)) \(units[high / 10])"
  }

  static func table(_ rows: [(String, String)]) -> [String] {
    rows.map { name, value in "  \(Self.padded(name, 15)) \(value)" }
  }
}
