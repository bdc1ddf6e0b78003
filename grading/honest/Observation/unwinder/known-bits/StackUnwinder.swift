import AllocLab

/// Two arrays of registers and masks of what is known, used in turn; pages of modules for rows; symbols with links to who surrounds them.
public struct StackUnwinder: Unwinder, ~Copyable {
  private let image: ProcessImage
  private var now = Array(repeating: UInt64(0), count: 17)
  private var then = Array(repeating: UInt64(0), count: 17)
  private var nowKnown: UInt32 = 0
  private var thenKnown: UInt32 = 0
  private var exact = true
  /// Where each symbol ends, and which one before it may go on there; -1 for none.
  private var ends: [UInt64] = []
  private var around: [Int32] = []
  private var lastModule = 0
  private var lastRow = 0

  public init(image: ProcessImage) {
    self.image = image
    ends = Array(repeating: 0, count: image.symbols.count)
    around = Array(repeating: -1, count: image.symbols.count)
    for module in image.modules {
      var next = module.byteCount
      var number = module.symbols.upperBound
      while number > module.symbols.lowerBound {
        number -= 1
        let symbol = image.symbols[number]
        if number + 1 < module.symbols.upperBound, image.symbols[number + 1].start != symbol.start {
          next = image.symbols[number + 1].start
        }
        ends[number] = symbol.size == 0 ? next : symbol.start + symbol.size
      }
      // Among equal starts the first comes last: those behind it in the file are asked when it has ended.
      var previous: Int32 = -1
      var first = module.symbols.lowerBound
      while first < module.symbols.upperBound {
        var behind = first + 1
        while behind < module.symbols.upperBound, image.symbols[behind].start == image.symbols[first].start { behind += 1 }
        for symbol in (first..<behind).reversed() {
          var outer = previous
          while outer >= 0, ends[Int(outer)] <= ends[symbol] { outer = around[Int(outer)] }
          around[symbol] = outer
          previous = Int32(symbol)
        }
        first = behind
      }
    }
  }

  // MARK: - Stacks

  public mutating func backtrace(of thread: Int, _ frames: inout FrameList) -> BacktraceEnd {
    let item = image.threads[thread]
    for register in 0..<16 { now[register] = item.register(register) }
    now[16] = item.programCounter
    nowKnown = 0x1ffff
    exact = true
    repeat {
      frames.append(Frame(programCounter: now[16], stackPointer: now[7], isReturnAddress: !exact))
      if let end = advance(item) { return end }
      swap(&now, &then)
      nowKnown = thenKnown
    } while true
  }

  private mutating func advance(_ thread: ProcessImage.Thread) -> BacktraceEnd? {
    var nextIsExact = false
    let place = exact ? now[16] : now[16] - 1
    if !findModule(place) {
      set(from: nowKnown)
      then[7] = now[7] &+ 8
      load(now[7], 16)
    } else if findRow(place - image.modules[lastModule].start) {
      let row = image.rows[lastRow]
      for rule in row.rules where image.rules[rule].register == 16 && image.rules[rule].rule == .undefined {
        return .outermost
      }
      guard nowKnown >> UInt32(row.cfaRegister) & 1 == 1 else { return .missing }
      restore(row, now[row.cfaRegister] &+ UInt64(bitPattern: row.cfaOffset))
      nextIsExact = row.isSignalFrame
    } else {
      guard nowKnown & 1 << 6 != 0 else { return .missing }
      let pointer = now[6]
      if pointer == 0 { return .outermost }
      guard pointer & 7 == 0, pointer >= max(now[7], thread.stackStart), thread.stackEnd >= 16,
        pointer <= thread.stackEnd - 16
      else { return .damaged }
      thenKnown = 1 << 7
      then[7] = pointer + 16
      load(pointer, 6)
      load(pointer + 8, 16)
    }
    guard thenKnown & 1 << 7 != 0 else { return .missing }
    guard then[7] > now[7], then[7] & 7 == 0, then[7] > thread.stackStart, then[7] <= thread.stackEnd else {
      return .damaged
    }
    guard thenKnown & 1 << 16 != 0 else { return .missing }
    exact = nextIsExact
    if exact { return nil }
    if then[16] == 0 { return .outermost }
    return findModule(then[16] - 1) ? nil : .damaged
  }

  private mutating func set(from known: UInt32) {
    // With the program counter, which is then unknown.
    then = now
    thenKnown = known & 0xffff
  }

  private mutating func load(_ address: UInt64, _ register: Int) {
    if let word = image.load(address) {
      then[register] = word
      thenKnown |= 1 << UInt32(register)
    } else {
      thenKnown &= ~(1 << UInt32(register))
    }
  }

  private mutating func restore(_ row: UnwindRow, _ cfa: UInt64) {
    set(from: nowKnown)
    then[7] = cfa
    for place in row.rules {
      let (register, rule) = (image.rules[place].register, image.rules[place].rule)
      let bit: UInt32 = 1 << UInt32(register)
      switch rule {
      case .undefined: thenKnown &= ~bit
      case .saved(let offset): load(cfa &+ UInt64(bitPattern: offset), register)
      case .value(let offset):
        then[register] = cfa &+ UInt64(bitPattern: offset)
        thenKnown |= bit
      case .register, .same:
        var source = register
        if case .register(let other) = rule { source = other }
        then[register] = now[source]
        if nowKnown >> UInt32(source) & 1 == 1 { thenKnown |= bit } else { thenKnown &= ~bit }
      }
    }
  }

  // MARK: - Looking up

  private mutating func findModule(_ address: UInt64) -> Bool {
    func has(_ number: Int) -> Bool {
      let module = image.modules[number]
      return address >= module.start && address - module.start < module.byteCount
    }
    if lastModule < image.modules.count, has(lastModule) { return true }
    guard let found = upTo(0..<image.modules.count, { image.modules[$0].start <= address }), has(found) else { return false }
    lastModule = found
    return true
  }

  private mutating func findRow(_ offset: UInt64) -> Bool {
    let rows = image.modules[lastModule].rows
    guard let found = upTo(rows, { image.rows[$0].start <= offset }), offset < image.rows[found].end else { return false }
    lastRow = found
    return true
  }

  private func upTo(_ range: Range<Int>, _ isNotBehind: (Int) -> Bool) -> Int? {
    var place = range.lowerBound - 1
    var step = 1
    while step <= range.count { step *= 2 }
    while step > 0 {
      if place + step < range.upperBound, isNotBehind(place + step) { place += step }
      step /= 2
    }
    return place < range.lowerBound ? nil : place
  }

  public mutating func symbolise(_ address: UInt64, isReturnAddress: Bool) -> CodeLocation? {
    guard !(isReturnAddress && address == 0), findModule(isReturnAddress ? address - 1 : address) else { return nil }
    let module = image.modules[lastModule]
    let offset = (isReturnAddress ? address - 1 : address) - module.start
    var location = CodeLocation(module: lastModule)
    if let last = upTo(module.symbols, { image.symbols[$0].start <= offset }) {
      // The first of those with that start.
      var symbol = upTo(module.symbols, { image.symbols[$0].start < image.symbols[last].start }).map { $0 + 1 } ?? module.symbols.lowerBound
      while symbol >= 0, ends[symbol] <= offset { symbol = Int(around[symbol]) }
      if symbol >= 0 {
        location.symbol = SymbolOffset(symbol: symbol, offset: address - module.start - image.symbols[symbol].start)
      }
    }
    if let row = upTo(module.lines, { image.lines[$0].start <= offset }), let file = image.lines[row].file {
      let line = image.lines[row].line
      if line > 0 { location.line = SourceLine(file: file, line: line) }
    }
    return location
  }
}
