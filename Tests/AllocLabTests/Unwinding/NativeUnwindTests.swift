import AllocLab
import Lab2Solutions
import Testing

/// What gcc's unwinder says of a real stack, the reference says of its image; and what `addr2line` says of the places in it.
@Suite("The reference unwinder and gcc's", .enabled(if: NativeProgram.isPossible, "gcc or binutils are missing"))
struct NativeUnwindTests {
  static let scenarios = [
    "calls", "a callback of qsort", "a handler of a signal", "a call of nothing", "a call that does not return",
  ]

  @Test("agree on real stacks, with rows and with frame pointers", arguments: [true, false])
  func agree(hasRows: Bool) throws {
    let program = try NativeProgram(hasRows: hasRows)
    defer { program.remove() }
    for (scenario, name) in Self.scenarios.enumerated() {
      let run = try program.run(scenario: scenario)
      let memory = program.image(of: run)
      var unwinder = StackUnwinder(image: memory.image)
      let found = memory.backtrace(of: 0, by: &unwinder)
      let (frames, end) = try #require(found)
      // Where gcc's stands in the first frame, another function is being called.
      var (mine, its) = (frames.dropFirst(), run.frames.dropFirst())
      if scenario == 3 {
        // Who has called what is no code, gcc's does not ask.
        #expect(its.count >= 2 && mine.count > its.count + 10, "\(name)")
        let caller = mine.dropFirst(its.count + 1).first
        #expect(mine.dropFirst(its.count).first?.programCounter == 0)
        #expect(caller.flatMap { self.name(of: $0, &unwinder, program) } == "lab_call_nothing")
        mine = mine.prefix(its.count)
      } else {
        #expect(its.count >= 8, "\(name): \(its.count)")
      }
      #expect(Array(mine) == Array(its), "\(name)")
      #expect(end == .outermost, "\(name)")
      try compareNames(frames, &unwinder, program, base: run.base, name)
      its = []
    }
  }

  private func name(of frame: Frame, _ unwinder: inout StackUnwinder, _ program: NativeProgram) -> String? {
    let location = unwinder.symbolise(frame.programCounter, isReturnAddress: frame.isReturnAddress)
    return location?.symbol.map { program.tables.symbols[$0.symbol].name }
  }

  private func compareNames(
    _ frames: [Frame], _ unwinder: inout StackUnwinder, _ program: NativeProgram, base: UInt64, _ scenario: String
  ) throws {
    let places = frames.map { $0.programCounter &- base &- ($0.isReturnAddress ? 1 : 0) }
    var compared = 0
    for (frame, its) in zip(frames, try program.names(of: places)) where !its.name.isEmpty {
      let location = unwinder.symbolise(frame.programCounter, isReturnAddress: frame.isReturnAddress)
      // A part that the compiler has moved elsewhere has a symbol of its own.
      let mine = name(of: frame, &unwinder, program)?.split(separator: ".").first.map(String.init)
      #expect(mine == its.name, "\(scenario)")
      #expect(location?.line?.line == its.line, "\(scenario): \(its.name)")
      compared += 1
    }
    #expect(compared >= 3, "\(scenario): \(compared)")
  }
}
