import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A thread in a function with rows, which was called by one with a frame pointer.
private func image() -> ProcessImageTables {
  var generator = SeededGenerator(seed: 1)
  var builder = ProcessImageBuilder(with: &generator, isNoisy: false)
  builder.module()
  builder.pad(16)
  var layout = ProcessImageBuilder.Layout.framePointer()
  let chain = builder.function(layout)
  layout = .rows(saved: [6], locals: 1)
  let rows = builder.function(layout)
  builder.edit {
    $0.lines = [.init(start: 16, file: 4, line: 7), .init(start: 48, file: UnwindVocabulary.none, line: 0)]
  }
  var thread = builder.thread(in: chain, at: chain.end)
  builder.call(&thread, rows, at: rows.body, isExact: true)
  builder.add(thread)
  _ = builder.address(builder.moduleStart + 20)
  _ = builder.address(builder.moduleStart + 49)
  _ = builder.address(1)
  return builder.image
}

private let backtrace = UnwindVocabulary.word(.backtrace, 0)

@Suite("The oracle of unwinding") struct UnwindOracleTests {
  private func violation(_ questions: [UInt64], _ outcomes: [UInt64], _ answers: [UInt64]) -> Violation? {
    var oracle = UnwindOracle(for: Trace(asking: questions, about: image()))
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    return oracle.check(operations: questions.span, outcomes: outcomes.span, in: window)
  }

  /// What the oracle says of a list.
  private func kind(_ question: UInt64, _ list: [UInt64]) -> ViolationKind? {
    violation([question], [UInt64(list.count)], list)?.kind
  }

  private var frames: [UInt64] {
    let walk = image().backtrace(of: 0)
    return walk.steps.flatMap { [$0.programCounter, $0.stackPointer, $0.isReturnAddress ? 1 : 0] } + [walk.end.rawValue]
  }

  @Test func rightAnswersAreRight() throws {
    #expect(frames.count == 7)
    #expect(kind(backtrace, frames) == nil)
    let model = try #require(HonestUnwinder(image().tables))
    #expect(model.answer(backtrace) == frames)
    for number in 0..<3 {
      for kind in [UnwindVocabulary.Kind.symbolise, .symboliseReturn] {
        let question = UnwindVocabulary.word(kind, number)
        #expect(self.kind(question, model.answer(question)) == nil)
      }
    }
  }

  @Test func wrongBacktracesAreTold() {
    for place in 0..<6 {
      var wrong = frames
      wrong[place] ^= 1
      #expect(kind(backtrace, wrong) == .wrongFrame, "word \(place)")
    }
    for end: UInt64 in [0, 2, 3, 4, .max] { #expect(kind(backtrace, frames.dropLast() + [end]) == .wrongEnd) }
    #expect(kind(backtrace, Array(frames[..<3]) + [1]) == .missingFrame)
    #expect(kind(backtrace, [1]) == .missingFrame)
    #expect(kind(backtrace, Array(frames[..<6]) + [9, 9, 1, 1]) == .inventedFrame)
    #expect(kind(backtrace, []) == .incompleteAnswer)
    #expect(kind(backtrace, Array(frames.dropLast())) == .incompleteAnswer)
    #expect(kind(backtrace, frames + [1]) == .incompleteAnswer)
  }

  @Test func wrongNamesAreTold() throws {
    let question = UnwindVocabulary.word(.symbolise, 0)
    let right = try #require(HonestUnwinder(image().tables)).answer(question)
    #expect(right == [0, 0, 4, 4, 7])
    let kinds: [ViolationKind] = [.wrongSymbol, .wrongSymbol, .wrongSymbol, .wrongLine, .wrongLine]
    for (place, kind) in kinds.enumerated() {
      for word: UInt64 in [9, 1 << 63, .max] {
        var wrong = right
        wrong[place] = word
        #expect(self.kind(question, wrong) == kind, "word \(place)")
      }
    }
    #expect(kind(question, []) == .wrongSymbol)
    #expect(kind(question, Array(right.dropLast())) == .incompleteAnswer)
    #expect(kind(UnwindVocabulary.word(.symbolise, 2), right) == .inventedName)
    let behind = UnwindVocabulary.word(.symbolise, 1)
    let second = try #require(HonestUnwinder(image().tables)).answer(behind)
    #expect(second[3...] == [.max, 0])
    #expect(kind(behind, second[..<3] + [4, 7]) == .inventedName)
  }

  @Test func listsThatFoundNoRoomAreTold() {
    for outcome: UInt64 in [8, 1 << 31, 1 << 61, 1 << 63, .max] {
      #expect(violation([backtrace], [outcome], frames)?.kind == .answerTooLong, "\(outcome)")
    }
  }

  @Test func wordsThatAskNothingAreNotAsked() {
    for word: UInt64 in [3, 255, 1 << 63, .max, 1 << 40] {
      #expect(UnwindVocabulary.question(word) == nil, "\(word)")
      #expect(!UnwindVocabulary.isAnswered(word))
      #expect(violation([word], [9], []) == nil)
    }
    // A thread and an address that are not there.
    for kind in UnwindVocabulary.Kind.allCases {
      #expect(self.kind(UnwindVocabulary.word(kind, 9), [1]) == nil)
    }
  }

  @Test func evidenceSaysHowFramesWereFound() throws {
    let evidence = try #require(violation([backtrace], [4], Array(frames[..<3]) + [1])).evidence
    #expect(evidence.contains { $0.contains("CFA = rsp + 24") && $0.contains("rbp at CFA − 16") }, "\(evidence)")
    #expect(evidence.contains { $0.hasPrefix("then outermost: the return address is 0") }, "\(evidence)")
  }

  /// Truth is the same, however it is found.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "unwinder" }, [1, 2] as [UInt64])
  func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    let image = try #require(ProcessImageTables(trace.tables))
    let model = try #require(HonestUnwinder(trace.tables))
    let names = CodeNames(of: image)
    let isLarge = trace.wordCount > 1 << 17
    for (place, word) in trace.operations.enumerated() where !isLarge || place % 4000 == 1 {
      let (kind, number) = try #require(UnwindVocabulary.question(word))
      let right: [UInt64]
      if kind == .backtrace {
        let walk = image.backtrace(of: number)
        right =
          walk.steps.flatMap { [$0.programCounter, $0.stackPointer, $0.isReturnAddress ? 1 : 0] } + [walk.end.rawValue]
      } else {
        right = names.location(of: image.addresses[number], isReturnAddress: kind == .symboliseReturn)?.words ?? []
      }
      #expect(model.answer(word) == right, "\(UnwindVocabulary.describe(operation: word))")
    }
  }

  /// Each end is there to be found where stacks are damaged, and long backtraces where they are not.
  @Test(arguments: ["damaged", "damaged-rows", "rules", "random", "mixed"])
  func imagesHaveSomethingToFind(name: String) throws {
    let item = try #require(NamedWorkload.all.first { $0.exercise.id == "unwinder" && $0.workload.name == name })
    let image = try #require(ProcessImageTables(try item.trace(seed: 3).tables))
    let walks = image.threads.indices.map { image.backtrace(of: $0) }
    #expect(
      Set(walks.map(\.end)).isSuperset(
        of: name == "mixed" ? [.missing, .outermost] : [.damaged, .missing, .outermost]))
    #expect(walks.contains { $0.steps.count > 3 })
  }
}
