import Examining
import Exercises
import Grading
import Testing

/// Whatever a student may be told is explained.
extension ExerciseContract {
  /// These say all by themselves.
  private static let selfExplaining: Set<ViolationKind> = [
    .doesNotCompile, .flood, .earlyExit, .outOfMemory, .recordsOffHeap,
  ]

  @Test(arguments: Catalogue.all.kinds) func aKindIsExplained(_ kind: ViolationKind) {
    #expect(kind.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
    #expect(kind.explanation.hasSuffix(".") && kind.explanation.count > 20)
    let text = ExplanationText.text(kind, Catalogue.all.exercises, .plain)
    #expect(text.hasPrefix("\(kind.rawValue)\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test(arguments: exercises) func itsKindsHaveCauses(exercise: Exercise) {
    #expect(!exercise.kinds.isEmpty)
    #expect(Set(exercise.kinds).count == exercise.kinds.count)
    for kind in exercise.kinds where !Self.selfExplaining.contains(kind) {
      #expect(kind.causes?.hasSuffix(".") == true, "\(kind.rawValue)")
    }
  }

  /// What is declared anywhere is found from an exercise, or from the frame.
  @Test func theCatalogueKnowsEveryKind() throws {
    for (file, text) in try PackageFiles.swiftFiles(in: "Sources") {
      for match in text.matches(of: /= ViolationKind\(\s*"([^"]+)"/) {
        #expect(Catalogue.all.kind(String(match.1)) != nil, "\(match.1), in \(file)")
      }
    }
  }
}
