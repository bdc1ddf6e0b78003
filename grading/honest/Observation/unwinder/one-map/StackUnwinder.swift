import AllocLab

/// All modules' rows in one sorted list of absolute addresses, registers in a dictionary, and symbols by how far those before reach.
public struct StackUnwinder: Unwinder, ~Copyable {
  private struct Context {
    var pc: UInt64
    var isReturn = false
    /// What is not in it is unknown.
    var values: [Int: UInt64] = [:]
    var sp: UInt64 { values[7] ?? 0 }
    var lookUp: UInt64 { isReturn ? pc &- 1 : pc }
  }

  private enum Problem: Error {
    case over(BacktraceEnd)
  }

  private let image: ProcessImage
  /// Where something begins, and the row there: -1 for code without one, -2 for no code.
  private var starts: [UInt64] = []
  private var rowNumbers: [Int32] = []
  /// For each symbol, the farthest that it or one before it in its module reaches.
  private var reaches: [UInt64] = []
  private var ends: [UInt64] = []

  public init(image: ProcessImage) {
    self.image = image
    for module in image.modules where module.byteCount > 0 {
      mark(module.start, -1)
      for number in module.rows {
        mark(module.start + image.rows[number].start, Int32(number))
        mark(module.start + image.rows[number].end, -1)
      }
      mark(module.start + module.byteCount, -2)
    }
    for module in image.modules {
      var next = module.byteCount
      var later = module.byteCount
      var list: [UInt64] = []
      for number in module.symbols.reversed() {
        let symbol = image.symbols[number]
        if symbol.start < later {
          next = later
          later = symbol.start
        }
        list.append(symbol.size > 0 ? symbol.start + symbol.size : next)
      }
      var reach: UInt64 = 0
      for end in list.reversed() {
        reach = max(reach, end)
        ends.append(end)
        reaches.append(reach)
      }
    }
  }

  /// From here on, until something else is marked.
  private mutating func mark(_ address: UInt64, _ number: Int32) {
    if starts.last == address {
      rowNumbers[rowNumbers.count - 1] = number
    } else {
      starts.append(address)
      rowNumbers.append(number)
    }
  }

  private func what(at address: UInt64) -> Int32 {
    var low = 0
    var size = starts.count
    guard size > 0, starts[0] <= address else { return -2 }
    while size > 1 {
      let half = size / 2
      if starts[low + half] <= address { low += half }
      size -= half
    }
    return rowNumbers[low]
  }

  public mutating func backtrace(of thread: Int, _ frames: inout FrameList) -> BacktraceEnd {
    let item = image.threads[thread]
    var context = Context(pc: item.programCounter)
    for register in 0...15 { context.values[register] = item.register(register) }
    do {
      while true {
        frames.append(Frame(programCounter: context.pc, stackPointer: context.sp, isReturnAddress: context.isReturn))
        context = try up(from: context, item)
      }
    } catch Problem.over(let end) {
      return end
    } catch {
      return .damaged
    }
  }

  private func up(from context: Context, _ thread: ProcessImage.Thread) throws -> Context {
    var next = context
    next.isReturn = true
    var pc: UInt64?
    let number = what(at: context.lookUp)
    if number >= 0 {
      pc = try apply(image.rows[Int(number)], context, &next)
    } else if number == -1 {
      guard let rbp = context.values[6] else { throw Problem.over(.missing) }
      if rbp == 0 { throw Problem.over(.outermost) }
      let isInside = rbp >= thread.stackStart && thread.stackEnd >= 16 && rbp <= thread.stackEnd - 16
      if rbp % 8 != 0 || rbp < context.sp || !isInside { throw Problem.over(.damaged) }
      next.values = [7: rbp + 16]
      next.values[6] = image.load(rbp)
      pc = image.load(rbp + 8)
    } else {
      pc = image.load(context.sp)
      next.values[7] = context.sp &+ 8
    }
    guard let sp = next.values[7] else { throw Problem.over(.missing) }
    if sp <= context.sp || sp % 8 > 0 || sp <= thread.stackStart || sp > thread.stackEnd { throw Problem.over(.damaged) }
    guard let pc else { throw Problem.over(.missing) }
    next.pc = pc
    if next.isReturn {
      if pc == 0 { throw Problem.over(.outermost) }
      if what(at: pc - 1) == -2 { throw Problem.over(.damaged) }
    }
    return next
  }

  private func apply(_ row: UnwindRow, _ context: Context, _ next: inout Context) throws -> UInt64? {
    let rules = row.rules.map { image.rules[$0] }
    guard let back = rules.first(where: { $0.register == 16 })?.rule, back != .undefined else {
      throw Problem.over(.outermost)
    }
    guard let base = context.values[row.cfaRegister] else { throw Problem.over(.missing) }
    let cfa = base &+ UInt64(bitPattern: row.cfaOffset)
    func evaluate(_ rule: RegisterRule.Rule, _ register: Int) -> UInt64? {
      switch rule {
      case .undefined: return nil
      case .same: return context.values[register]
      case .saved(let offset): return image.load(cfa &+ UInt64(bitPattern: offset))
      case .value(let offset): return cfa &+ UInt64(bitPattern: offset)
      case .register(let other): return context.values[other]
      }
    }
    next.values[7] = cfa
    for rule in rules where rule.register < 16 { next.values[rule.register] = evaluate(rule.rule, rule.register) }
    next.isReturn = !row.isSignalFrame
    return evaluate(back, 16)
  }

  public mutating func symbolise(_ address: UInt64, isReturnAddress: Bool) -> CodeLocation? {
    if isReturnAddress, address == 0 { return nil }
    let place = isReturnAddress ? address - 1 : address
    var (low, high) = (0, image.modules.count)
    while low < high {
      let middle = (low + high) >> 1
      if image.modules[middle].start > place { high = middle } else { low = middle + 1 }
    }
    guard low > 0, case let module = image.modules[low - 1], place - module.start < module.byteCount else { return nil }
    let offset = place - module.start
    var location = CodeLocation(module: low - 1)
    var symbol = behind(module.symbols) { image.symbols[$0].start <= offset } - 1
    while symbol >= module.symbols.lowerBound, reaches[symbol] > offset {
      if ends[symbol] > offset {
        var lowest = symbol
        while symbol > module.symbols.lowerBound, image.symbols[symbol - 1].start == image.symbols[symbol].start {
          symbol -= 1
          if ends[symbol] > offset { lowest = symbol }
        }
        location.symbol = SymbolOffset(symbol: lowest, offset: address - (module.start + image.symbols[lowest].start))
        break
      }
      symbol -= 1
    }
    let line = behind(module.lines) { image.lines[$0].start <= offset } - 1
    if line >= module.lines.lowerBound, case let row = image.lines[line], let file = row.file, row.line != 0 {
      location.line = SourceLine(file: file, line: row.line)
    }
    return location
  }

  private func behind(_ range: Range<Int>, _ isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) >> 1
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
