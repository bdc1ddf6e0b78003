import Vocabularies

/// A thread's frames, found step by step with all that is known of its registers, and the reasons in words.
extension ProcessImageTables {
  /// One frame and what is known in it.
  package struct Step: Equatable, Sendable {
    package var programCounter: UInt64
    package var isReturnAddress: Bool
    /// Sixteen; nil for what is unknown. The stack pointer never is.
    package var registers: [UInt64?]

    package var stackPointer: UInt64 { registers[UnwindVocabulary.stackPointer] ?? 0 }
    /// Nil for the return address 0.
    package var place: UInt64? {
      isReturnAddress ? programCounter == 0 ? nil : programCounter - 1 : programCounter
    }
  }

  /// Why a backtrace has no further frame; the codes are the vocabulary's.
  package enum WalkEnd: UInt64, Sendable {
    case outermost = 1
    case missing = 2
    case damaged = 3
  }

  /// Frames, why there are no more, and the reason in words.
  package struct Walk: Equatable, Sendable {
    package var steps: [Step]
    package var end: WalkEnd
    package var reason: String
  }

  private struct Stop: Error {
    let end: WalkEnd
    let reason: String

    init(_ end: WalkEnd, _ reason: String) { (self.end, self.reason) = (end, reason) }
  }

  /// - Complexity: O(frames × log rows).
  package func backtrace(of thread: Int) -> Walk {
    guard threads.indices.contains(thread) else { return Walk(steps: [], end: .missing, reason: "there is no thread") }
    let start = threads[thread]
    var steps = [
      Step(programCounter: start.programCounter, isReturnAddress: false, registers: start.registers.map { $0 })
    ]
    while true {
      do throws(Stop) {
        steps.append(try caller(of: steps[steps.count - 1], on: start))
      } catch {
        return Walk(steps: steps, end: error.end, reason: error.reason)
      }
    }
  }

  private func caller(of step: Step, on thread: Thread) throws(Stop) -> Step {
    var next = Step(programCounter: 0, isReturnAddress: true, registers: step.registers)
    let module = step.place.flatMap(module(at:))
    var returnAddress: UInt64?
    if let module, let place = step.place, let row = row(at: place - modules[module].start, in: module) {
      (next, returnAddress) = try byRow(row, step)
      next.isReturnAddress = !row.isSignalFrame
    } else if module != nil {
      (next, returnAddress) = try byFramePointer(step, on: thread)
    } else {
      next.registers[UnwindVocabulary.stackPointer] = step.stackPointer &+ 8
      returnAddress = word(at: step.stackPointer)
    }
    guard let stackPointer = next.registers[UnwindVocabulary.stackPointer] else {
      throw Stop(.missing, "the next stack pointer is unknown")
    }
    func damaged(_ reason: String) -> Stop {
      Stop(.damaged, "the next stack pointer would be \(hexadecimal(stackPointer)), \(reason)")
    }
    if stackPointer <= step.stackPointer { throw damaged("which is not above \(hexadecimal(step.stackPointer))") }
    if stackPointer % 8 != 0 { throw damaged("no multiple of 8") }
    if stackPointer <= thread.stackStart || stackPointer > thread.stackEnd {
      throw damaged("outside the stack from \(hexadecimal(thread.stackStart)) to \(hexadecimal(thread.stackEnd))")
    }
    guard let returnAddress else {
      throw Stop(.missing, "the next program counter is not in the image's memory, or unknown")
    }
    next.programCounter = returnAddress
    guard next.isReturnAddress else { return next }
    if returnAddress == 0 { throw Stop(.outermost, "the return address is 0") }
    if next.place.flatMap(self.module(at:)) == nil {
      throw Stop(.damaged, "the return address would be \(hexadecimal(returnAddress)), which is no code")
    }
    return next
  }

  private func byRow(_ row: Row, _ step: Step) throws(Stop) -> (Step, UInt64?) {
    let back = row.rules.last { $0.register == UnwindVocabulary.returnAddress }
    if back?.code == .undefined { throw Stop(.outermost, "the row of \(hexadecimal(row.start)) has no return address") }
    guard let base = step.registers[row.cfaRegister] else {
      let name = "the row of \(hexadecimal(row.start))"
      throw Stop(.missing, "\(name) needs \(UnwindVocabulary.registerNames[row.cfaRegister]), which is unknown")
    }
    let cfa = base &+ row.cfaOffset
    func value(_ rule: Rule) -> UInt64? {
      switch rule.code {
      case .undefined: nil
      case .same: step.registers[rule.register]
      case .saved: word(at: cfa &+ rule.operand)
      case .value: cfa &+ rule.operand
      case .register: step.registers[Int(rule.operand & 15)]
      }
    }
    var next = step
    next.registers[UnwindVocabulary.stackPointer] = cfa
    for rule in row.rules where rule.register < 16 { next.registers[rule.register] = value(rule) }
    return (next, back.flatMap(value))
  }

  private func byFramePointer(_ step: Step, on thread: Thread) throws(Stop) -> (Step, UInt64?) {
    guard let pointer = step.registers[UnwindVocabulary.framePointer] else {
      throw Stop(.missing, "there is no row here, and the frame pointer is unknown")
    }
    if pointer == 0 { throw Stop(.outermost, "the frame pointer is 0") }
    func damaged(_ reason: String) -> Stop { Stop(.damaged, "the frame pointer is \(hexadecimal(pointer)), \(reason)") }
    if pointer % 8 != 0 { throw damaged("no multiple of 8") }
    if pointer < step.stackPointer { throw damaged("below the stack pointer \(hexadecimal(step.stackPointer))") }
    if pointer < thread.stackStart || pointer > thread.stackEnd || thread.stackEnd - pointer < 16 {
      let stack = "\(hexadecimal(thread.stackStart)) to \(hexadecimal(thread.stackEnd))"
      throw damaged("and its 16 bytes are not in the stack from \(stack)")
    }
    var next = step
    next.isReturnAddress = true
    next.registers = Array(repeating: nil, count: 16)
    next.registers[UnwindVocabulary.framePointer] = word(at: pointer)
    next.registers[UnwindVocabulary.stackPointer] = pointer + 16
    return (next, word(at: pointer + 8))
  }

  /// The row that covers an offset in a module.
  package func row(at offset: UInt64, in module: Int) -> Row? {
    let rows = modules[module].rows
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    return low > 0 && offset < rows[low - 1].end ? rows[low - 1] : nil
  }
}
