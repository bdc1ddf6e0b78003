package import Examining
import Sandbox
import SystemPackage
package import Traces
import Vocabularies
import Workloads

/// One worker, and the traces that it replays one after the other, each against a new subject over an empty heap.
///
/// What a subject keeps outside its heap and itself (globals) outlives a trace, so what is graded has a session of its own for
/// each trace. A worker that ends is started again for the next one.
package final class ReplaySession {
  /// Told after each window what came of it.
  package typealias Observer = (ObservedWindow) -> Void

  /// Whether each trace has a process of its own.
  package var startsAnew = false
  /// Whether there is room for the first trace's windows only.
  var isForOne = false
  /// The most operations that the subject may see at once; nil for windows as long as the trace allows.
  var longestWindow: Int?
  /// Whether what a subject finds wrong with itself counts as wrong, and ends a replay.
  package var heedsFindings = true
  /// Whether the judge fills the subject's blocks itself, and gives it one operation at a time, or now and then many: what code that may be
  /// unsafe is replayed by. Not where somebody observes the windows, who knows the driver's patterns.
  var attends = false
  /// Whether all outcomes are kept, for replays that have to have the same.
  var keepsAnswers = false
  /// Whether the lists that operations were answered with are kept too, since something may follow from them.
  var keepsLists = false
  /// Whether crashes are told with the student's function.
  package var namesFunctions = true

  private let worker: FilePath
  private let sandbox: WorkerSandbox
  private let symbolicator: Symbolicator
  private var link: WorkerLink?
  /// What the worker that ended last has written to standard output and standard error, as far as that is text.
  private(set) var printed = ""
  /// What this worker's sleep was when it was counted last.
  private var counted = 0.0
  /// When this worker was started.
  private var started = ContinuousClock.now
  /// How long its workers slept in all.
  private(set) var secondsAsleep = 0.0
  /// To which that is charged as well.
  var budget: SleepBudget?

  init(_ worker: FilePath, sandbox: WorkerSandbox, symbolicator: Symbolicator) {
    self.worker = worker
    self.sandbox = sandbox
    self.symbolicator = symbolicator
  }

  deinit { end() }

  /// Ends the worker.
  package func end() {
    guard let link else { return }
    let ended = sandbox.profile.measure(.starting) { link.end() }
    sandbox.profile.add(cpuSeconds: ended.userSeconds + ended.systemSeconds, to: .replaying)
    printed = String(decoding: ended.standardOutput + ended.standardError, as: UTF8.self)
    self.link = nil
  }

  /// Replays a trace in windows, each verified before the next.
  ///
  /// - Parameters:
  ///   - windowSeed: from which the lengths of the windows are drawn, so that no subject knows when it is looked at; and the heap's
  ///     random numbers, unless the trace brings their seed along.
  ///   - lockstep: windows of one operation.
  ///   - writesPayloads: write into the blocks, and look whether it stays; else nobody touches them but the subject.
  ///   - seconds: of CPU time for the whole replay.
  package func replay(
    _ trace: Trace, oracle: any Oracle, windowSeed: UInt64, lockstep: Bool = false, writesPayloads: Bool = true,
    seconds: Double = 2, observer: Observer? = nil
  ) throws(JudgeError) -> CheckedResult {
    let attends = attends && writesPayloads && observer == nil
    let trace = writesPayloads && !attends ? trace : trace.settingParameter(PayloadPattern.silenceParameter, 1)
    let sent = (oracle.disguised(trace) ?? trace).seeded(from: windowSeed)
    let link = try link(for: sent)
    var replay = OneReplay(
      link: link, trace: trace, sent: sent.operations, oracle: oracle, seconds: seconds,
      classifier: EndClassifier(
        link: link, worker: worker, trace: trace, symbolicator: namesFunctions ? symbolicator : nil))
    replay.looksAtHeap = writesPayloads
    replay.profile = sandbox.profile
    replay.keepsAnswers = keepsAnswers || keepsLists
    replay.keepsLists = keepsLists
    replay.heedsFindings = heedsFindings
    replay.longestWindow = longestWindow
    if attends { replay.attend(windowSeed) }
    replay.run(windowSeed: windowSeed, lockstep: lockstep, observer: observer)
    if link.control.heapSeed != sent.heapSeed { replay.result.drawnSeed = sent.heapSeed }
    count(link)
    if startsAnew || replay.hasEnded { end() }
    return replay.result
  }

  private func count(_ link: WorkerLink) {
    let seconds = link.secondsAsleep - counted
    counted = link.secondsAsleep
    secondsAsleep += seconds
    budget?.add(seconds)
    sandbox.profile.add(secondsAsleep: seconds)
  }

  /// Whether a worker is halfway to where its sandbox ends it, however right it is: no replay takes as long as the other half.
  private func isOld(_ link: WorkerLink) -> Bool {
    let limits = sandbox.limits
    return link.cpuSeconds > limits.cpuSeconds / 2
      || (ContinuousClock.now - started).inSeconds > limits.wallSeconds / 2
  }

  /// A worker that is ready for a trace: the one that runs, if its channel and heap are large enough.
  private func link(for trace: Trace) throws(JudgeError) -> WorkerLink {
    if let link, !isOld(link), link.prepare(for: trace) { return link }
    end()
    let start = ContinuousClock.now
    started = start
    defer { sandbox.profile.add(.starting, since: start) }
    let longest = longestWindow ?? (isForOne ? OneReplay.longestWindow(of: trace) : OneReplay.longestWindow)
    let memory = try WorkerLink.Memory(for: [trace], capacity: longest)
    let started = try WorkerLink(binary: worker, trace: trace, memory: memory, sandbox: sandbox)
    link = started
    counted = 0
    return started
  }
}

/// The replay of one trace.
private struct OneReplay {
  /// The longest window of a long trace.
  static let longestWindow = 16_384

  /// The longest window of a trace: several windows however short it is, since blocks that come and go within one are never
  /// looked at.
  static func longestWindow(of trace: Trace) -> Int { min(longestWindow, max(64, trace.operations.count / 8)) }

  let link: WorkerLink
  let trace: Trace
  /// The trace's operations as the worker is to see them.
  let sent: [UInt64]
  var oracle: any Oracle
  let seconds: Double
  let classifier: EndClassifier
  /// Whether the oracle sees the heap's bytes.
  var looksAtHeap = true
  var heedsFindings = true
  /// The most operations that are sent at once, where a subject that sees more of the future could make use of it.
  var longestWindow: Int?
  var keepsAnswers = false
  var keepsLists = false
  /// From which is drawn when memory is counted; nil where that is done after each window.
  private var countings: SeededGenerator?
  /// How many windows of one operation follow in an attended replay.
  private var singles = 64
  var profile = GradingProfile()
  var result: CheckedResult
  /// Whether the worker is gone, or not to be used again.
  var hasEnded = false

  init(link: WorkerLink, trace: Trace, sent: [UInt64], oracle: any Oracle, seconds: Double, classifier: EndClassifier) {
    self.link = link
    self.trace = trace
    self.sent = sent
    self.oracle = oracle
    self.seconds = seconds
    self.classifier = classifier
    result = CheckedResult(enforcement: link.enforcement)
  }

  /// Makes the judge the subject's program.
  mutating func attend(_ windowSeed: UInt64) {
    var generator = SeededGenerator(seed: windowSeed, purpose: "attended")
    oracle.attend(secret: generator.next())
    countings = generator
  }

  mutating func run(windowSeed: UInt64, lockstep: Bool, observer: ReplaySession.Observer?) {
    let operations = trace.operations
    var windows = SeededGenerator(seed: windowSeed, purpose: "windows")
    var privateMemory = PrivateMemory(of: link)
    let budget = link.cpuSeconds + seconds
    if ends(link.start, during: "the program's start") { return }
    if ends(link.request(.begin, seconds: seconds), during: "init") { return }
    var first = 0
    var looks = 0
    // The length of the window before.
    var before = 0
    var nanosecondsEach = 100.0
    while first < operations.count {
      if oracle.isJudges(operations[first]) {
        performOne(first, observer)
        if result.violation != nil { return }
        first += 1
        continue
      }
      var count = min(lockstep ? 1 : windowLength(&windows), operations.count - first)
      if let stop = operations[first..<first + count].firstIndex(where: oracle.isJudges) { count = stop - first }
      if let stop = operations[first..<first + count].firstIndex(where: oracle.endsWindow) { count = stop - first + 1 }
      if let stop = operations[first + 1..<first + count].firstIndex(where: oracle.beginsWindow) {
        count = stop - first
      }
      if isAttended {
        result.violation = oracle.prepare(
          for: operations.span.extracting(first..<first + count), firstIndex: first, heap: link.view(touchedBytes: 0))
        if result.violation != nil { return }
      }
      defer { before = count }
      let posted = ContinuousClock.now
      var glanced: Violation?
      var pages = 0
      let response = link.request(
        .checked, firstIndex: first, operations: sent[first..<first + count],
        seconds: max(budget - link.cpuSeconds, 0.05),
        wipes: count > 1 || before > 1,
        glances: looksAtHeap && oracle.glances
          ? Glances(operations: count, nanosecondsEach: nanosecondsEach) : Glances()
      ) { [link] done, isStill in
        pages = max(pages, link.heap.touchedBytes)
        guard glanced == nil else { return }
        let found = glance(first, count, done)
        // One that was not stopped after all has gone on meanwhile, and what was seen means nothing.
        if found != nil, isAttended || isStill() { glanced = found }
      }
      // Rather too short than too long, when it would be over.
      let each = (ContinuousClock.now - posted).inSeconds * 1e9 / Double(count)
      nanosecondsEach = max(10, min(each, 1.25 * nanosecondsEach))
      result.operations = first
      profile.add(.replaying, since: posted)
      if ends(response, during: nil, first: first, count: count) { return }
      let answered = ContinuousClock.now
      defer { profile.add(.judging, since: answered) }
      // Where windows are a few operations long, to look after each would take longer than the replay.
      let isLast = first + count == operations.count
      let counts = isLast || oracle.beginsWindow(operations[first + count]) || countings?.oneIn(64) ?? true
      let touched = counts || oracle.endsWindow(operations[first + count - 1]) ? link.heap.touchedBytes : 0
      result.heapFootprint = max(result.heapFootprint, touched, pages)
      if isLast || counts && (longestWindow == nil || isAttended || looks.isMultiple(of: 64)) {
        privateMemory.measure(link, isCertain: first == 0 || isLast)
      }
      looks += 1
      result.privateFootprint = privateMemory.charged
      let outcomes = link.outcomes(count: count)
      let answers = link.answers(to: operations[first..<first + count], outcomes)
      if keepsAnswers { result.answers += outcomes }
      if keepsLists { result.lists += answers.all }
      result.heapEnd = max(result.heapEnd, link.heapEnd)
      let window = Window(
        firstIndex: first, damage: isAttended ? nil : link.damage,
        heap: looksAtHeap ? link.view(touchedBytes: touched) : nil, heapEnd: link.heapEnd, answers: answers)
      let end = first + count
      observer?(ObservedWindow(window: window, outcomes: outcomes) { [link] in link.finding(amongFirst: end) })
      result.violation = oracle.check(
        operations: operations.span.extracting(first..<first + count), outcomes: outcomes.span, in: window)
      if result.violation == nil, isLast { result.violation = oracle.finish(heap: window.heap) }
      if result.violation == nil { result.violation = link.unsteadiness(of: answers, at: end - 1) }
      // Once more: pages may have been put aside while they were counted, but not while their bytes were looked at.
      if counts { result.heapFootprint = max(result.heapFootprint, link.heap.touchedBytes) }
      // What the window's end shows as well is told as that, the same each time.
      result.violation = result.violation ?? glanced
      if heedsFindings, let finding = link.finding(amongFirst: first + count) {
        result.violation = finding.first(of: result.violation)
      }
      if result.violation != nil { return }
      first += count
    }
    result.operations = operations.count
    result.measurements = oracle.measurements
    result.spread = oracle.spread
  }

  /// Whether the judge is the subject's program.
  private var isAttended: Bool { countings != nil }

  /// Does an operation that is the judge's own, of which the worker knows nothing.
  private mutating func performOne(_ index: Int, _ observer: ReplaySession.Observer?) {
    let heap = link.view(touchedBytes: 0)
    let outcome = oracle.perform(trace.operations[index], heap: heap, heapEnd: link.heapEnd)
    if keepsAnswers { result.answers.append(outcome) }
    let window = Window(firstIndex: index, damage: nil, heap: looksAtHeap ? heap : nil, heapEnd: link.heapEnd)
    observer?(ObservedWindow(window: window, outcomes: [outcome]) { [link] in link.finding(amongFirst: index + 1) })
    let operation = [trace.operations[index]]
    result.violation = oracle.check(operations: operation.span, outcomes: [outcome].span, in: window)
    if result.violation == nil, index + 1 == trace.operations.count {
      result.violation = oracle.finish(heap: window.heap)
    }
  }

  /// Looks at the heap while the worker is stopped in the middle of a window.
  private func glance(_ first: Int, _ count: Int, _ done: Int) -> Violation? {
    guard done < count || isAttended else { return nil }
    let violation = oracle.glance(
      operations: trace.operations.span.extracting(first..<first + count), outcomes: link.outcomes(count: done).span,
      firstIndex: first, heap: link.view(touchedBytes: 0))
    return violation.map {
      Violation(
        $0.kind, at: $0.operation, $0.message,
        evidence: $0.evidence + ["it was so in the middle of a window, and no longer at its end"])
    }
  }

  /// How long the next window is to be.
  private mutating func windowLength(_ windows: inout SeededGenerator) -> Int {
    if let longest = longestWindow ?? oracle.longestWindow { return windows.pick(1...max(1, longest)) }
    if isAttended {
      // One by one, where a subject that sees no more than an operation must be right after each; and in between many at once, where it
      // cannot know when it is looked at. Short traces end before anybody could be stopped.
      guard oracle.mayAttendWindows, trace.operations.count > 16_384, singles == 0 else {
        singles = max(0, singles - 1)
        return 1
      }
      singles = windows.logarithmic(64...1024)
      let longest = Self.longestWindow(of: trace)
      return windows.pick(longest / 4...longest)
    }
    return windows.logarithmic(64...Self.longestWindow(of: trace))
  }

  /// Whether the worker is gone, or did not answer in time, and what that means.
  ///
  /// - Parameter count: of the operations that it was given, from `first` on.
  private mutating func ends(
    _ response: WorkerLink.Response, during phase: String?, first: Int = 0, count: Int = 0
  ) -> Bool {
    guard let end = classifier.violation(response, during: phase) else { return false }
    hasEnded = true
    // What was wrong before the end is more likely its cause than its effect.
    let done = min(max(0, link.currentIndex - first), count)
    if done > 0, phase == nil {
      let (operations, outcomes) = (trace.operations, link.outcomes(count: done))
      result.violation = oracle.check(
        operations: operations.span.extracting(first..<first + done), outcomes: outcomes.span,
        in: Window(
          firstIndex: first, damage: isAttended ? nil : link.damage, heap: nil, heapEnd: link.heapEnd,
          answers: link.answers(to: operations[first..<first + done], outcomes)))
    }
    if result.violation == nil { result.violation = oracle.verdict(onEnd: end) }
    if heedsFindings, let violation = result.violation, let finding = link.finding(amongFirst: trace.operations.count) {
      result.violation = finding.first(of: violation)
    }
    result.measurements = result.violation == nil ? oracle.measurements : []
    return true
  }
}
