/// What a stream of changes promises, as far as a look at each change by itself can tell.
extension MeterVocabulary {
  /// The most faults that are told of one trace.
  private static let faultLimit = 100

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    var faults: [TableFault] = []
    for name in [changes, snapshots] where tables.words(name) == nil {
      faults.append(TableFault(name, "a stream needs this table, of words"))
    }
    faults += tables.filter { ![changes, snapshots].contains($0.name) }.map {
      TableFault($0.name, "a stream has no such table")
    }
    guard faults.isEmpty, let changes = tables.words(changes), let snapshots = tables.words(snapshots) else {
      return faults
    }
    if !changes.count.isMultiple(of: changeWords) {
      faults.append(TableFault(Self.changes, element: changes.count - 1, "a change has \(changeWords) words"))
    }
    if !snapshots.count.isMultiple(of: snapshotWords) {
      faults.append(
        TableFault(Self.snapshots, element: snapshots.count - 1, "a row of a snapshot has \(snapshotWords) words"))
    }
    guard faults.isEmpty else { return faults }
    var (live, regions): (Set<UInt64>, Set<UInt64>) = ([], [])
    var time: UInt64 = 0
    for place in stride(from: 0, to: changes.count, by: changeWords) where faults.count < faultLimit {
      let (one, two, three) = (changes[place + 2], changes[place + 3], changes[place + 4])
      func fault(_ word: Int, _ reason: String) {
        faults.append(TableFault(Self.changes, element: place + word, "change \(place / changeWords) \(reason)"))
      }
      guard let change = Change(rawValue: changes[place]) else {
        fault(0, "has the code \(changes[place]), which is none")
        continue
      }
      if change != .snapshot, changes[place + 1] < time { fault(1, "is earlier than the one before") }
      time = changes[place + 1]
      switch change {
      case .begin:
        if let reason = reason(one, two, three) { fault(2, reason) }
        if !live.insert(one).inserted { fault(2, "begins where a block lives") }
      case .end: if live.remove(one) == nil { fault(2, "ends no live block") }
      case .map:
        if two > 1 << 62 || one > .max - two { fault(3, "has too many bytes") }
        if !regions.insert(one).inserted { fault(2, "maps a region twice") }
      case .resize:
        if two > 1 << 62 || one > .max - two { fault(3, "has too many bytes") }
        if !regions.contains(one) { fault(2, "resizes no region") }
      case .unmap: if regions.remove(one) == nil { fault(2, "unmaps no region") }
      case .snapshot:
        let rows = UInt64(snapshots.count / snapshotWords)
        guard one <= rows, two <= rows - one, three <= rows - one - two else {
          fault(2, "has its snapshot outside of the table")
          continue
        }
        let (first, middle) = (Int(one), Int(one + two))
        let end = middle + Int(three)
        regions = Set((first..<middle).map { snapshots[snapshotWords * $0] })
        live = Set((middle..<end).map { snapshots[snapshotWords * $0] })
        for row in first..<end {
          let base = snapshotWords * row
          if row != first, row != middle, snapshots[base] <= snapshots[base - snapshotWords] {
            fault(2, "has a snapshot that is not in the order of addresses, in row \(row)")
            break
          }
          let words = (snapshots[base], snapshots[base + 1], snapshots[base + 2])
          if row < middle ? words.1 > 1 << 62 || words.0 > .max - words.1 : reason(words.0, words.1, words.2) != nil {
            fault(2, "has a snapshot with too many bytes, or a block that takes too few, in row \(row)")
            break
          }
        }
      }
    }
    return Array(faults.prefix(faultLimit))
  }

  /// What is wrong with a block by itself.
  private static func reason(_ address: UInt64, _ requested: UInt64, _ taken: UInt64) -> String? {
    if taken == 0 || taken < requested { return "takes less than it was asked for, or nothing" }
    return taken > 1 << 62 || address > .max - taken ? "has too many bytes" : nil
  }
}
