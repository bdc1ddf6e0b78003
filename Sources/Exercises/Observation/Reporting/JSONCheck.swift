/// The profile as JSON: what the schema says, and nothing that is not so.
struct JSONCheck {
  private let truth: ReporterTruth

  init(_ truth: ReporterTruth) { self.truth = truth }

  func check(_ text: [UInt8]) throws(ReportFault) {
    let root: StrictJSON
    do throws(StrictJSON.Fault) { root = try StrictJSON(text) } catch {
      throw ReportFault(.malformedJSON, at: error.offset, error.reason)
    }
    let members = try members(
      root, ["version", "unit", "live", "peak", "functions", "stacks"], of: "the profile")
    guard try number(members[0], "version") == 1 else { throw offSchema(members[0], "the version is 1") }
    guard members[1].value == .string(Array("bytes".utf8)) else { throw offSchema(members[1], "the unit is \"bytes\"") }
    guard try number(members[2], "live") == truth.total else {
      throw wrong(members[2], "\(truth.total) bytes are live")
    }
    try check(peak: members[3])
    let names = try check(functions: members[4])
    try check(stacks: members[5], names)
  }

  private func offSchema(_ value: StrictJSON, _ message: String) -> ReportFault {
    ReportFault(.offSchema, at: value.offset, message)
  }

  private func wrong(_ value: StrictJSON, _ message: String) -> ReportFault {
    ReportFault(.wrongJSON, at: value.offset, message)
  }

  /// An object's values, in the order of their names.
  private func members(_ value: StrictJSON, _ names: [String], of what: String) throws(ReportFault) -> [StrictJSON] {
    guard case .object(let members) = value.value else { throw offSchema(value, "\(what) is an object") }
    if let odd = members.first(where: { !names.map { Array($0.utf8) }.contains($0.name) }) {
      throw offSchema(odd.value, "\(what) has no member \(ReportExcerpt.text(odd.name))")
    }
    var values: [StrictJSON] = []
    for name in names {
      guard let member = members.first(where: { $0.name == Array(name.utf8) }) else {
        throw offSchema(value, "\(what) needs a member \(name)")
      }
      values.append(member.value)
    }
    return values
  }

  private func number(_ value: StrictJSON, _ what: String) throws(ReportFault) -> UInt64 {
    guard case .number(let number?) = value.value else {
      throw offSchema(value, "\(what) is a whole number from 0 to 2^64 - 1, without fraction and exponent")
    }
    return number
  }

  private func elements(_ value: StrictJSON, _ what: String) throws(ReportFault) -> [StrictJSON] {
    guard case .array(let elements) = value.value else { throw offSchema(value, "\(what) is an array") }
    return elements
  }

  private func check(peak value: StrictJSON) throws(ReportFault) {
    guard value.value != .null else {
      if let peak = truth.peak { throw wrong(value, "\(peak.bytes) bytes were live at \(peak.time), the most") }
      return
    }
    let members = try members(value, ["time", "bytes"], of: "the peak")
    let (time, bytes) = try (number(members[0], "time"), number(members[1], "bytes"))
    guard let peak = truth.peak else { throw wrong(value, "without an event there is no peak") }
    guard bytes == peak.bytes else { throw wrong(members[1], "at most \(peak.bytes) bytes were live") }
    guard time == peak.time else { throw wrong(members[0], "\(bytes) bytes were live at \(peak.time) first") }
  }

  /// A function's name, as JSON can say it.
  private func text(_ function: Int) -> [UInt8] {
    Array(String(decoding: truth.functions[function], as: UTF8.self).utf8)
  }

  /// - Returns: the names that there are.
  private func check(functions value: StrictJSON) throws(ReportFault) -> [[UInt8]] {
    var left: [[UInt8]: Int] = [:]
    for function in truth.reportedFunctions { left[text(function), default: 0] += 1 }
    let right = left
    var names: [[UInt8]] = []
    for element in try elements(value, "functions") {
      guard case .string(let name) = element.value else { throw offSchema(element, "a function is its name") }
      names.append(name)
      guard let count = left[name], count > 0 else {
        let problem =
          right[name] == nil ? "no stack that is reported has this function" : "this function is there already"
        throw wrong(element, problem)
      }
      left[name] = count - 1
    }
    let missing = left.filter { $0.value > 0 }.keys.min { $0.lexicographicallyPrecedes($1) }
    if let missing { throw wrong(value, "a function is missing: \(ReportExcerpt.text(missing))") }
    return names
  }

  private func check(stacks value: StrictJSON, _ names: [[UInt8]]) throws(ReportFault) {
    // Functions whose names become the same cannot be told apart by whoever reads this.
    var numbers: [[UInt8]: Int] = [:]
    for name in names where numbers[name] == nil { numbers[name] = numbers.count }
    let ofPlace = names.map { numbers[$0] ?? 0 }
    let ofFunction = truth.functions.indices.map { numbers[text($0)] ?? 0 }
    var left: [[Int]: [UInt64]] = [:]
    for stack in truth.reported {
      left[truth.stacks[stack].map { ofFunction[$0] }, default: []].append(truth.live[stack])
    }
    let right = left
    for element in try elements(value, "stacks") {
      let members = try members(element, ["frames", "bytes"], of: "a stack")
      let bytes = try number(members[1], "bytes")
      var stack: [Int] = []
      for frame in try elements(members[0], "frames") {
        let place = try number(frame, "a frame")
        guard place < UInt64(names.count) else { throw offSchema(frame, "there are \(names.count) functions") }
        stack.append(ofPlace[Int(place)])
      }
      guard let known = right[stack] else { throw wrong(element, "no such stack has live bytes") }
      guard let rest = left[stack], let first = rest.first else { throw wrong(element, "this stack is there already") }
      guard let place = rest.firstIndex(of: bytes) else {
        throw wrong(members[1], "this stack has \(known.count == 1 ? known[0] : first) live bytes")
      }
      left[stack]?.remove(at: place)
    }
    guard let missing = left.filter({ !$0.value.isEmpty }).min(by: { $0.key.lexicographicallyPrecedes($1.key) }) else {
      return
    }
    let known = Dictionary(numbers.map { ($1, $0) }) { first, _ in first }
    let frames = missing.key.suffix(6).map { ReportExcerpt.text(known[$0] ?? []) }.joined(separator: " ▸ ")
    throw wrong(value, "a stack is missing: \(frames), \(missing.value[0]) bytes")
  }
}
