package import Examining
import Workloads

/// Seeds: of hidden traces, and of the windows.
extension Judge {
  /// The same judge for one student, whose hidden traces are nobody else's, and others each time that something else is handed in.
  package func forStudent(_ name: String) -> Judge {
    var judge = self
    judge.student = name
    return judge
  }

  /// From which all is drawn that a work is judged by; nil where there are only public traces.
  ///
  /// - Parameter content: the digest of the files that it was built from.
  package func draw(_ exercise: Exercise, content: String) -> HiddenDraw? {
    hiddenSeed.map { HiddenDraw($0, exercise, student: student, content: content) }
  }

  /// From which the lengths of a trace's windows are drawn: a function of what is hidden, so that no submission can know them.
  func windowSeed(_ draw: HiddenDraw?, _ workload: Workload, _ role: String) -> UInt64 {
    if let draw { return draw.seed("windows \(role) \(workload.name)") }
    var generator = SeededGenerator(seed: Exercise.publicSeed, purpose: workload.name)
    return generator.next()
  }

  /// The same for a public trace that reference solutions are measured on, once for all students.
  func sharedWindowSeed(_ exercise: Exercise, _ workload: Workload) -> UInt64 {
    windowSeed(hiddenSeed.map { HiddenDraw($0, exercise: exercise.id) }, workload, "public")
  }
}
