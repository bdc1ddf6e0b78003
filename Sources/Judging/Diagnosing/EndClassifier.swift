import Examining
import Glibc
import Sandbox
import SystemPackage
import Traces
import Vocabularies

/// Says what a worker's end means for the student.
struct EndClassifier {
  let link: WorkerLink
  let worker: FilePath
  let trace: Trace
  /// Nil where nobody asks in which function it happened: to find that takes longer than most replays.
  let symbolicator: Symbolicator?

  /// The violation that a response stands for, or nil where the request was served.
  func violation(_ response: WorkerLink.Response, during phase: String?) -> Violation? {
    switch response {
    case .done: return nil
    case .timeOut:
      let (index, doing) = position(phase)
      _ = link.end()
      return Violation(
        .hang, at: index, "no answer to \(doing) within the time that the whole trace is given",
        evidence: [
          "the worker used \(rounded(link.cpuSeconds)) s of CPU time; look for a loop that does not end, or a search "
            + "that grows with the number of blocks"
        ])
    case .slept:
      let (index, doing) = position(phase)
      _ = link.end()
      return Violation(
        .hang, at: index, "it slept: more than \(SleepMeter.limit) s in this replay, the last of it during \(doing)",
        evidence: ["nothing here has to wait; besides CPU time, a replay is given so much by the clock"])
    case .ended:
      // What the worker wrote about its end is read before the process is reaped, and is evidence only.
      let (index, doing) = position(phase)
      let end = link.end()
      return violation(end, index, doing)
    }
  }

  private func position(_ phase: String?) -> (Int?, String) {
    if let phase { return (nil, phase) }
    let index = link.currentIndex
    guard index < trace.operations.count else { return (nil, "an operation") }
    let operation = trace.operations[index]
    let text = VocabularyRegistry.vocabulary(named: trace.vocabulary)?.describer(of: trace.tables)(operation)
    return (index, text ?? "operation \(index)")
  }

  private func violation(_ end: Termination, _ index: Int?, _ doing: String) -> Violation {
    let said = end.standardErrorText
    let output = said.isEmpty ? [] : ["it said: " + said]
    if let stray = link.control.stray {
      return Violation(.strayAccess, at: index, stray.description + location(), evidence: ["during \(doing)"])
    }
    switch end.reason {
    case .outputLimit:
      return Violation(
        .flood, at: index, "more output than the \(WorkerSandbox.outputLimit) bytes that are read, during \(doing)")
    case .memoryLimit:
      return Violation(.outOfMemory, at: index, "out of memory during \(doing)", evidence: output)
    case .cpuLimit, .wallLimit:
      return Violation(.hang, at: index, "no answer to \(doing) within the limits", evidence: output)
    case .exited(let code) where code < 128:
      return Violation(
        .earlyExit, at: index, "the program ended by itself, with status \(code), during \(doing)", evidence: output)
    case .exited, .signalled, .fileLimit, .terminated:
      let recorded = Int32(clamping: link.control.crash.signal)
      let number: Int32 =
        switch end.reason {
        case .signalled(let number): number
        case .fileLimit: SIGXFSZ
        default: max(recorded, 0)
        }
      let address = link.control.crash.address
      let about = number == 11 || number == 7 ? " about address \(hexadecimal(address))" : ""
      return Violation(
        .crash, at: index, "\(signalName(number))\(about) during \(doing)\(location())", evidence: output)
    }
  }

  /// The student's function in which it happened, where symbols allow.
  private func location() -> String {
    guard let symbolicator else { return "" }
    guard let function = symbolicator.firstStudentFunction(link.control.frames, in: worker) else { return "" }
    return ", in \(function)"
  }

  private func signalName(_ number: Int32) -> String {
    switch number {
    case 4, 5: "a trap (a failed precondition, an overflow, an index out of range, or nil where a value was needed)"
    case 6: "an abort (signal 6)"
    case 7: "a bus error (signal 7)"
    case 8: "an arithmetic fault (signal 8)"
    case 9: "it was killed (signal 9)"
    case 11: "a segmentation fault (signal 11)"
    case 25: "a file that grew too large (signal 25)"
    case 31: "a forbidden system call (signal 31)"
    case 0: "it ended abnormally"
    default: "signal \(number)"
    }
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}

private func hexadecimal(_ value: Int) -> String { Vocabularies.hexadecimal(UInt64(clamping: value)) }
