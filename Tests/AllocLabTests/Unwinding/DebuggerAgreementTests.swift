import AllocLab
import Lab2Solutions
import Testing

/// What gdb says of a stopped program, the reference says of its image: how many frames, where each is, what it is called, which line.
@Suite(
  "The reference unwinder and gdb", .enabled(if: StoppedProgram.isPossible, "gdb, gcc or binutils are missing"))
struct DebuggerAgreementTests {
  /// Each with how many instructions are seen one by one, where there are rows for every place, and how many frames there are at least.
  static let scenarios: [(name: String, steps: Int, frames: Int)] = [
    ("recursion", 0, 25), ("a deep chain", 0, 200), ("a library that calls back", 0, 10),
    ("a leaf in a library, step by step", 12, 5), ("a callback of qsort", 0, 6), ("leaves, step by step", 44, 4),
    ("the last call of main", 0, 4),
  ]

  static let builds: [StoppedProgram.Build] = [
    .init(flags: ["-O2", "-fomit-frame-pointer"], hasRows: true),
    // Without these two, what calls nothing has no frame.
    .init(
      flags: ["-O2", "-fno-omit-frame-pointer", "-fno-shrink-wrap", "-mno-omit-leaf-frame-pointer"], hasRows: false),
    .init(flags: ["-O0"], hasRows: true),
    .init(flags: ["-O0"], hasRows: false),
    .init(flags: ["-Os", "-fomit-frame-pointer", "-fcf-protection"], hasRows: true),
  ]

  @Test("agree on programs with and without frame pointers", arguments: builds)
  func agree(build: StoppedProgram.Build) throws {
    let program = try StoppedProgram(build)
    defer { program.remove() }
    var (stops, frames, names, lines) = (0, 0, 0, 0)
    for (number, scenario) in Self.scenarios.enumerated() {
      // Where a function begins and ends it has no frame that a frame pointer leads to.
      let run = try program.run(scenario: number, steps: build.hasRows ? scenario.steps : 0)
      let modules = program.modules(of: run)
      let symbols = modules.flatMap { $0.tables.symbols.map(\.name) }
      try #require(modules.count == 3, "\(scenario.name): the program, its library and the C library")
      #expect(run.stops.count == (build.hasRows ? scenario.steps : 0) + 1, "\(scenario.name)")
      for stop in run.stops {
        let its = stop.framesOnStack
        let memory = program.image(of: stop, run)
        var unwinder = StackUnwinder(image: memory.image)
        let found = memory.backtrace(of: 0, by: &unwinder)
        let (mine, end) = try #require(found)
        #expect(end == .outermost, "\(scenario.name)")
        #expect(its.count >= scenario.frames, "\(scenario.name): \(its.count)")
        #expect(mine.map(\.programCounter) == its.map(\.programCounter), "\(scenario.name)")
        // What a frame's stack pointer is, is the address of the frame that it has called.
        #expect(mine.dropFirst().map(\.stackPointer) == its.dropLast().map(\.cfa), "\(scenario.name)")
        for (mine, its) in zip(mine, its) where its.function == "main" || its.function.hasPrefix("lab_") {
          let location = unwinder.symbolise(mine.programCounter, isReturnAddress: mine.isReturnAddress)
          let name = location?.symbol.map { symbols[$0.symbol] }
          // A part that the compiler has moved elsewhere has a symbol of its own.
          #expect(name?.split(separator: ".").first.map(String.init) == its.function, "\(scenario.name)")
          names += 1
          guard let line = its.line else { continue }
          #expect(location?.line?.line == line, "\(scenario.name): \(its.function)")
          lines += 1
        }
        stops += 1
        frames += min(mine.count, its.count)
      }
    }
    print(
      "unwinder and gdb, \(build.testDescription): \(Self.scenarios.count) programs, \(stops) stops, \(frames) frames agree, "
        + "\(names) names and \(lines) lines of ours")
  }
}
