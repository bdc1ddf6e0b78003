import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// Images say what the builder did, and shrink to what shows a mistake.
@Suite struct ProcessImageTests {
  private func workload(_ name: String, seed: UInt64 = 1) throws -> Trace {
    let unwinder = try #require(Catalogue.all.exercises.first { $0.id == "unwinder" })
    let workload = try #require(unwinder.workloads.first { $0.name == name })
    return try workload.trace(seed: seed) { name throws(TraceError) in
      Trace(vocabulary: UnwindVocabulary.name, name: name, operations: [])
    }
  }

  /// The frames that a thread was given, one by one, are what walking its stack finds.
  @Test(arguments: 1...30 as ClosedRange<UInt64>) func walksFindWhatWasCalled(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var builder = ProcessImageBuilder(with: &generator)
    var functions: [ProcessImageBuilder.Function] = []
    for _ in 0..<2 {
      builder.module()
      builder.pad(9)
      for register in [7, 7, 6, 12] {
        let saved = ProcessImageBuilder.calleeSaved.filter { $0 == register || generator.oneIn(2) }
        functions.append(builder.function(.rows(cfa: register, saved: saved, locals: generator.below(9))))
      }
    }
    let trampoline = builder.trampoline()
    var last = ProcessImageBuilder.Layout.rows()
    last.isOutermost = true
    let start = builder.function(last)
    var thread = builder.thread(in: start, at: start.end)
    for _ in 0..<20 {
      let function = generator.pick(functions)
      let isInterrupted = generator.oneIn(4)
      builder.call(&thread, function, at: function.body + 1, isExact: isInterrupted)
      if isInterrupted { builder.interrupt(&thread, by: trampoline) }
    }
    builder.call(&thread, functions[0], at: functions[0].end)
    builder.callNothing(&thread, 0)
    builder.add(thread)
    let walk = builder.image.backtrace(of: 0)
    #expect(walk.end == .outermost)
    #expect(walk.steps.map(\.stackPointer) == thread.frames.reversed().map(\.stackPointer))
    #expect(walk.steps.map(\.programCounter) == thread.frames.reversed().map(\.programCounter))
    #expect(TraceLint.findings(in: Trace(asking: [0], about: builder.image)) == [])
  }

  @Test(arguments: ["damaged", "rules", "signals", "symbols", "modules", "deep"])
  func takenApartAndPutTogetherAnImageIsTheSame(name: String) throws {
    let trace = try workload(name)
    #expect(TraceLint.findings(in: trace) == [])
    #expect(try #require(ProcessImageTables(trace.tables)).tables == trace.tables)
    #expect(ProcessImageTables([NamedTable("rows", words: [1])]) == nil)
  }

  @Test func memoryHasHoles() {
    var image = ProcessImageTables()
    image.regions = [.init(start: 0x1000, bytes: Array(repeating: 1, count: 32))]
    image.cut(0x1008, bytes: 4)
    #expect(image.regions.map(\.start) == [0x1000, 0x100c])
    #expect(image.word(at: 0x1000) != nil && image.word(at: 0x1001) == nil && image.word(at: 0x1018) != nil)
    image.set(.max, at: 0x1019)
    #expect(image.word(at: 0x1018) == UInt64.max << 8 | 1)
    image.cut(0x1010, bytes: 0)
    #expect(image.word(at: 0x100c) == nil && image.word(at: 0x1010) != nil)
    #expect(image.word(at: .max) == nil && image.word(at: 0x1019) == nil && image.word(at: 0) == nil)
  }

  // MARK: - Shrinking

  /// Shrinks a trace as long as something holds of an image and the last backtrace that is asked for.
  private func shrunk(_ name: String, _ holds: (ProcessImageTables, Int) -> Bool) throws -> ProcessImageTables {
    let found = Shrinker(ProcessImageReductions()).shrink(try workload(name)) { candidate in
      #expect(TraceLint.findings(in: candidate) == [])
      guard let image = ProcessImageTables(candidate.tables) else { return nil }
      let place = candidate.operations.firstIndex { word in
        guard let (kind, number) = UnwindVocabulary.question(word), kind == .backtrace else { return false }
        return image.threads.indices.contains(number) && holds(image, number)
      }
      return place.map { TraceFailure(by: $0) }
    }
    let trace = try #require(found).trace
    #expect(trace.operations == [UnwindVocabulary.word(.backtrace, 0)])
    return try #require(ProcessImageTables(trace.tables))
  }

  @Test(arguments: ["deep", "frame-pointers", "mixed"]) func twoFramesAreLeft(name: String) throws {
    let image = try shrunk(name) { $0.backtrace(of: $1).steps.count >= 2 }
    #expect(image.threads.count == 1 && image.modules.count <= 2 && image.regions.count == 1)
    #expect(image.regions[0].bytes.count <= 64)
    #expect(image.modules.allSatisfy { $0.symbols.isEmpty && $0.lines.isEmpty && $0.rows.count <= 1 })
  }

  @Test func damageStays() throws {
    let image = try shrunk("damaged") { image, thread in
      let walk = image.backtrace(of: thread)
      return walk.end == .damaged && walk.steps.count > 2 && walk.reason.contains("is not above")
        || walk.reason.contains("below the stack pointer")
    }
    #expect(image.regions.reduce(0) { $0 + $1.bytes.count } <= 200)
  }

  @Test func aRowThatIsNeededStays() throws {
    let image = try shrunk("rules") { image, thread in
      image.backtrace(of: thread).steps.contains { step in
        step.place.flatMap { place in
          image.module(at: place).flatMap { image.row(at: place - image.modules[$0].start, in: $0) }
        }?.rules.contains { $0.code == .register && $0.register < 16 } ?? false
      }
    }
    #expect(image.modules.count == 1 && image.modules[0].rows.count == 1)
    #expect(image.modules[0].rows[0].rules.count == 2)
  }
}
