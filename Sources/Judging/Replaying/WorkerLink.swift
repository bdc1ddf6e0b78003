import CPlatform
import Examining
import Glibc
import Sandbox
import SystemPackage
import Traces
import Vocabularies

/// The judge's end of the channel to one worker: the process, the control page, and the heap that both have mapped.
///
/// Everything read from the shared memory is the worker's claim; each word is read once.
@safe final class WorkerLink {
  /// How a request came back.
  enum Response: Equatable {
    case done
    /// The process has ended, whatever the reason.
    case ended
    /// It used up the time that it was given.
    case timeOut
    /// It slept longer than a whole replay may.
    case slept
  }

  let heap: SharedMemory
  /// The most bytes that the heap may hold in the trace that the worker is prepared for.
  private(set) var heapLimit: Int
  let capacity: Int
  /// What a worker takes that has no student's code.
  private(set) var empty = EmptyWorker.Figures(idle: 0, afterBatch: 0)
  /// How the start went: a worker that did not get ready has ended, or hangs, before the first request.
  private(set) var start = Response.done
  private let channel: SharedMemory
  /// The channel's first word.
  private let words: UnsafeMutablePointer<UInt64>
  private let worker: ConfinedWorker
  var process: ConfinedProcess { worker.process }
  private let slotCount: Int
  private let slotWords: Int
  /// What the tables of traces are written to; nil where none has any.
  private let tables: SharedMemory?
  /// The answers, as many words as there is room for in any trace.
  let answerBytes: UnsafeMutableRawBufferPointer
  /// Words of answers that there is room for in the trace that the worker is prepared for.
  private(set) var answerRoom: Int
  /// That trace's, where it has answers.
  private(set) var vocabulary: (any Vocabulary.Type)?
  let servesOwnMemory: Bool
  private var requests: UInt32 = 0
  private var termination: Termination?
  /// How long it slept in the replay that goes on.
  private var sleep = SleepMeter()
  /// The same of the replays before.
  private var sleptBefore = 0.0
  /// How long it slept in all, from its start on.
  var secondsAsleep: Double { sleptBefore + sleep.seconds }

  /// The shortest time between two looks at whether the worker sleeps.
  private static let sleepSlice = Duration.microseconds(400)

  /// A worker that uses next to no CPU time for so long sleeps or is stopped.
  private static let longestSleep = Duration.seconds(2)

  /// Starts a worker and waits until it is ready.
  ///
  /// - Parameters:
  ///   - binary: the worker, as built.
  ///   - trace: gives parameters, slots and the heap's limit.
  ///   - memory: empty, with room for the trace.
  init(binary: FilePath, trace: Trace, memory: Memory, sandbox: WorkerSandbox) throws(JudgeError) {
    capacity = memory.capacity
    heapLimit = Self.heapLimit(of: trace)
    slotCount = memory.slotCount
    slotWords = memory.slotWords
    servesOwnMemory = sandbox.servesOwnMemory
    let known = try sandbox.emptyWorker?.figures(in: sandbox.withoutMeasure)
    channel = memory.channel
    heap = memory.heap
    // Safe: the channel is never empty, and stays mapped as long as this object lives.
    unsafe words = channel.bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt64.self)
    tables = memory.tables
    let firstAnswer = Channel.byteCount(capacity: capacity, slotCount: slotCount)
    // Safe: the channel is as large as its layout.
    unsafe answerBytes = UnsafeMutableRawBufferPointer(
      rebasing: channel.bytes[firstAnswer..<firstAnswer + 8 * memory.answerWords])
    answerRoom = trace.answerWords
    vocabulary = Self.answeringVocabulary(of: trace)
    let control = unsafe ControlPage(at: words)
    try Self.write(trace, heapLimit, to: control, tables)
    control.tableBytes = UInt64(tables?.size ?? 0)
    control.magic = Channel.magic
    control.capacity = UInt64(capacity)
    control.slotCount = UInt64(slotCount)
    do {
      worker = try sandbox.start(binary, channel: channel, heap: heap, tables: tables)
    } catch { throw .sandbox("\(error)") }
    start = wait(forResponse: 1, seconds: 2, mindsSleep: true)
    if let known {
      empty = known
    } else {
      let bytes = process.countPrivateBytes()
      empty = EmptyWorker.Figures(idle: bytes, afterBatch: bytes)
    }
  }

  static func heapLimit(of trace: Trace) -> Int { min(max(trace.heapLimit, 4096), 1 << 34) }

  private static func answeringVocabulary(of trace: Trace) -> (any Vocabulary.Type)? {
    trace.answerWords > 0 ? VocabularyRegistry.vocabulary(named: trace.vocabulary) : nil
  }

  /// Tells the worker a trace's parameters, and shows it the trace's tables.
  private static func write(
    _ trace: Trace, _ heapLimit: Int, to control: ControlPage, _ tables: SharedMemory?
  ) throws(JudgeError) {
    // Safe: whoever made the memory, or prepares a worker for another trace, has seen that there is room.
    if let tables { unsafe TableDirectory(in: tables.bytes).write(trace.tables) }
    control.answerWords = UInt64(trace.answerWords)
    let parameters = trace.parameters.filter { $0.name != Trace.heapSeedParameter }
    guard parameters.count <= ControlPage.parameterLimit else {
      throw .trace("\(trace.name) has \(parameters.count) parameters; at most \(ControlPage.parameterLimit) fit")
    }
    control.heapLimit = UInt64(heapLimit)
    control.heapSeed = trace.heapSeed
    control.setParameters(parameters.map { ($0.name, $0.value) })
  }

  /// Makes a worker that has served one trace ready for another: an empty heap, and the trace's parameters.
  ///
  /// - Parameters:
  ///   - keepsPages: the heap's pages stay, so that the next subject pays for no page fault.
  ///   - renews: those pages are other ones, so that what the worker touches from now on can be told.
  /// - Returns: false, with nothing changed, where the worker has ended, or channel or heap are too small for it.
  func prepare(for trace: Trace, keepsPages: Bool = false, renews: Bool = false) -> Bool {
    let limit = Self.heapLimit(of: trace)
    guard start == .done, trace.slotCount * slotWords <= slotCount * Channel.slotWords, limit <= heap.size,
      trace.parameters.count <= ControlPage.parameterLimit, !process.hasExited,
      unsafe trace.answerWords * 8 <= answerBytes.count, TableDirectory.room(for: trace.tables) <= tables?.size ?? 0
    else { return false }
    if renews {
      do { try heap.renew() } catch { return false }
    } else if keepsPages {
      heap.wipe()
    } else {
      // Pages that were given back are zero, and are counted anew.
      do { try heap.zero() } catch { return false }
    }
    heapLimit = limit
    answerRoom = trace.answerWords
    vocabulary = Self.answeringVocabulary(of: trace)
    do { try Self.write(trace, limit, to: control, tables) } catch { return false }
    return true
  }

  /// Sends a request and waits for the response, at most `seconds` of the worker's CPU time, and ten times that by the clock. In
  /// all requests of a replay together it may sleep for `SleepMeter.limit`.
  ///
  /// - Parameter look: called at each glance, with the worker stopped and so many operations done.
  func request(
    _ command: Channel.Command, firstIndex: Int = 0, operations: ArraySlice<UInt64> = [], seconds: Double,
    wipes: Bool = false, glances: Glances = Glances(), look: Look = { _, _ in }
  ) -> Response {
    precondition(operations.count <= capacity)
    control.command = command.rawValue
    control.firstIndex = UInt64(firstIndex)
    control.count = UInt64(operations.count)
    if command != .checked {
      control.clearReports()
      sleptBefore += sleep.seconds
      sleep = SleepMeter()
    }
    send(operations)
    if wipes { wipeChannel(behind: operations.count) }
    if glances.areWanted { spoilOutcomes(count: operations.count, step: 1) }
    return post(seconds: seconds, glances, look)
  }

  /// Puts operations into the channel, for requests that follow without any of their own.
  func load(_ operations: ArraySlice<UInt64>) {
    precondition(operations.count <= capacity)
    send(operations)
  }

  /// Sends a request about the first `count` operations that are in the channel already.
  ///
  /// - Parameter firstIndex: of the first of them in the trace; more than zero where the subject has seen those before.
  func repeatRequest(_ command: Channel.Command, firstIndex: Int = 0, count: Int, seconds: Double) -> Response {
    control.command = command.rawValue
    control.firstIndex = UInt64(firstIndex)
    control.count = UInt64(min(count, capacity))
    return post(seconds: seconds)
  }

  /// Where a worker was when it was stopped.
  enum Stop { case before, inside, after }

  /// Sends such a request, and stops the worker once, after a while that nobody inside can know; what it does after that counts for
  /// nothing, and it is to be ended.
  ///
  /// - Parameters:
  ///   - delay: in seconds. The worker runs on this thread's processor while this thread sleeps, so that a few microseconds make a
  ///     difference.
  ///   - look: called where it has been stopped before it has answered, with no more than `count`.
  func interrupt(
    _ command: Channel.Command, firstIndex: Int, count: Int, after delay: Double, look: (_ done: Int) -> Void
  ) -> Stop {
    spoilOutcomes(count: count, step: 1)
    control.command = command.rawValue
    control.firstIndex = UInt64(firstIndex)
    control.count = UInt64(min(count, capacity))
    guard cp_take_turns(process.processID) == 0 else { return .after }
    defer { cp_end_turns() }
    cp_sleep_exactly()
    // Until it waits for requests.
    cp_sleep(200_000)
    let word = unsafe control.response
    send()
    cp_sleep(Int64(delay * 1e9))
    var stop = Stop.after
    func hasAnswered() -> Bool { unsafe cp_load_acquire(word) == requests &+ 1 }
    glance(unless: hasAnswered) { done, _ in
      // One that hides how far it has come is looked at all the same.
      stop = done > 0 ? .inside : .before
      // Behind the request's outcomes lie others, of which nobody knows whose they are.
      look(min(done, count))
    }
    return stop
  }

  /// Tells the worker that there is a request.
  private func send() {
    requests &+= 1
    let word = unsafe control.request
    unsafe cp_store_release(word, requests)
    unsafe cp_futex_wake(word)
  }

  private func post(seconds: Double, _ glances: Glances = Glances(), _ look: Look = { _, _ in }) -> Response {
    send()
    sleep.begin()
    return wait(forResponse: requests &+ 1, seconds: seconds, mindsSleep: true, glances, look)
  }

  /// What is done with a worker that has been stopped in the middle of a window: given how many operations are done, as it says, and
  /// whether that is still so.
  typealias Look = (_ done: Int, _ isStill: () -> Bool) -> Void

  /// Stops the worker and looks, if it has not answered.
  private func glance(unless hasAnswered: () -> Bool, _ look: Look) {
    guard process.pause() else { return }
    defer {
      process.resume()
      // It did not sleep of its own will.
      sleep.begin()
    }
    guard !hasAnswered() else { return }
    var done = 0
    while done < capacity, outcome(at: done) != Self.spoiled { done += 1 }
    look(done) { done == capacity || outcome(at: done) == Self.spoiled }
  }

  /// The same some time after the request. The judge sleeps meanwhile: it may be on the processor that the worker is to run on.
  private func glance(after delay: Duration, unless hasAnswered: () -> Bool, _ look: Look) {
    let word = unsafe control.response
    cp_sleep_exactly()
    let seen = unsafe cp_load_acquire(word)
    if !hasAnswered() { _ = unsafe cp_futex_wait(word, seen, Int64(delay.inSeconds * 1e9)) }
    if !hasAnswered() { glance(unless: hasAnswered, look) }
  }

  private func wait(
    forResponse expected: UInt32, seconds: Double, mindsSleep: Bool = false, _ glances: Glances = Glances(),
    _ look: Look = { _, _ in }
  ) -> Response {
    let word = unsafe control.response
    if let delay = glances.delay {
      glance(after: delay, unless: { unsafe cp_load_acquire(word) == expected }, look)
    }
    for _ in 0..<600 {
      if unsafe cp_load_acquire(word) == expected { return .done }
      cp_pause()
    }
    var start = ContinuousClock.now
    let cpuLimit = process.cpuSeconds + seconds
    var awake = (since: start, cpuSeconds: process.cpuSeconds)
    var slice: Int64 = 500_000
    var nextLook = start
    while true {
      let seen = unsafe cp_load_acquire(word)
      if seen == expected { return .done }
      // A worker that writes here what it should not is as good as gone.
      guard seen == expected &- 1 else { return .ended }
      if glances.maySlice {
        _ = unsafe cp_futex_wait(word, seen, Glances.slice)
        let before = ContinuousClock.now
        if glances.isDue() { glance(unless: { unsafe cp_load_acquire(word) != seen }, look) }
        // While the judge looks, the worker can do nothing: that is not its time.
        let looked = ContinuousClock.now - before
        start += looked
        awake.since += looked
      } else {
        _ = unsafe cp_futex_wait(word, seen, slice)
        slice = min(slice * 2, 10_000_000)
      }
      if unsafe cp_load_acquire(word) == expected { return .done }
      if process.hasExited { return .ended }
      let cpuSeconds = process.cpuSeconds
      if cpuSeconds > cpuLimit { return .timeOut }
      let now = ContinuousClock.now
      if mindsSleep, now >= nextLook {
        nextLook = now + Self.sleepSlice
        let look = SleepMeter.Look(
          time: now, cpuSeconds: cpuSeconds, isAsleep: SleepMeter.isAsleep(process.processID),
          waitedSeconds: SleepMeter.waitedSeconds(process.processID))
        if unsafe cp_load_acquire(word) == expected { return .done }
        sleep.add(look)
        if sleep.isOver { return .slept }
      }
      if now - start > .seconds(seconds * 10) { return .timeOut }
      if now - awake.since > Self.longestSleep {
        // However busy the machine is, one that can run gets more than this share of it, unless the machine stood still; then it can
        // run all the same.
        if cpuSeconds - awake.cpuSeconds < 0.003, SleepMeter.isAsleep(process.processID) { return .timeOut }
        awake = (now, cpuSeconds)
      }
    }
  }

  /// Ends the worker, and says how it ended.
  func end() -> Termination {
    if let termination { return termination }
    let termination = worker.end()
    self.termination = termination
    return termination
  }

  /// The outcomes of the last request's operations, copied once.
  func outcomes(count: Int) -> [UInt64] {
    let start = Channel.controlBytes + 8 * capacity
    // Safe: `count` is at most the capacity, and the channel is as large as its layout.
    return unsafe Array(channel.bytes[start..<start + 8 * min(count, capacity)].bindMemory(to: UInt64.self))
  }

  /// Whether the outcomes are those of `verified`, word for word; so what was right is still right.
  func outcomesAreStill(_ verified: [UInt64]) -> Bool {
    guard !verified.isEmpty, verified.count <= capacity else { return false }
    let start = Channel.controlBytes + 8 * capacity
    // Safe: the channel is as large as its layout, and both sides are as long as `verified`.
    let outcomes = unsafe UnsafeRawBufferPointer(rebasing: channel.bytes[start..<start + 8 * verified.count])
    return unsafe verified.withUnsafeBytes { words in
      guard let known = words.baseAddress, let seen = outcomes.baseAddress else { return false }
      return unsafe memcmp(known, seen, words.count) == 0
    }
  }

  /// The fields of the control page; what the worker writes there are claims.
  var control: ControlPage { unsafe ControlPage(at: words) }

  /// Makes outcomes wrong, so that those of the last request cannot pass for the next one's.
  ///
  /// - Parameter step: from one to the next; or nil where some are enough.
  func spoilOutcomes(count: Int, step: Int? = nil) {
    let outcomes = unsafe words + Channel.controlBytes / 8 + capacity
    // Safe: `place` is below the capacity.
    for place in stride(from: 0, to: min(count, capacity), by: step ?? max(1, count / 64)) {
      unsafe outcomes[place] = Self.spoiled
    }
  }

  /// Empties what lies behind the operations and outcomes of a window, so that nobody can keep anything there from one to the next.
  private func wipeChannel(behind count: Int) {
    let (first, rest) = (Channel.controlBytes + 8 * count, 8 * (capacity - count))
    guard rest > 0 else { return }
    // Safe: both rests end at or before the end of the channel.
    unsafe UnsafeMutableRawBufferPointer(rebasing: channel.bytes[first..<first + rest]).initializeMemory(
      as: UInt8.self, repeating: 0)
    let outcomes = first + 8 * capacity
    unsafe UnsafeMutableRawBufferPointer(rebasing: channel.bytes[outcomes..<outcomes + rest]).initializeMemory(
      as: UInt8.self, repeating: 0)
  }

  /// One word of the outcomes, as it is now.
  private func outcome(at place: Int) -> UInt64 {
    precondition(place >= 0 && place < capacity)
    // Safe: the place is below the capacity. Loaded anew each time: another process writes it.
    return unsafe cp_load_word(words + Channel.controlBytes / 8 + capacity + place)
  }

  /// No address, page or choice that any trace has.
  private static let spoiled: UInt64 = 0xdead_beef_dead_beef

  private func send(_ operations: ArraySlice<UInt64>) {
    unsafe operations.withUnsafeBytes { source in
      // Safe: the caller has checked the count against the capacity.
      unsafe UnsafeMutableRawBufferPointer(rebasing: channel.bytes[Channel.controlBytes...])
        .copyMemory(from: source)
    }
  }
}
