package import Traces
package import Vocabularies

/// A stream of heap changes as its tables have it, taken apart.
package struct HeapStream: Equatable, Sendable {
  package struct Region: Equatable, Sendable {
    package var start: UInt64
    package var end: UInt64

    package init(start: UInt64, end: UInt64) {
      self.start = start
      self.end = end
    }
  }

  package struct Block: Equatable, Sendable {
    package var address: UInt64
    package var requested: UInt64
    package var taken: UInt64

    package init(address: UInt64, requested: UInt64, taken: UInt64) {
      self.address = address
      self.requested = requested
      self.taken = taken
    }

    package var end: UInt64 { address &+ taken }
  }

  package enum Change: Equatable, Sendable {
    case begin(Block)
    case end(UInt64)
    case map(Region)
    case resize(Region)
    case unmap(UInt64)
    case snapshot([Region], [Block])
  }

  package struct Event: Equatable, Sendable {
    package var time: UInt64
    package var change: Change

    package init(time: UInt64, change: Change) {
      self.time = time
      self.change = change
    }
  }

  package var events: [Event] = []

  package init() {}

  /// - Returns: nil where the tables are no stream.
  package init?(_ tables: [NamedTable]) {
    guard MeterVocabulary.faults(in: tables).isEmpty, let words = tables.words(MeterVocabulary.changes),
      let rows = tables.words(MeterVocabulary.snapshots)
    else { return nil }
    events.reserveCapacity(words.count / MeterVocabulary.changeWords)
    for place in stride(from: 0, to: words.count, by: MeterVocabulary.changeWords) {
      let (one, two, three) = (words[place + 2], words[place + 3], words[place + 4])
      guard let code = MeterVocabulary.Change(rawValue: words[place]) else { return nil }
      let change: Change
      switch code {
      case .begin: change = .begin(Block(address: one, requested: two, taken: three))
      case .end: change = .end(one)
      case .map: change = .map(Region(start: one, end: one &+ two))
      case .resize: change = .resize(Region(start: one, end: one &+ two))
      case .unmap: change = .unmap(one)
      case .snapshot:
        let (first, middle) = (Int(one), Int(one + two))
        change = .snapshot(
          (first..<middle).map { Region(start: rows[3 * $0], end: rows[3 * $0] &+ rows[3 * $0 + 1]) },
          (middle..<middle + Int(three)).map {
            Block(address: rows[3 * $0], requested: rows[3 * $0 + 1], taken: rows[3 * $0 + 2])
          })
      }
      events.append(Event(time: words[place + 1], change: change))
    }
  }

  package var tables: [NamedTable] {
    var (words, rows): ([UInt64], [UInt64]) = ([], [])
    words.reserveCapacity(MeterVocabulary.changeWords * events.count)
    func add(_ code: MeterVocabulary.Change, _ time: UInt64, _ one: UInt64, _ two: UInt64 = 0, _ three: UInt64 = 0) {
      words.append(code.rawValue)
      words.append(time)
      words.append(one)
      words.append(two)
      words.append(three)
    }
    for event in events {
      switch event.change {
      case .begin(let block): add(.begin, event.time, block.address, block.requested, block.taken)
      case .end(let address): add(.end, event.time, address)
      case .map(let region): add(.map, event.time, region.start, region.end &- region.start)
      case .resize(let region): add(.resize, event.time, region.start, region.end &- region.start)
      case .unmap(let start): add(.unmap, event.time, start)
      case .snapshot(let regions, let blocks):
        add(
          .snapshot, event.time, UInt64(rows.count / MeterVocabulary.snapshotWords), UInt64(regions.count),
          UInt64(blocks.count))
        for region in regions { rows += [region.start, region.end &- region.start, 0] }
        for block in blocks { rows += [block.address, block.requested, block.taken] }
      }
    }
    return [
      NamedTable(MeterVocabulary.changes, words: words), NamedTable(MeterVocabulary.snapshots, words: rows),
    ]
  }
}

extension Trace {
  /// Questions about a stream, between which it is fed.
  package init(asking questions: [UInt64], about stream: HeapStream) {
    // Each list as long as it can be, and a few words more, so that what is a little too long is seen.
    let words = questions.reduce(64) { words, question in
      switch MeterVocabulary.question(question)?.kind {
      case .histogram: words + 64 * MeterVocabulary.rowWords
      case .measures: words + MeterVocabulary.measureWords
      default: words
      }
    }
    self.init(
      vocabulary: MeterVocabulary.name, name: "",
      parameters: [TraceParameter(name: Channel.answerParameter, value: words)], tables: stream.tables,
      operations: questions)
  }
}
