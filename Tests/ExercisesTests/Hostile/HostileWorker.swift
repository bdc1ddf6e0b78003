import Examining
import Exercises
import Judging
import Synchronization
import Testing
import Traces
import Vocabularies
import Workloads

/// Which case is tried, for whoever has to tell after a trap.
let hostileCase = Atomic<Int>(-1)

/// A worker that answers rightly but for some words, which are whatever a seed says: outcomes, bytes of the heap, and all that it may
/// write into the control page.
struct HostileWorker {
  /// What claims are tried with first: where arithmetic ends.
  static let oddWords: [UInt64] = [
    0, 1, 7, 8, 4096, 1 << 31, 1 << 32, 1 << 40, 1 << 44, 1 << 62, 1 << 63 - 8, 1 << 63 - 1, 1 << 63, .max - 8,
    .max - 1, .max,
  ]

  /// What came of some cases.
  struct Tally: Equatable {
    var cases = 0
    var violations = 0
    /// By kind.
    var kinds: [String: Int] = [:]
    /// Characters of all texts, so that runs can be compared.
    var textLength = 0
  }

  private let heap: UnsafeMutableRawPointer
  private let heapBytes: Int
  private let page: UnsafeMutablePointer<UInt64>
  private var generator: SeededGenerator
  private(set) var tally = Tally()

  init(seed: UInt64, heapBytes: Int) {
    self.heapBytes = heapBytes
    heap = .allocate(byteCount: heapBytes, alignment: 4096)
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: heapBytes)
    page = .allocate(capacity: Channel.controlBytes / 8)
    page.initialize(repeating: 0, count: Channel.controlBytes / 8)
    generator = SeededGenerator(seed: seed, purpose: "hostile worker")
  }

  func end() {
    heap.deallocate()
    page.deallocate()
  }

  /// Replays of an exercise's traces, some short pieces of each.
  static func replays(of exercise: Exercise, pieces: Int) throws -> [HonestReplay] {
    var generator = SeededGenerator(seed: 4, purpose: exercise.id)
    var traces: [Trace] = []
    for item in NamedWorkload.all where item.exercise.id == exercise.id { traces.append(try item.trace(seed: 1)) }
    if let fit = exercise.chaos {
      traces += ChaosRun.generators(for: exercise).map { fit.trace($0, operations: 400, seed: 1) }
    }
    // Images of 100,000 blocks show nothing here that smaller ones do not.
    return traces.filter { $0.tables.isEmpty || $0.wordCount < 1 << 17 }.flatMap { trace in
      // What is rare is looked for: damage is done to one operation in hundreds.
      let rare = trace.operations.indices.filter {
        exercise.vocabulary.hasPayloads && AllocationOperation(word: trace.operations[$0]).hostility != nil
      }
      return (0..<pieces).map { piece in
        let count = min(trace.operations.count, 64)
        let last = trace.operations.count - count
        let drawn = rare.isEmpty ? generator.below(last + 1) : max(0, generator.pick(rare) - count / 2)
        let first = soundStart(piece == 0 ? 0 : min(drawn, last), trace, exercise)
        return HonestReplay(exercise, trace, trace.operations[first..<first + count])
      }
    }
  }

  /// Where a piece of a trace may begin: where there are marks, blocks from before are ended by what is about marks from before, so there
  /// it begins after a reset.
  private static func soundStart(_ place: Int, _ trace: Trace, _ exercise: Exercise) -> Int {
    guard exercise.vocabulary.hasPayloads, trace.operations.contains(where: { AllocationOperation(word: $0).isBulk })
    else { return place }
    let reset = trace.operations[..<place].lastIndex { AllocationOperation(word: $0).kind == .reset }
    return reset.map { $0 + 1 } ?? 0
  }

  /// Whether the heap of a replay can be had in memory.
  func takes(_ replay: HonestReplay) -> Bool { replay.heapEnd <= heapBytes }

  /// Tries cases of one replay.
  mutating func run(_ replay: HonestReplay, cases: Range<Int>) {
    replay.fill(heap)
    for number in cases {
      hostileCase.store(number, ordering: .relaxed)
      var outcomes = replay.outcomes
      corrupt(&outcomes, of: replay)
      let spoiled = spoilHeap(below: replay.heapEnd)
      spoilPage()
      judge(replay, outcomes)
      if let spoiled { heap.storeBytes(of: spoiled.old, toByteOffset: spoiled.offset, as: UInt64.self) }
      tally.cases += 1
    }
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: replay.heapEnd)
  }

  /// One replay as the judge would see it.
  mutating func judge(_ replay: HonestReplay, _ outcomes: [UInt64]) {
    var oracle = replay.oracle
    let operations = replay.trace.operations
    // Where the judge writes into the heap itself, it writes where a worker says that blocks are.
    let isAttended = generator.oneIn(8)
    if isAttended { oracle.attend(secret: generator.next()) }
    defer {
      if isAttended || operations.contains(where: oracle.isJudges) {
        heap.initializeMemory(as: UInt8.self, repeating: 0, count: heapBytes)
        replay.fill(heap)
      }
    }
    let limit = replay.trace.heapLimit
    // The mapping is as long as what any block can be in: the rest is zero in a real heap too.
    let view = HeapView(base: heap, byteCount: min(limit, heapBytes), touchedBytes: generator.pick([0, 4096, limit]))
    let control = ControlPage(at: page)
    var violation: Violation?
    var first = 0
    while violation == nil, first < operations.count {
      let knownEnd = min(heapEnd(control, replay), min(limit, heapBytes))
      if oracle.isJudges(operations[first]) {
        let outcome = [oracle.perform(operations[first], heap: view, heapEnd: knownEnd)]
        violation = oracle.check(
          operations: operations.span.extracting(first..<first + 1), outcomes: outcome.span,
          in: Window(firstIndex: first, damage: nil, heap: view, heapEnd: knownEnd))
        first += 1
        continue
      }
      var end =
        isAttended && !oracle.mayAttendWindows ? first + 1 : min(operations.count, first + generator.pick(1...64))
      if let stop = operations[first..<end].firstIndex(where: oracle.isJudges) { end = stop }
      if let stop = operations[first..<end].firstIndex(where: oracle.endsWindow) { end = stop + 1 }
      if isAttended {
        violation = oracle.prepare(
          for: operations.span.extracting(first..<end), firstIndex: first, heap: view)
        if violation != nil { break }
        _ = oracle.glance(
          operations: operations.span.extracting(first..<end), outcomes: outcomes.span.extracting(first..<first),
          firstIndex: first, heap: view)
      }
      let isLast = end == operations.count
      let window = Window(
        firstIndex: first, damage: isAttended ? nil : control.damage, heap: isLast || isAttended ? view : nil,
        heapEnd: knownEnd, answers: answers(to: first..<end, of: replay, outcomes))
      violation = oracle.check(
        operations: operations.span.extracting(first..<end), outcomes: outcomes.span.extracting(first..<end), in: window
      )
      first = end
      if generator.oneIn(20) { break }
    }
    if violation == nil {
      if first < operations.count || generator.oneIn(4) {
        violation = oracle.verdict(onEnd: ended(control, replay))
      } else {
        violation = oracle.finish(heap: view)
      }
    }
    tell(violation, oracle, replay, outcomes, control)
  }

  /// All that people may be told of it.
  private mutating func tell(
    _ violation: Violation?, _ oracle: any Oracle, _ replay: HonestReplay, _ outcomes: [UInt64], _ control: ControlPage
  ) {
    let operations = replay.trace.operations
    if let (operation, text) = control.finding, operation < UInt64(operations.count) {
      let finding = Finding(operation: Int(operation), text: String(decoding: text, as: UTF8.self))
      tally.textLength += finding.first(of: violation)?.message.utf8.count ?? 0
    }
    for (word, outcome) in zip(operations, outcomes) where generator.oneIn(8) {
      tally.textLength += replay.exercise.vocabulary.describe(outcome: outcome, of: word).utf8.count
    }
    if replay.exercise.vocabulary.hasPayloads, generator.oneIn(4) {
      var contents = HeapContents(asSeenBy: oracle)
      for (index, word) in operations.enumerated() { contents.perform(word, outcomes[index], at: index) }
      let view = HeapView(base: heap, byteCount: heapBytes, touchedBytes: 0)
      tally.textLength += contents.damage(in: view, end: heapBytes).count
    }
    guard let violation else {
      tally.textLength += oracle.measurements.map(\.name.count).reduce(0, +)
      return
    }
    tally.violations += 1
    tally.kinds[violation.kind.rawValue, default: 0] += 1
    tally.textLength += violation.message.utf8.count + violation.evidence.reduce(0) { $0 + $1.utf8.count }
    #expect(Catalogue.all.kind(violation.kind.rawValue) != nil, "\(violation.kind.rawValue)")
    // What is told of an operation is told of one that there is: texts and shorter traces are made of it.
    #expect(violation.operation.map { operations.indices.contains($0) } ?? true, "\(violation)")
  }

  /// What the judge would say of a worker that ended.
  private func ended(_ control: ControlPage, _ replay: HonestReplay) -> Violation {
    let index = Int(clamping: control.current)
    let stray = control.stray.map { $0.description } ?? ""
    return Violation(
      .crash, at: index < replay.trace.operations.count ? index : nil,
      stray + "\(control.crash.signal) \(control.crash.address) \(control.frames) \(judgesOwn(control))")
  }

  /// What else the page has accessors for.
  private func judgesOwn(_ control: ControlPage) -> String {
    "\(control.parameter("blockSize") ?? 0) \(control.heapLimit) \(control.driver) \(control.count) \(control.capacity) "
      + "\(control.slotCount) \(control.firstIndex) \(control.command) \(control.magic)"
  }

  /// The heap's end as the judge takes it from the page: not above the limit.
  private func heapEnd(_ control: ControlPage, _ replay: HonestReplay) -> Int {
    let claimed = Int(clamping: control.heapEnd)
    return claimed == 0 ? replay.heapEnd : min(claimed, replay.trace.heapLimit)
  }

  /// What the judge would copy of the answers: right ones, as long as the outcomes say, with some words that are anything.
  private mutating func answers(to range: Range<Int>, of replay: HonestReplay, _ outcomes: [UInt64]) -> Answers {
    let room = replay.trace.answerWords
    guard room > 0 else { return Answers() }
    let count = Answers.words(
      of: replay.trace.operations[range], outcomes[range], replay.exercise.vocabulary, room: room)
    var words = Array(replay.answers[range].joined().prefix(count))
    words += Array(repeating: 0, count: count - words.count)
    if !words.isEmpty, generator.oneIn(3) {
      for _ in 0..<generator.pick(1...3) {
        let place = generator.below(words.count)
        words[place] = word(near: words[place])
      }
    }
    return Answers(words)
  }

  private mutating func word(near right: UInt64) -> UInt64 {
    switch generator.below(4) {
    case 0: generator.pick(Self.oddWords)
    case 1: generator.next() >> generator.pick(0...63)
    case 2: right &+ UInt64(generator.pick(1...64))
    default: right &- UInt64(generator.pick(1...64))
    }
  }

  private mutating func corrupt(_ outcomes: inout [UInt64], of replay: HonestReplay) {
    guard !outcomes.isEmpty else { return }
    for _ in 0..<generator.pick(0...3) {
      let isRare = !replay.rare.isEmpty && generator.oneIn(2)
      let place = isRare ? generator.pick(replay.rare) : generator.below(outcomes.count)
      outcomes[place] = generator.oneIn(5) ? generator.pick(outcomes) : word(near: outcomes[place])
    }
  }

  private mutating func spoilHeap(below end: Int) -> (offset: Int, old: UInt64)? {
    guard end >= 8, generator.oneIn(8) else { return nil }
    let offset = generator.below(end / 8) * 8
    let old = heap.load(fromByteOffset: offset, as: UInt64.self)
    heap.storeBytes(of: word(near: old), toByteOffset: offset, as: UInt64.self)
    return (offset, old)
  }

  /// Any words in the control page, so that every report in it is there at times and claims anything.
  private mutating func spoilPage() {
    page.update(repeating: 0, count: Channel.controlBytes / 8)
    page[11] = word(near: 30)
    if generator.oneIn(8) {
      page[12] = UInt64(generator.below(6))
      for place in 13...16 { page[place] = word(near: 20) }
    }
    if generator.oneIn(4) {
      page[20] = 1
      for place in 21...62 { page[place] = word(near: 2) }
    }
    if generator.oneIn(16) { page[168] = word(near: 4096) }
    if generator.oneIn(8) {
      page[190] = word(near: 20)
      page[191] = word(near: 40)
      for place in 192..<512 { page[place] = generator.next() }
    }
    // Now and then all of it, those words too that the judge should be alone to write.
    if generator.oneIn(16) { for place in 0..<512 { page[place] = word(near: 1) } }
  }
}
