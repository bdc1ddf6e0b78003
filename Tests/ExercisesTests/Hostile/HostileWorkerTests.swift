import Examining
import Exercises
import Glibc
import Synchronization
import Testing
import Traces
import Vocabularies
import Workloads

/// Nothing that a worker writes ends the judge.
@Suite struct HostileWorkerTests {
  /// `ALLOCLAB_FUZZ_CASES=100000` in the environment tries more.
  static let cases = getenv("ALLOCLAB_FUZZ_CASES").flatMap { Int(String(cString: $0)) } ?? 5_000
  static let seed: UInt64 = 2026
  /// Replays that need more memory than this are left out.
  static let heapBytes = 64 << 20

  /// What the cases start from is right: else they would end at the first window and try little.
  @Test(arguments: ExerciseContract.exercises) func honestWorkersAreRight(exercise: Exercise) throws {
    let replays = try HostileWorker.replays(of: exercise, pieces: 2)
    var wrong: [String] = []
    for replay in replays {
      let violation =
        exercise.vocabulary.name == MisuseVocabulary.name
        ? Self.violationWithWrites(replay) : Self.violation(replay)
      if let violation { wrong.append("\(replay.trace.name): \(violation.kind.rawValue): \(violation.message)") }
    }
    #expect(wrong.count * 10 <= replays.count, "\(wrong)")
  }

  /// What is wrong with a whole replay, which nobody has seen the heap of.
  private static func violation(_ replay: HonestReplay) -> Violation? {
    var oracle = replay.oracle
    let window = Window(
      firstIndex: 0, damage: nil, heap: nil, heapEnd: replay.heapEnd, answers: Answers(replay.answers.flatMap { $0 }))
    return oracle.check(operations: replay.trace.operations.span, outcomes: replay.outcomes.span, in: window)
  }

  /// The same where the judge writes into the heap, and the subject tells it: an operation at a time.
  private static func violationWithWrites(_ replay: HonestReplay) -> Violation? {
    var oracle = replay.oracle
    let heap = UnsafeMutableRawPointer.allocate(byteCount: replay.heapEnd + 8, alignment: 4096)
    defer { heap.deallocate() }
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: replay.heapEnd + 8)
    let view = HeapView(base: heap, byteCount: replay.heapEnd + 8, touchedBytes: 0)
    for (index, word) in replay.trace.operations.enumerated() {
      let isJudges = oracle.isJudges(word)
      let outcome = [
        isJudges ? oracle.perform(word, heap: view, heapEnd: replay.heapEnd) : replay.outcomes[index]
      ]
      let window = Window(
        firstIndex: index, damage: nil, heap: nil, heapEnd: replay.heapEnd, answers: Answers(replay.answers[index]))
      if let violation = oracle.check(operations: [word].span, outcomes: outcome.span, in: window) { return violation }
    }
    return nil
  }

  /// Every kind of operation answered with every odd word.
  @Test func anyWordAnswersAnyOperation() async {
    await #expect(processExitsWith: .success) {
      for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS] { signal(number, tellCase) }
      for exercise in ExerciseContract.exercises { try HostileWorkerTests.answerWithOddWords(exercise) }
    }
  }

  static func answerWithOddWords(_ exercise: Exercise) throws {
    var worker = HostileWorker(seed: 1, heapBytes: 1 << 20)
    defer { worker.end() }
    var seen: Set<String> = []
    for replay in try HostileWorker.replays(of: exercise, pieces: 2) where worker.takes(replay) {
      for (place, word) in replay.trace.operations.enumerated() {
        let operation = AllocationOperation(word: word)
        guard seen.insert("\(operation.kindCode) \(operation.alignmentShift) \(place / 16)").inserted else { continue }
        for odd in HostileWorker.oddWords {
          var outcomes = replay.outcomes
          outcomes[place] = odd
          worker.judge(replay, outcomes)
        }
      }
    }
  }

  /// A trap is this test's failure, and tells seed and case.
  @Test func nothingThatAWorkerWritesEndsTheJudge() async {
    await #expect(processExitsWith: .success) {
      for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS] { signal(number, tellCase) }
      let tally = try HostileWorkerTests.run(cases: HostileWorkerTests.cases)
      try #require(tally.cases >= HostileWorkerTests.cases)
      // Both ends are seen, and most ways to be wrong.
      try #require(tally.violations > tally.cases / 4 && tally.violations < tally.cases)
      try #require(tally.kinds.count >= 15, "\(tally.kinds)")
      print("\(tally)")
    }
  }

  /// Cases of all exercises, as many of each replay.
  static func run(cases: Int) throws -> HostileWorker.Tally {
    var worker = HostileWorker(seed: seed, heapBytes: heapBytes)
    defer { worker.end() }
    let replays = try ExerciseContract.exercises.flatMap { try HostileWorker.replays(of: $0, pieces: 2) }
      .filter(worker.takes)
    let share = (cases + replays.count - 1) / replays.count
    for (number, replay) in replays.enumerated() { worker.run(replay, cases: number * share..<(number + 1) * share) }
    return worker.tally
  }
}

/// Tells which case it was; all that it calls may be called in a signal's handler.
private func tellCase(_ number: Int32) {
  var digits: [UInt8] = []
  var rest = max(0, hostileCase.load(ordering: .relaxed))
  repeat {
    digits.insert(UInt8(48 + rest % 10), at: 0)
    rest /= 10
  } while rest > 0
  let text: StaticString = "hostile worker, seed 2026: the judge trapped in case "
  _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  digits.append(10)
  _ = write(STDERR_FILENO, digits, digits.count)
  _exit(3)
}
