import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

/// The grader has something to prove itself on, and to give points for.
extension ExerciseContract {
  @Test(arguments: exercises) func itsMutantsCanBeMade(exercise: Exercise) throws {
    let mutants = try #require(try Mutants.mutants(of: exercise, in: PackageFiles.root.appending("grading"), .all))
    #expect(mutants.file == exercise.file)
    #expect(mutants.mutants.count >= 3)
    #expect(Set(mutants.mutants.map(\.name)).count == mutants.mutants.count)
    let reference = try Submission(PackageFiles.root.appending("Solutions/\(exercise.assignment)"))
    for mutant in mutants.mutants {
      #expect(mutant.summary.hasSuffix("."), "\(mutant.name)")
      _ = try mutants.submission(of: mutant, from: reference)
      // What the report will say of it is told to students here.
      for kind in mutant.expects {
        #expect(
          exercise.kinds.contains(kind) || ViolationKind.frame.contains(kind) || kind == .recordsOffHeap,
          "\(mutant.name): \(kind.rawValue) is not among the exercise's kinds")
      }
    }
  }

  @Test(arguments: exercises) func itStandsInOneFamilyEverywhere(exercise: Exercise) throws {
    let file = try #require(
      try PackageFiles.swiftFiles(in: "Sources/Exercises").first {
        $0.text.contains("static let id = \"\(exercise.id)\"")
      }?
      .name)
    let family = file.split(separator: "/")[2]
    #expect(file.split(separator: "/").count == 5, "\(file) is not in a folder of its own in a family's")
    #expect(Files.exists(PackageFiles.root.appending("grading/mutants/\(family)/\(exercise.id).json")))
  }

  @Test(arguments: exercises) func aRubricHasARowForIt(exercise: Exercise) throws {
    let course = try Course(PackageFiles.root.appending("grading"), .all)
    let rubric = try #require(course.rubric(for: exercise.assignment), "no rubric of course.json is its assignment's")
    let row = try #require(rubric.exercises.first { $0.exercise == exercise.id })
    #expect(row.points > 0)
    for meter in exercise.meters {
      #expect(row.meters[meter.name] != nil, "what is measured counts: \(meter.name)")
    }
  }
}
