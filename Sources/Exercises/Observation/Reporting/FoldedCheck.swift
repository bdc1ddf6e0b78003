/// Folded stacks: each stack that is reported in a line, and no other.
struct FoldedCheck {
  private let truth: ReporterTruth

  init(_ truth: ReporterTruth) { self.truth = truth }

  func check(_ text: [UInt8]) throws(ReportFault) {
    var right: [ArraySlice<UInt8>: UInt64] = [:]
    for stack in truth.reported { right[truth.written(stack: stack)[...]] = truth.live[stack] }
    var seen: Set<ArraySlice<UInt8>> = []
    let lines = try ReportLines(text)
    for line in lines.all {
      guard let space = line.bytes.lastIndex(of: 0x20) else {
        throw ReportFault(.malformedLine, at: line.offset, "a line is a stack, one space, and a number")
      }
      guard let bytes = ReportLines.number(line.bytes[(space + 1)...]) else {
        throw ReportFault(.malformedLine, at: space + 1, "behind the last space stands no number of 64 bits")
      }
      let stack = line.bytes[..<space]
      if let known = right[stack] {
        guard seen.insert(stack).inserted else {
          throw ReportFault(.wrongFolded, at: line.offset, "this stack has a line already")
        }
        guard bytes == known else {
          throw ReportFault(.wrongFolded, at: space + 1, "this stack has \(known) live bytes")
        }
        continue
      }
      for name in stack.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
        if let (place, reason) = ReportLines.fault(inName: name) {
          throw ReportFault(.malformedLine, at: place, reason)
        }
      }
      throw ReportFault(.wrongFolded, at: line.offset, "no such stack has live bytes")
    }
    guard let missing = right.keys.filter({ !seen.contains($0) }).min(by: { $0.lexicographicallyPrecedes($1) }) else {
      return
    }
    throw ReportFault(
      .wrongFolded, at: text.count, "a line is missing: \(ReportExcerpt.text(missing)) \(right[missing] ?? 0)")
  }
}
