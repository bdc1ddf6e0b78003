import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

@Suite struct ExplanationTests {
  static let course = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .appending("grading")

  /// Whatever a student may be told in an exercise, its causes there are told too; these say all by themselves.
  private static let selfExplaining: Set<ViolationKind> = [
    .doesNotCompile, .flood, .earlyExit, .outOfMemory, .recordsOffHeap,
  ]

  @Test(arguments: Catalogue.all.exercises.map(\.id)) func everyKindThatAMutantShowsHasCauses(_ id: String) throws {
    let exercise = try #require(Catalogue.all.exercise(id))
    let mutants = try #require(try Mutants.mutants(of: exercise, in: Self.course, .all))
    for mutant in mutants.mutants {
      for kind in mutant.expects where !Self.selfExplaining.contains(kind) {
        #expect(exercise.causes(of: kind) != nil, "\(id): \(kind.rawValue), of mutant \(mutant.name)")
      }
    }
  }

  @Test(arguments: Catalogue.all.kinds) func everyKindIsExplained(_ kind: ViolationKind) {
    #expect(kind.explanation.hasSuffix(".") && kind.explanation.count > 20)
    let text = ExplanationText.text(kind, Catalogue.all.exercises, .plain)
    #expect(text.hasPrefix("\(kind.rawValue)\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }
}
