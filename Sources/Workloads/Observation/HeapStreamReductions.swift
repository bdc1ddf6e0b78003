package import Traces
import Vocabularies

/// How questions about a heap's changes are made shorter: questions are left out, then changes, and what they say is made simpler.
///
/// What is impossible without something that was left out goes along with it, so that each stream could be.
package struct HeapStreamReductions: Reductions {
  package init() {}

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    guard let items = Items(trace) else { return trace }
    return items.trace(like: trace, keepingOperations: isKept, keepingChanges: { _ in true })
  }

  package func shorten(_ search: ShrinkSearch) {
    keepLastQuestion(search)
    attempt(search) { $0.joined() }
    removeChanges(search)
  }

  package func simplify(_ search: ShrinkSearch) {
    keepLastQuestion(search)
    removeChanges(search)
    attempt(search) { $0.joined() }
    for _ in 0..<2 {
      for place in stream(search).events.indices.prefix(24) {
        for change in HeapStream.simplifications { attempt(search) { change(&$0.stream, place) } }
      }
    }
    attempt(search) { for place in $0.stream.events.indices { $0.stream.events[place].time = 0 } }
    attempt(search) { items in
      for place in items.stream.events.indices { items.stream.events[place].time = UInt64(place) }
    }
    attempt(search) { $0.stream.move() }
  }

  private func stream(_ search: ShrinkSearch) -> HeapStream { HeapStream(search.best.tables) ?? HeapStream() }

  /// All that is fed, and one question.
  private func keepLastQuestion(_ search: ShrinkSearch) {
    guard let last = search.best.operations.lastIndex(where: { MeterVocabulary.question($0)?.kind != .feed }) else {
      return
    }
    let operations = search.best.operations
    search.attempt(
      trace(search.best) { $0 == last || $0 < last && MeterVocabulary.question(operations[$0])?.kind == .feed })
  }

  private func removeChanges(_ search: ShrinkSearch) {
    var count = stream(search).events.count
    var chunk = max(1, count / 2)
    while count > 0, !search.isOver {
      var hasRemoved = false
      var end = count
      while end > 0, !search.isOver {
        let start = max(0, end - chunk)
        if let items = Items(search.best) {
          let candidate = items.trace(like: search.best) { $0 < start || $0 >= end }
          if search.attempt(candidate) { hasRemoved = true }
        }
        end = start
      }
      count = stream(search).events.count
      if chunk == 1, !hasRemoved { return }
      if chunk > 1 || !hasRemoved { chunk = max(1, min(chunk, count) / 2) }
    }
  }

  /// Tries the trace with a change, if that leaves a stream that could be.
  private func attempt(_ search: ShrinkSearch, _ change: (inout Items) -> Void) {
    guard !search.isOver, var items = Items(search.best) else { return }
    let before = items
    change(&items)
    guard items != before else { return }
    search.attempt(items.trace(like: search.best) { _ in true })
  }

  package func complexity(of trace: Trace) -> [Int] {
    guard let stream = HeapStream(trace.tables) else { return [.max] }
    let parts = stream.events.reduce(0) { sum, event in
      guard case .snapshot(let regions, let blocks) = event.change else { return sum + 1 }
      return sum + 1 + regions.count + blocks.count
    }
    return [stream.events.count, parts, stream.bits, trace.operations.reduce(0) { $0 + Int(clamping: $1) / 64 }]
  }
}

/// A trace's changes, and its operations with the changes that each feeds.
private struct Items: Equatable {
  var stream: HeapStream
  var operations: [(word: UInt64, fed: Range<Int>)]

  static func == (one: Items, other: Items) -> Bool {
    one.stream == other.stream && one.operations.elementsEqual(other.operations) { $0.word == $1.word }
  }

  init?(_ trace: Trace) {
    guard let stream = HeapStream(trace.tables) else { return nil }
    self.stream = stream
    var next = 0
    operations = trace.operations.map { word in
      guard let (kind, count) = MeterVocabulary.question(word), kind == .feed else { return (word, next..<next) }
      let first = next
      next = min(stream.events.count, next + count)
      return (word, first..<next)
    }
  }

  /// What is fed between two questions, fed at once.
  mutating func joined() {
    var new: [(word: UInt64, fed: Range<Int>)] = []
    for operation in operations {
      if MeterVocabulary.question(operation.word)?.kind == .feed, let last = new.last,
        MeterVocabulary.question(last.word)?.kind == .feed
      {
        let fed = last.fed.lowerBound..<operation.fed.upperBound
        new[new.count - 1] = (MeterVocabulary.word(.feed, fed.count), fed)
      } else {
        new.append(operation)
      }
    }
    operations = new
  }

  func trace(like trace: Trace, keepingChanges keepsChange: (Int) -> Bool) -> Trace {
    self.trace(like: trace, keepingOperations: { _ in true }, keepingChanges: keepsChange)
  }

  func trace(
    like trace: Trace, keepingOperations isKept: (Int) -> Bool,
    keepingChanges keepsChange: (Int) -> Bool
  ) -> Trace {
    var isFed = Array(repeating: false, count: stream.events.count)
    for (place, operation) in operations.enumerated() where isKept(place) {
      for event in operation.fed { isFed[event] = true }
    }
    let (kept, stayed) = stream.keeping { isFed[$0] && keepsChange($0) }
    var words: [UInt64] = []
    for (place, operation) in operations.enumerated() where isKept(place) {
      if MeterVocabulary.question(operation.word)?.kind == .feed {
        let count = operation.fed.count { stayed[$0] }
        // One of nothing stays one; one of which nothing is left goes.
        if count > 0 || operation.fed.isEmpty { words.append(MeterVocabulary.word(.feed, count)) }
      } else {
        words.append(operation.word)
      }
    }
    var candidate = Trace(asking: words, about: kept)
    candidate.header.name = trace.header.name
    candidate.header.origin = trace.header.origin
    return candidate
  }
}

extension HeapStream {
  /// How large the numbers in it are.
  fileprivate var bits: Int {
    func bits(_ words: UInt64...) -> Int { words.reduce(0) { $0 + 64 - $1.leadingZeroBitCount } }
    return events.reduce(0) { sum, event in
      let own =
        switch event.change {
        case .begin(let block): bits(block.address, block.requested, block.taken)
        case .end(let address), .unmap(let address): bits(address)
        case .map(let region), .resize(let region): bits(region.start, region.end &- region.start)
        case .snapshot(let regions, let blocks):
          regions.reduce(0) { $0 + bits($1.start, $1.end &- $1.start) }
            + blocks.reduce(0) { $0 + bits($1.address, $1.requested, $1.taken) }
        }
      return sum + own + bits(event.time)
    }
  }

  /// Ways to make one change simpler. What it makes impossible is left out afterwards.
  fileprivate static let simplifications: [@Sendable (inout HeapStream, Int) -> Void] = [
    { stream, place in
      guard stream.events.indices.contains(place),
        case .snapshot(let regions, let blocks) = stream.events[place].change, !blocks.isEmpty
      else { return }
      stream.events[place].change = .snapshot(regions, Array(blocks.prefix(blocks.count / 2)))
    },
    { stream, place in
      guard stream.events.indices.contains(place),
        case .snapshot(let regions, let blocks) = stream.events[place].change, !blocks.isEmpty
      else { return }
      stream.events[place].change = .snapshot(regions, Array(blocks.dropFirst((blocks.count + 1) / 2)))
    },
    { stream, place in
      guard stream.events.indices.contains(place), case .begin(var block) = stream.events[place].change else { return }
      block.requested = block.taken
      stream.events[place].change = .begin(block)
    },
    { stream, place in
      guard stream.events.indices.contains(place), case .begin(var block) = stream.events[place].change else { return }
      block.requested = min(block.requested, 1)
      stream.events[place].change = .begin(block)
    },
  ]

  /// Lowers all addresses, as far as the lowest region goes, to 0x1000 in place of where that starts.
  fileprivate mutating func move() {
    var lowest = UInt64.max
    for event in events {
      switch event.change {
      case .map(let region): lowest = min(lowest, region.start)
      case .snapshot(let regions, _): lowest = min(lowest, regions.first?.start ?? .max)
      default: break
      }
    }
    guard lowest != .max, lowest > 0x1000 else { return }
    let down = lowest - 0x1000
    func moved(_ region: Region) -> Region { Region(start: region.start &- down, end: region.end &- down) }
    func moved(_ block: Block) -> Block {
      Block(address: block.address &- down, requested: block.requested, taken: block.taken)
    }
    for place in events.indices {
      switch events[place].change {
      case .begin(let block): events[place].change = .begin(moved(block))
      case .end(let address): events[place].change = .end(address &- down)
      case .unmap(let start): events[place].change = .unmap(start &- down)
      case .map(let region): events[place].change = .map(moved(region))
      case .resize(let region): events[place].change = .resize(moved(region))
      case .snapshot(let regions, let blocks):
        events[place].change = .snapshot(regions.map { moved($0) }, blocks.map { moved($0) })
      }
    }
  }
}
