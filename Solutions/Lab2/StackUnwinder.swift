import AllocLab

/// An unwinder that steps over a small machine state, and looks everything up by halving.
///
/// **Idea.** A step takes the registers as they are in a frame to those of its caller; a backtrace repeats it until a check fails. How the
/// step is made depends on what covers the place, nothing else:
///
///     place ──► module? ──no──► as after a call      [sp] is the return address
///                 │
///                yes ──► row? ──no──► frame pointer  [rbp] [rbp + 8]
///                          │
///                         yes ──► CFA = register + offset, then the rules, all of them from the old state
///
/// **A frame on the stack**, with the addresses growing upwards:
///
///     CFA ───►  | caller's locals |          ◄── caller's stack pointer
///     CFA − 8   | return address  |
///     CFA − 16  | saved rbp, …    |
///               | locals          |
///               |                 |          ◄── this frame's stack pointer
///
/// **Names.** Symbols may lie inside one another, so the last that starts before a place may have ended while one before it goes on. Each
/// module's symbols are therefore turned once into *spans* that do not overlap, by a sweep with a stack of the symbols that are open:
///
///     symbols   |---- 0 --------|      |-- 2 --|           spans   0 1 0 . 2 .
///                   |- 1 -|
///
/// **Invariants.** Stack pointers of told frames rise, so a backtrace of a stack of n bytes has at most n / 8 + 1 frames. Spans rise, and
/// no two neighbours say the same. A register's value is nil if and only if nobody can know it.
///
/// **Costs.** A frame: two halvings, and one look at each rule of the row. A name: three halvings. The sweep: O(symbols). 16 bytes a span,
/// of which there are at most two a symbol; lines and rows are read where they are.
///
/// Source: DWARF 5, 6.4; System V ABI, AMD64 supplement, 3.2 and 3.7; `uw_update_context` in gcc's `unwind-dw2.c`.
public struct StackUnwinder: Unwinder, ~Copyable {
  /// What is known in a frame.
  struct State {
    var programCounter: UInt64
    var isReturnAddress: Bool
    var stackPointer: UInt64
    /// By number; nil where it is unknown. That of the stack pointer is not kept here.
    var registers: [16 of UInt64?]

    /// Where the frame's code is looked up.
    var place: UInt64? { StackUnwinder.place(programCounter, isReturnAddress: isReturnAddress) }
  }

  /// What the next frame may be, before it is checked.
  private enum Candidate {
    case end(BacktraceEnd)
    case frame(stackPointer: UInt64?, programCounter: UInt64?, isReturnAddress: Bool)
  }

  static let (framePointer, stackPointer) = (6, 7)

  let image: ProcessImage
  private(set) var spans: SymbolSpans

  public init(image: ProcessImage) {
    self.image = image
    spans = SymbolSpans(of: image)
  }

  static func place(_ address: UInt64, isReturnAddress: Bool) -> UInt64? {
    isReturnAddress ? (address == 0 ? nil : address - 1) : address
  }

  // MARK: - Backtraces

  public mutating func backtrace(of thread: Int, _ frames: inout FrameList) -> BacktraceEnd {
    let thread = image.threads[thread]
    var state = State(
      programCounter: thread.programCounter, isReturnAddress: false, stackPointer: thread.register(Self.stackPointer),
      registers: .init(repeating: nil))
    for number in 0..<16 { state.registers[number] = thread.register(number) }
    while true {
      frames.append(
        Frame(
          programCounter: state.programCounter, stackPointer: state.stackPointer, isReturnAddress: state.isReturnAddress
        ))
      if let end = step(&state, on: thread) { return end }
    }
  }

  /// Takes the state to the caller's.
  ///
  /// - Returns: why there is none.
  private func step(_ state: inout State, on thread: ProcessImage.Thread) -> BacktraceEnd? {
    let covering = module(at: state.place)
    let candidate: Candidate
    if let module = covering, let place = state.place {
      if let row = row(at: place &- image.modules[module].start, in: module) {
        candidate = follow(row, &state)
      } else {
        candidate = followFramePointer(&state, on: thread)
      }
    } else {
      candidate = .frame(
        stackPointer: state.stackPointer &+ 8, programCounter: image.load(state.stackPointer), isReturnAddress: true)
    }
    switch candidate {
    case .end(let end): return end
    case .frame(let stackPointer, let programCounter, let isReturnAddress):
      guard let stackPointer else { return .missing }
      guard stackPointer > state.stackPointer, stackPointer.isMultiple(of: 8), stackPointer > thread.stackStart,
        stackPointer <= thread.stackEnd
      else { return .damaged }
      guard let programCounter else { return .missing }
      state.stackPointer = stackPointer
      state.programCounter = programCounter
      state.isReturnAddress = isReturnAddress
      guard isReturnAddress else { return nil }
      guard let place = state.place else { return .outermost }
      return module(at: place) == nil ? .damaged : nil
    }
  }

  /// What a row's rules make of the state. They all look at the state as it was.
  private func follow(_ row: UnwindRow, _ state: inout State) -> Candidate {
    let old = state
    func value(of register: Int) -> UInt64? {
      register == Self.stackPointer ? old.stackPointer : old.registers[register]
    }
    let base = value(of: row.cfaRegister)
    let cfa = (base ?? 0) &+ UInt64(bitPattern: row.cfaOffset)
    var (stackPointer, returnAddress): (UInt64?, UInt64?) = (cfa, nil)
    for place in row.rules {
      let item = image.rules[place]
      let isReturn = item.register == RegisterRule.returnAddress
      if isReturn, item.rule == .undefined { return .end(.outermost) }
      guard base != nil else { continue }
      let found: UInt64? =
        switch item.rule {
        case .undefined: nil
        case .same: value(of: item.register)
        case .saved(let offset): image.load(cfa &+ UInt64(bitPattern: offset))
        case .value(let offset): cfa &+ UInt64(bitPattern: offset)
        case .register(let register): value(of: register)
        }
      if isReturn {
        returnAddress = found
      } else if item.register == Self.stackPointer {
        stackPointer = found
      } else {
        state.registers[item.register] = found
      }
    }
    guard base != nil else { return .end(.missing) }
    return .frame(stackPointer: stackPointer, programCounter: returnAddress, isReturnAddress: !row.isSignalFrame)
  }

  /// What the two words make of the state that the frame pointer points to.
  private func followFramePointer(_ state: inout State, on thread: ProcessImage.Thread) -> Candidate {
    guard let pointer = state.registers[Self.framePointer] else { return .end(.missing) }
    guard pointer != 0 else { return .end(.outermost) }
    // Whether it is a multiple of 8 and its words end in the stack is seen with the next frame's stack pointer.
    guard pointer >= state.stackPointer, pointer >= thread.stackStart else { return .end(.damaged) }
    state.registers = .init(repeating: nil)
    state.registers[Self.framePointer] = image.load(pointer)
    return .frame(stackPointer: pointer &+ 16, programCounter: image.load(pointer &+ 8), isReturnAddress: true)
  }

  // MARK: - Names

  public mutating func symbolise(_ address: UInt64, isReturnAddress: Bool) -> CodeLocation? {
    guard let place = Self.place(address, isReturnAddress: isReturnAddress), let number = module(at: place) else {
      return nil
    }
    let module = image.modules[number]
    let offset = place - module.start
    var location = CodeLocation(module: number)
    if let symbol = spans.symbol(at: offset, in: number) {
      let start = module.start + image.symbols[symbol].start
      location.symbol = SymbolOffset(symbol: symbol, offset: address - start)
    }
    if let row = last(of: module.lines, where: { image.lines[$0].start <= offset }), let file = image.lines[row].file,
      image.lines[row].line > 0
    {
      location.line = SourceLine(file: file, line: image.lines[row].line)
    }
    return location
  }

  // MARK: - Halving

  /// The module that covers an address, if there is one.
  private func module(at address: UInt64?) -> Int? {
    guard let address, let place = last(of: 0..<image.modules.count, where: { image.modules[$0].start <= address })
    else { return nil }
    return address - image.modules[place].start < image.modules[place].byteCount ? place : nil
  }

  /// The row that covers an offset.
  private func row(at offset: UInt64, in module: Int) -> UnwindRow? {
    guard let place = last(of: image.modules[module].rows, where: { image.rows[$0].start <= offset }) else {
      return nil
    }
    let row = image.rows[place]
    return offset < row.end ? row : nil
  }

  /// The last of the places for which something holds that holds for all before it.
  private func last(of places: Range<Int>, where holds: (Int) -> Bool) -> Int? {
    var (low, high) = (places.lowerBound, places.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { low = middle + 1 } else { high = middle }
    }
    return low > places.lowerBound ? low - 1 : nil
  }
}
