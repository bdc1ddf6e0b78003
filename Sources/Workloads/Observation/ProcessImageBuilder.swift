import Vocabularies

/// Makes process images: modules of functions, and threads that have called them, each from its outermost frame inwards.
///
/// A thread has all registers as a machine would: a function that is called saves what its layout says, where it says, and then uses the
/// registers for something else. So what a right backtrace is, is known from how the stack was made.
package struct ProcessImageBuilder {
  /// How a function keeps its caller's registers.
  package struct Layout: Sendable {
    /// Nil for functions with frame pointers and no rows.
    package var cfaRegister: Int?
    /// From the stack pointer in the body to the CFA: a multiple of 8, with room for what is saved.
    package var frameBytes: UInt64
    /// By which the CFA lies above its register; with the stack pointer it is `frameBytes`.
    package var cfaOffset: UInt64
    /// Registers at CFA − 16, CFA − 24 and so on.
    package var saved: [Int]
    /// Registers that are kept in other registers, which are saved, or which nobody needs.
    package var moved: [(register: Int, to: Int)] = []
    /// Registers that are used for something else, and kept nowhere.
    package var lost: [Int] = []
    /// Registers whose value is the CFA and so much.
    package var values: [(register: Int, plus: UInt64)] = []
    /// Whether its row says that nobody called it.
    package var isOutermost = false
    /// Whether it has neither rows nor a frame pointer, which keeps the value that it has.
    package var isBare = false

    /// With a frame pointer, and nothing that says so.
    package static func framePointer(locals: Int = 2) -> Layout {
      Layout(
        cfaRegister: nil, frameBytes: UInt64(16 + 8 * locals), cfaOffset: 16, saved: [UnwindVocabulary.framePointer])
    }

    /// With rows; the CFA comes from the stack pointer, unless another register is named, which is saved.
    package static func rows(
      cfa register: Int = UnwindVocabulary.stackPointer, saved: [Int] = [], locals: Int = 2, offset: UInt64 = 16
    ) -> Layout {
      let bytes = UInt64(8 + 8 * (saved.count + locals))
      let isStackPointer = register == UnwindVocabulary.stackPointer
      return Layout(
        cfaRegister: register, frameBytes: bytes, cfaOffset: isStackPointer ? bytes : offset, saved: saved)
    }
  }

  /// A function in a module.
  package struct Function: Sendable {
    package let layout: Layout
    /// Its first byte, and the one behind its last.
    package let start, end: UInt64
    /// Where its frame is made.
    package let body: UInt64

    /// A return address in its body, drawn; at times one behind its last byte.
    package func anyReturn(with generator: inout SeededGenerator) -> UInt64 {
      generator.oneIn(6) ? end : body + 1 + UInt64(generator.below(Int(end - body)))
    }
  }

  /// A thread while its stack is made, or afterwards.
  package struct Thread: Sendable {
    package fileprivate(set) var stackEnd: UInt64
    package var registers: [UInt64]
    package var programCounter: UInt64
    /// The outermost first: program counter, stack pointer, and whether it is a return address, as a right backtrace has them.
    package var frames: [(programCounter: UInt64, stackPointer: UInt64, isReturnAddress: Bool)] = []
    fileprivate var words: [UInt64: UInt64] = [:]
    fileprivate var isExact = false

    package var stackPointer: UInt64 { registers[UnwindVocabulary.stackPointer] }

    /// The stack pointer of a frame, the innermost being number 0.
    package func stackPointer(of frame: Int) -> UInt64 { frames[frames.count - 1 - frame].stackPointer }
  }

  package private(set) var image = ProcessImageTables()
  private var noise: SeededGenerator
  private let isNoisy: Bool
  private var nextModule: UInt64
  private var nextStack: UInt64

  /// The registers that functions keep for their callers.
  package static let calleeSaved = [3, 6, 12, 13, 14, 15]
  /// Addresses between the ends of two stacks.
  private static let stackSpacing: UInt64 = 1 << 26

  package init(with generator: inout SeededGenerator, isNoisy: Bool = true) {
    noise = SeededGenerator(seed: generator.next(), purpose: "noise")
    self.isNoisy = isNoisy
    nextModule = generator.pick([0x40_0000, 0x5500_0000_0000]) + UInt64(generator.below(1 << 20)) << 12
    nextStack = 0x7f00_0000_0000 + UInt64(generator.below(1 << 20)) << 12
  }

  // MARK: - Code

  /// Begins a module, to which functions go from now on.
  ///
  /// - Parameter gap: pages that nothing is in before it; nil for so many that nobody can foresee them.
  @discardableResult
  package mutating func module(gap: Int? = nil) -> Int {
    if let last = image.modules.last { nextModule = last.start + last.byteCount }
    if gap != 0 {
      nextModule = (nextModule + 0xfff) & ~0xfff + UInt64(gap ?? noise.pick(1...1 << 16)) << 12
    }
    image.modules.append(ProcessImageTables.Module(start: nextModule, byteCount: 0))
    return image.modules.count - 1
  }

  /// The start of the last module.
  package var moduleStart: UInt64 { image.modules.last?.start ?? 0 }
  package var moduleEnd: UInt64 { image.modules.last.map { $0.start + $0.byteCount } ?? 0 }

  /// Bytes of code that nothing is known of.
  package mutating func pad(_ bytes: Int) { edit { $0.byteCount += UInt64(bytes) } }

  /// Changes the last module.
  package mutating func edit(_ body: (inout ProcessImageTables.Module) -> Void) {
    if !image.modules.isEmpty { body(&image.modules[image.modules.count - 1]) }
  }

  /// A function behind the others of the last module, with its rows and a symbol: a first part, where nothing is saved yet, and a body.
  ///
  /// - Parameters:
  ///   - entry: bytes of the first part.
  ///   - hasEnd: whether its last byte has a row of its own, where all has been taken down again.
  package mutating func function(
    _ layout: Layout, entry: Int = 4, body: Int = 28, hasEnd: Bool = false, hasSymbol: Bool = true
  ) -> Function {
    let (base, start) = (moduleStart, moduleEnd - moduleStart)
    let bodyStart = start + UInt64(entry)
    let bodyEnd = bodyStart + UInt64(body)
    let end = bodyEnd + (hasEnd ? 1 : 0)
    edit { module in
      module.byteCount = end
      if hasSymbol { module.symbols.append(.init(start: start, size: end - start)) }
      guard let register = layout.cfaRegister else { return }
      typealias Row = ProcessImageTables.Row
      let returnRule = ProcessImageTables.Rule(
        UnwindVocabulary.returnAddress, layout.isOutermost ? .undefined : .saved,
        layout.isOutermost ? 0 : Self.below(8))
      let plain = { (from: UInt64, to: UInt64) in
        Row(from, to, cfaRegister: UnwindVocabulary.stackPointer, cfaOffset: 8, rules: [returnRule])
      }
      if entry > 0 { module.rows.append(plain(start, bodyStart)) }
      module.rows.append(
        Row(
          bodyStart, bodyEnd, cfaRegister: register, cfaOffset: layout.cfaOffset,
          rules: Self.rules(of: layout) + [returnRule]))
      if hasEnd { module.rows.append(plain(bodyEnd, end)) }
    }
    return Function(
      layout: layout, start: base + start, end: base + bodyEnd, body: base + bodyStart)
  }

  private static func rules(of layout: Layout) -> [ProcessImageTables.Rule] {
    var rules: [ProcessImageTables.Rule] = []
    for (place, register) in layout.saved.enumerated() {
      rules.append(.init(register, .saved, below(16 + 8 * UInt64(place))))
    }
    rules += layout.moved.map { .init($0.register, .register, UInt64($0.to)) }
    rules += layout.lost.map { .init($0, .undefined) }
    return rules + layout.values.map { .init($0.register, .value, $0.plus) }
  }

  /// An offset below the CFA.
  package static func below(_ bytes: UInt64) -> UInt64 { 0 &- bytes }

  /// What a handler returns to: its row begins a byte before it, since it is found by a return address that no call made.
  package mutating func trampoline() -> Function {
    pad(15)
    let start = moduleEnd - moduleStart
    edit { module in
      module.byteCount += 10
      module.symbols.append(.init(start: start + 1, size: 9))
      module.rows.append(
        .init(
          start, start + 10, cfaRegister: UnwindVocabulary.stackPointer, cfaOffset: 0, isSignalFrame: true,
          rules: (0...16).map { .init($0, .saved, Self.signalSlot($0)) }))
    }
    let address = moduleStart + start + 1
    return Function(layout: .rows(), start: address, end: address + 9, body: address)
  }

  /// Where a signal's frame has a register, from its start: as Linux lays it out.
  private static func signalSlot(_ register: Int) -> UInt64 {
    let order = [144, 136, 152, 128, 112, 104, 120, 160, 40, 48, 56, 64, 72, 80, 88, 96, 168] as [UInt64]
    return order[register]
  }

  // MARK: - Threads

  /// A thread in its outermost function, with nothing above its frame but what was there before.
  ///
  /// - Parameter isMarked: whether frame pointer and return address say by 0 that there is no caller.
  package mutating func thread(
    in function: Function, at address: UInt64, isMarked: Bool = true, above: Int = 4
  ) -> Thread {
    nextStack += Self.stackSpacing + UInt64(noise.below(256)) << 4
    var thread = Thread(
      stackEnd: nextStack, registers: (0..<16).map { _ in noiseWord() }, programCounter: 0)
    thread.registers[UnwindVocabulary.stackPointer] = nextStack - UInt64(8 * above)
    if isMarked { thread.registers[UnwindVocabulary.framePointer] = 0 }
    enter(&thread, function, at: address, isExact: false, returnTo: 0)
    return thread
  }

  /// The thread calls a function, in which it then stands at an address.
  ///
  /// - Parameters:
  ///   - isExact: whether it stands there at an instruction; else it has called something there.
  ///   - isEntry: whether nothing is saved yet.
  package mutating func call(
    _ thread: inout Thread, _ function: Function, at address: UInt64, isExact: Bool = false, isEntry: Bool = false
  ) {
    enter(&thread, function, at: address, isExact: isExact, isEntry: isEntry, returnTo: thread.programCounter)
  }

  private mutating func enter(
    _ thread: inout Thread, _ function: Function, at address: UInt64, isExact: Bool, isEntry: Bool = false,
    returnTo: UInt64
  ) {
    let cfa = thread.stackPointer
    var registers = thread.registers
    thread.words[cfa - 8] = returnTo
    if isEntry {
      registers[UnwindVocabulary.stackPointer] = cfa - 8
    } else {
      let layout = function.layout
      for (place, register) in layout.saved.enumerated() {
        thread.words[cfa - 16 - 8 * UInt64(place)] = registers[register]
        registers[register] = noiseWord()
      }
      for (register, holder) in layout.moved {
        registers[holder] = thread.registers[register]
        if !layout.moved.contains(where: { $0.to == register }) { registers[register] = noiseWord() }
      }
      for register in layout.lost + layout.values.map(\.register) { registers[register] = noiseWord() }
      if !layout.isBare {
        registers[layout.cfaRegister ?? UnwindVocabulary.framePointer] = cfa &- layout.cfaOffset
      }
      registers[UnwindVocabulary.stackPointer] = cfa - layout.frameBytes
    }
    thread.registers = registers
    stand(&thread, at: address, isExact: isExact)
  }

  private func stand(_ thread: inout Thread, at address: UInt64, isExact: Bool) {
    thread.programCounter = address
    thread.isExact = isExact
    thread.frames.append((address, thread.stackPointer, !isExact))
  }

  /// The thread calls what is no code, or stands there for another reason with a return address on its stack.
  package mutating func callNothing(_ thread: inout Thread, _ address: UInt64) {
    let stackPointer = thread.stackPointer - 8
    thread.words[stackPointer] = thread.programCounter
    thread.registers[UnwindVocabulary.stackPointer] = stackPointer
    stand(&thread, at: address, isExact: true)
  }

  /// A signal interrupts the thread, which stands at an instruction; a handler is to be called next.
  package mutating func interrupt(_ thread: inout Thread, by trampoline: Function) {
    let frame = (thread.stackPointer - 128 - 512) & ~15
    for register in 0..<16 { thread.words[frame + Self.signalSlot(register)] = thread.registers[register] }
    thread.words[frame + Self.signalSlot(16)] = thread.programCounter
    thread.registers = (0..<16).map { _ in noiseWord() }
    thread.registers[UnwindVocabulary.stackPointer] = frame
    stand(&thread, at: trampoline.start, isExact: false)
  }

  /// What might stand anywhere: small numbers, addresses of code and of stacks from long ago.
  package mutating func noiseWord() -> UInt64 {
    guard isNoisy else { return 0 }
    switch noise.below(6) {
    case 0: return nextStack &- UInt64(8 * noise.below(200))
    case 1:
      let module = noise.below(image.modules.count)
      return image.modules[module].start + UInt64(noise.below(Int(image.modules[module].byteCount) + 1))
    case 2: return noise.next()
    default: return UInt64(noise.below(1 << 16))
    }
  }

  /// Adds a thread to the image, with its stack from a little below its stack pointer up.
  ///
  /// - Parameters:
  ///   - start: where the stack starts; nil for far below.
  /// - Returns: the thread's number.
  @discardableResult
  package mutating func add(_ thread: Thread, stackStart: UInt64? = nil) -> Int {
    var item = ProcessImageTables.Thread()
    item.programCounter = thread.programCounter
    item.registers = thread.registers
    item.stackEnd = thread.stackEnd
    let lowest = thread.stackPointer - 16
    item.stackStart = stackStart ?? thread.stackEnd - Self.stackSpacing / 2
    var words: [UInt64] = []
    words.reserveCapacity(Int(thread.stackEnd - lowest) / 8)
    for address in stride(from: lowest, to: thread.stackEnd, by: 8) {
      words.append(thread.words[address] ?? noiseWord())
    }
    image.regions.append(.init(start: lowest, bytes: unsafe words.withUnsafeBytes { unsafe Array($0) }))
    image.threads.append(item)
    return image.threads.count - 1
  }

  /// Changes the image as it is.
  package mutating func damage(_ body: (inout ProcessImageTables) -> Void) { body(&image) }

  /// An address that may be asked for.
  ///
  /// - Returns: its number.
  package mutating func address(_ address: UInt64) -> Int {
    image.addresses.append(address)
    return image.addresses.count - 1
  }
}
