import Vocabularies
import Workloads

/// A process image as people read it, near what is in question.
struct ProcessImageText {
  private static let (before, after, wordLimit, nearLimit) = (2, 1, 16, 3)

  private let image: ProcessImageTables

  init(_ image: ProcessImageTables) { self.image = image }

  /// Of words as they are answered.
  func frame(_ words: [UInt64]) -> String {
    let kind = words[2] == 0 ? "exact" : words[2] == 1 ? "a return address" : "\(words[2])"
    return "\(hexadecimal(words[0])) (\(kind)), stack pointer \(hexadecimal(words[1]))"
  }

  func end(_ code: UInt64) -> String {
    (1..<UInt64(UnwindVocabulary.ends.count)).contains(code) ? UnwindVocabulary.ends[Int(code)] : "\(code)"
  }

  /// Of words as they are answered.
  func location(_ words: [UInt64]) -> String {
    guard words.count == UnwindVocabulary.locationWords else { return "nowhere" }
    let none = UnwindVocabulary.none
    let symbol =
      words[1] == none ? "no symbol" : "symbol \(Int64(bitPattern: words[1])) + \(hexadecimal(words[2]))"
    let line =
      words[3] == none
      ? "no line" : "file \(Int64(bitPattern: words[3])), line \(Int64(bitPattern: words[4]))"
    return "in module \(Int64(bitPattern: words[0])), \(symbol), \(line)"
  }

  // MARK: - Backtraces

  /// Right frames around one of them, how each was found, the stack there, and why there are no more.
  func lines(of walk: ProcessImageTables.Walk, around frame: Int, on thread: Int) -> [String] {
    guard !walk.steps.isEmpty else { return [] }
    let last = min(frame + Self.after, walk.steps.count - 1)
    let first = min(max(0, frame - Self.before), last)
    var lines = (first...last).map { "frame \($0): \(line(of: walk.steps[$0]))" }
    if last == walk.steps.count - 1 {
      lines.append("then \(end(walk.end.rawValue)): \(walk.reason)")
    }
    let item = image.threads[thread]
    lines.append("the stack is from \(hexadecimal(item.stackStart)) to \(hexadecimal(item.stackEnd))")
    let from = walk.steps[max(first, min(frame, walk.steps.count - 1) - 1)].stackPointer
    var address = from
    while address &- from < UInt64(8 * Self.wordLimit), let word = image.word(at: address) {
      let code = image.module(at: word) == nil ? "" : " (code)"
      lines.append("\(hexadecimal(address)): \(hexadecimal(word))\(code)")
      address &+= 8
    }
    return lines
  }

  private func line(of step: ProcessImageTables.Step) -> String {
    let words = [step.programCounter, step.stackPointer, step.isReturnAddress ? 1 : 0]
    guard let place = step.place, let module = image.module(at: place) else { return "\(frame(words)); no code" }
    let offset = place - image.modules[module].start
    guard let row = image.row(at: offset, in: module) else {
      let pointer = step.registers[UnwindVocabulary.framePointer].map(hexadecimal) ?? "unknown"
      return "\(frame(words)); module \(module) + \(hexadecimal(offset)), no row; rbp is \(pointer)"
    }
    let rules = row.rules.map { rule in "\(UnwindVocabulary.registerNames[rule.register]) \(text(rule))" }
    let base = step.registers[row.cfaRegister].map(hexadecimal) ?? "unknown"
    let register = UnwindVocabulary.registerNames[row.cfaRegister]
    return
      "\(frame(words)); module \(module) + \(hexadecimal(offset)), row \(hexadecimal(row.start)) to \(hexadecimal(row.end))"
      + (row.isSignalFrame ? " of a signal" : "")
      + ": CFA = \(register) \(signed(row.cfaOffset)), \(register) is \(base); "
      + rules.joined(separator: ", ")
  }

  private func text(_ rule: ProcessImageTables.Rule) -> String {
    switch rule.code {
    case .undefined: "undefined"
    case .same: "same"
    case .saved: "at CFA \(signed(rule.operand))"
    case .value: "is CFA \(signed(rule.operand))"
    case .register: "in \(UnwindVocabulary.registerNames[Int(rule.operand & 15)])"
    }
  }

  private func signed(_ offset: UInt64) -> String {
    let number = Int64(bitPattern: offset)
    return number < 0 ? "− \(number.magnitude)" : "+ \(number)"
  }

  // MARK: - Names

  /// The module of a place, and its symbols and lines next to it.
  func lines(around place: UInt64) -> [String] {
    guard let number = image.module(at: place) else {
      return image.modules.count > Self.nearLimit ? [] : image.modules.indices.map(line)
    }
    let module = image.modules[number]
    let offset = place - module.start
    var lines = [line(of: number), "the place is \(hexadecimal(offset)) bytes behind its start"]
    let first = image.modules[..<number].reduce(0) { $0 + $1.symbols.count }
    lines += near(offset, module.symbols.map(\.start)).map { place in
      let symbol = module.symbols[place]
      return "symbol \(first + place): from \(hexadecimal(symbol.start)), size \(hexadecimal(symbol.size))"
    }
    lines += near(offset, module.lines.map(\.start)).map { place in
      let line = module.lines[place]
      let file = line.file == UnwindVocabulary.none ? "no file" : "file \(line.file), line \(line.line)"
      return "line row from \(hexadecimal(line.start)): \(file)"
    }
    return lines
  }

  private func near(_ offset: UInt64, _ starts: [UInt64]) -> Range<Int> {
    let next = starts.firstIndex { $0 > offset } ?? starts.count
    return max(0, next - Self.nearLimit)..<min(starts.count, next + 1)
  }

  private func line(of module: Int) -> String {
    let item = image.modules[module]
    return "module \(module): from \(hexadecimal(item.start)) to \(hexadecimal(item.start + item.byteCount))"
  }
}
