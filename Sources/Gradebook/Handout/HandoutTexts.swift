import Examining
import Grading

/// The texts of a handout that are written for it.
package enum HandoutTexts {
  /// Its manifest: what students import, what they write, and what the tool compiles their files with. It depends on no other package.
  static func manifest(_ assignments: [(name: String, folder: String)]) -> String {
    let rows = assignments.map { #"  (folder: "\#($0.folder)", name: "\#($0.name)"),"# }
    return """
      // swift-tools-version: 6.2
      import PackageDescription

      \(strictSettings)

      /// Assignments: the folder of the files that you write, and the target's name.
      let assignments = [
      \(rows.joined(separator: "\n"))
      ]

      let package = Package(
        name: "AllocLabHandout",
        products: [
          // What your files are compiled with when they are checked: `alloclab` builds it once.
          .library(name: "Kit", type: .static, targets: ["Worker"])
        ],
        targets: [
          .target(name: "CPlatform"),
          .target(name: "AllocLab", swiftSettings: strict),
          .target(name: "Vocabularies", swiftSettings: strict),
          .target(name: "Worker", dependencies: ["AllocLab", "Vocabularies", "CPlatform"], swiftSettings: strict),
        ]
          + assignments.map {
            .target(
              name: $0.name, dependencies: ["AllocLab"], path: $0.folder, exclude: ["README.md"], swiftSettings: student)
          }
      )

      """
  }

  /// As `Package.swift` has them, word for word; a test compares.
  package static let strictSettings = """
    /// Settings of every target: Swift 6 language mode with strict memory safety as an error.
    let strict: [SwiftSetting] = [
      .strictMemorySafety(),
      .treatWarning("StrictMemorySafety", as: .error),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("ExistentialAny"),
    ]

    /// Settings of what students write: a plain `import AllocLab` is all that a public type needs.
    let student: [SwiftSetting] = [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]
    """

  static func readme(
    _ course: Course, _ assignments: [(name: String, folder: String)], isCalibrated: Bool
  ) -> String {
    let worth =
      isCalibrated
      ? """
      so a check at home tells whether your work is right.
      How far its time and space are from theirs, `./alloclab check --measure` estimates: they were measured on another machine, beside a
      yardstick that is measured on yours, too.
      """
      : """
      so a check at home tells whether your work is right, not how many points
      its speed is worth.
      """
    let rows = assignments.map { assignment in
      let exercises = course.catalogue.exercises(ofAssignment: assignment.name)
      return "| [`\(assignment.folder)`](\(assignment.folder)/README.md) | "
        + exercises.map { "\($0.id) (`\($0.file)`)" }.joined(separator: ", ") + " |"
    }
    let first = assignments.first.flatMap { course.catalogue.exercises(ofAssignment: $0.name).first }
    let (folder, id) = (assignments.first?.folder ?? "Labs", first?.id ?? "pool")
    return """
      # \(course.settings.course)

      You write allocators and memory policies in Swift; `./alloclab` checks them. It needs Linux on x86-64 with Swift 6.3 on the PATH
      (https://www.swift.org/install/linux). The first command installs what else is missing (it says so, and asks `sudo` if you are
      not root), builds what your files are compiled with, and checks:

          ./alloclab check \(folder)

      | assignment | exercises |
      |---|---|
      \(rows.joined(separator: "\n"))

      Each assignment is a folder with a README, which says what to build, and files that compile and fail. Do what `// TODO` says there.

          ./alloclab exercises \(id)         # one exercise: what it counts, and the workloads that it is checked with
          ./alloclab check \(id)             # check your file; what is wrong is explained by the shortest trace that shows it
          ./alloclab watch \(id)             # check it again whenever you save; h shows the next hint, q ends it
          ./alloclab replay \(id) x.trace --step     # walk through a trace that a check has saved
          ./alloclab chaos \(id)             # random and hostile traces, until something breaks
          ./alloclab explain               # every kind of fault: what it means, its usual causes
          ./alloclab submit \(folder)    # pack the files that are graded, ready to upload

      `./alloclab help` lists the rest. `Sources/AllocLab` is what your files import; the comments of the protocols there are the
      specification, and `ln -s "$PWD/alloclab" ~/.local/bin/` lets you type `alloclab` anywhere.

      A check runs the public workloads. Grading adds hidden ones of the same kinds, drawn anew for each hand-in, and measures time and
      space against reference solutions, which are not here: \(worth)

      Editors understand the package: open this folder in one that speaks to SourceKit-LSP (it comes with Swift), for example Visual
      Studio Code with the Swift extension. `swift build` compiles everything, too.

      """
  }
}
