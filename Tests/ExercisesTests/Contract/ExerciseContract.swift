import Examining
import Exercises
import Judging
import SystemPackage
import Testing
import Traces
import Vocabularies
import Workloads

/// Every duty of every exercise of the catalogue: `swift test --filter ExerciseContract` tells an author what is missing.
@Suite struct ExerciseContract {
  static let exercises = Catalogue.all.exercises

  @Test func namesAreUnique() {
    #expect(Set(Self.exercises.map(\.id)).count == Self.exercises.count)
    for assignment in Catalogue.all.assignments {
      let files = Catalogue.all.exercises(ofAssignment: assignment).map(\.file)
      #expect(Set(files).count == files.count, "\(assignment)")
    }
  }

  @Test(arguments: exercises) func itSaysWhatItIs(exercise: Exercise) {
    #expect(exercise.id.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil)
    #expect(!exercise.title.isEmpty && exercise.summary.hasSuffix("."))
    #expect(Set(exercise.workloads.map(\.name)).count == exercise.workloads.count)
    #expect(exercise.workloads.allSatisfy { $0.summary.last.map { ".?".contains($0) } ?? false })
    #expect((0.1...60).contains(exercise.secondsPerTrace))
    // What is timed counts, and what counts is timed somewhere.
    #expect(exercise.meters.contains(.time) == exercise.workloads.contains(where: \.isTimed))
    // Students are shown the shortest trace; what is measured on others is not shrunk.
    #expect(exercise.reductions != nil || exercise.hasCompanions)
  }

  /// Traces are read by modules that do not know the catalogue.
  @Test(arguments: exercises) func itsVocabularyIsKnownByItsName(exercise: Exercise) {
    #expect(VocabularyRegistry.vocabulary(named: exercise.vocabulary.name) == exercise.vocabulary)
  }

  @Test(arguments: exercises) func itsProtocolIsWhatStudentsImport(exercise: Exercise) throws {
    let declared = try PackageFiles.declarations(of: "protocol", in: "Sources/AllocLab")
    #expect(declared.contains(exercise.protocolName), "no protocol \(exercise.protocolName) in Sources/AllocLab")
  }

  /// Each name of a driver's expression is the framework's or the student's: otherwise no worker compiles, whoever is right.
  @Test(arguments: exercises) func itsDriversAreInTheWorker(exercise: Exercise) throws {
    let declared = try PackageFiles.declarations(of: "struct", in: "Sources/Worker")
    for driver in [exercise.driver, exercise.invariantDriver].compactMap({ $0 }) {
      let names = driver.matches(of: /(Worker::)?([A-Za-z0-9_]+)/).filter { $0.2 != "Worker" }
      for name in names where name.1 != nil {
        #expect(declared.contains(String(name.2)), "no struct \(name.2) in Sources/Worker, of \(driver)")
      }
      #expect(Set(names.filter { $0.1 == nil }.map { String($0.2) }) == Set(exercise.handIn.types), "\(driver)")
    }
  }

  /// Starter and solution have the file and the types that the driver is built around; work is left in the one, and not in the other.
  @Test(arguments: exercises) func itIsHandedOutAndSolved(exercise: Exercise) throws {
    let starters = try #require(PackageFiles.starters(of: exercise.assignment), "no folder of starters")
    #expect(try PackageFiles.text("Package.swift").contains("name: \"\(exercise.assignment)\")"), "not in the manifest")
    #expect(Files.exists(PackageFiles.root.appending("\(starters)/README.md")))
    for folder in [starters, "Solutions/\(exercise.assignment)"] {
      let text = try PackageFiles.text("\(folder)/\(exercise.file)")
      for type in exercise.handIn.types {
        let declaration = try Regex("(struct|enum|class) \\Q\(type)\\E[^{]*\\b\\Q\(exercise.protocolName)\\E\\b")
        #expect(text.contains(declaration), "\(folder): no \(type) that conforms to \(exercise.protocolName)")
      }
      #expect(text.contains("// TODO") == (folder == starters), "\(folder)/\(exercise.file)")
    }
  }
}

extension Exercise: CustomTestStringConvertible {
  public var testDescription: String { id }
}
