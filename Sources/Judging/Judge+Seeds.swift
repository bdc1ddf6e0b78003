import Examining
import Workloads

/// Seeds: of a student's hidden traces, and of the windows.
extension Judge {
  /// The same judge for one student, whose hidden traces are nobody else's: their seed is drawn from the hidden one and the name.
  package func forStudent(_ name: String) -> Judge {
    guard let hiddenSeed else { return self }
    var judge = self
    judge.studentSeed = Self.seed(ofStudent: name, hiddenSeed: hiddenSeed)
    return judge
  }

  /// The seed of one student's hidden traces, of an exercise that needs no other measured on each.
  package static func seed(ofStudent name: String, hiddenSeed: UInt64) -> UInt64 {
    var generator = SeededGenerator(seed: hiddenSeed, purpose: "student \(name)")
    return generator.next()
  }

  /// The window lengths are a function of what is hidden, so that no submission can know them.
  func windowSeed(_ item: Case) -> UInt64 {
    // A changed trace has the windows that the reference was measured in, whoever is judged.
    let seed = (item.change == nil ? studentSeed : nil) ?? hiddenSeed ?? Exercise.publicSeed
    var generator = SeededGenerator(seed: seed, purpose: item.workload.name + (item.change?.rawValue ?? ""))
    return generator.next()
  }
}
