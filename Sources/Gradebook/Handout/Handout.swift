import Examining
import Glibc
package import Grading
package import Judging
package import SystemPackage

/// What students are given: a package of its own, put together from a list of what may be in it, and looked through for what may not.
///
/// The tool comes built, so that no source of the judge's is in it: some of its oracles know an answer. What their files are compiled
/// against comes as source, since it has to be of the same compiler as they are.
package struct Handout: Sendable {
  /// A file of it.
  package struct File: Sendable {
    /// From the folder of the handout.
    package let path: String
    package let bytes: [UInt8]
    package var isExecutable = false
  }

  package private(set) var files: [File] = []
  /// The assignments, in the order of the course.
  package let assignments: [String]
  /// Files that secrets were told by, and the tool's modules whose sources were looked through too.
  package let secrets: Secrets
  package private(set) var modules: [String] = []

  /// The folders of `Sources` that workers are built from, and those that the tool builds what it needs from.
  static let folders = ["AllocLab", "Vocabularies", "Worker", "CPlatform", "SafetyCheck", "Interpose"]
  /// What the recorder is built from besides.
  static let singleFiles = ["RecordingLayout.swift", "RecordingWord.swift"].map { "Sources/Traces/Recording/\($0)" }
  private static let kinds: Set = ["swift", "c", "h", "map", "modulemap"]

  /// Puts everything together and looks it through. Nothing is written yet.
  ///
  /// - Parameters:
  ///   - names: of assignments; empty for all that have a rubric.
  ///   - solutions: the folder of the solutions, by which they are known.
  ///   - isCalibrated: whether a yardstick comes, by which a check at home estimates what time and space are worth.
  /// - Throws: `JudgeError.course`, with every place where something is that students must not have.
  package init(
    _ installation: Installation, _ course: Course, assignments names: [String], solutions: FilePath, allowWeak: Bool,
    isCalibrated: Bool = false
  ) throws(JudgeError) {
    let chosen = course.rubrics.filter { names.isEmpty || names.contains($0.assignment) }
    for name in names where !chosen.contains(where: { $0.assignment == name }) {
      let known = course.rubrics.map(\.assignment)
      let guess = closestMatch(to: name, in: known).map { " Did you mean \($0)?" } ?? ""
      throw .course("there is no assignment \(name) with a rubric.\(guess) There are \(known.joined(separator: ", "))")
    }
    assignments = chosen.map(\.assignment)
    secrets = try Secrets(solutions: solutions, course: course)
    let root = installation.root
    for folder in Self.folders { try add(below: root.appending("Sources").appending(folder), root) }
    for name in Self.singleFiles { try add(name, root) }
    var folders: [(name: String, folder: String)] = []
    for rubric in chosen {
      guard let folder = course.settings.assignments.first(where: { $0.name == rubric.assignment })?.folder else {
        continue
      }
      folders.append((rubric.assignment, folder))
      try add("\(folder)/README.md", root)
      for file in Set(course.catalogue.exercises(ofAssignment: rubric.assignment).map(\.file)).sorted() {
        try add("\(folder)/\(file)", root)
      }
    }
    let starters = files.filter { file in
      folders.contains { file.path.hasPrefix("\($0.folder)/") } && file.path.hasSuffix(".swift")
    }
    try add(course, chosen)
    add("Package.swift", HandoutTexts.manifest(folders))
    add("README.md", HandoutTexts.readme(course, folders, isCalibrated: isCalibrated))
    add(".gitignore", ".build/\n*.trace\n*.zip\n")
    files.append(File(path: "alloclab", bytes: try Files.read(root.appending("grading/alloclab")), isExecutable: true))
    files.append(File(path: "lib/setup.sh", bytes: try Files.read(root.appending("grading/lib/setup.sh"))))
    add(
      Installation.handoutMark,
      try Self.encoded(HandoutRecord(version: Grader.version, assignments: assignments, starters: starters)))
    let tool = try StandaloneTool(installation)
    modules = tool.modules
    try refuseSecrets(course, installation)
    for (name, bytes) in [
      ("lib/alloclab", try tool.link(allowWeak: allowWeak)),
      ("lib/ForkServer", try Files.read(installation.build.appending("ForkServer"))),
    ] {
      if let finding = secrets.findBytes(in: bytes) { throw .course("\(name) has a piece of \(finding.secret) in it") }
      files.append(File(path: name, bytes: bytes, isExecutable: true))
    }
  }

  /// Puts in what the reference solutions took.
  package mutating func add(_ yardstick: Yardstick) throws(JudgeError) {
    add("Course/\(Yardstick.fileName)", try Self.encoded(yardstick))
  }

  private mutating func add(_ path: String, _ root: FilePath) throws(JudgeError) {
    // Links would lead to what is not on the list.
    let file = root.appending(path)
    guard !Files.isLink(file) else { throw .file(file, "is a symbolic link, and is not handed out; put a file there") }
    files.append(File(path: path, bytes: try Files.read(file)))
  }

  private mutating func add(_ path: String, _ text: String) { files.append(File(path: path, bytes: Array(text.utf8))) }

  private mutating func add(below folder: FilePath, _ root: FilePath) throws(JudgeError) {
    for file in Files.below(folder) where Self.kinds.contains(file.extension ?? "") {
      try add(Self.name(of: file, root), root)
    }
  }

  private static func name(of file: FilePath, _ root: FilePath) -> String {
    file.components.dropFirst(root.components.count).map(\.string).joined(separator: "/")
  }

  /// The course as students may know it: what counts how much, and the seed that anybody can have.
  private mutating func add(_ course: Course, _ chosen: [Rubric]) throws(JudgeError) {
    var settings = course.settings
    settings.hiddenSeed = .example
    for (place, group) in settings.groups.enumerated() {
      for (number, assignment) in group.assignments.enumerated() {
        let rubric = chosen.first { $0.assignment == assignment.name }
        settings.groups[place].assignments[number].rubric = rubric.map { "rubrics/\($0.assignment).json" }
      }
    }
    add("Course/course.json", try Self.encoded(settings))
    for rubric in chosen { add("Course/rubrics/\(rubric.assignment).json", try Self.encoded(rubric)) }
  }

  private static func encoded(_ value: some Encodable) throws(JudgeError) -> String {
    do { return try JSONReportEncoder().encode(value).text() } catch { throw .course("\(error)") }
  }

  /// Looks through every text of it, and through what the tool was compiled from.
  private func refuseSecrets(_ course: Course, _ installation: Installation) throws(JudgeError) {
    let given = try Given(course)
    var problems: [String] = []
    var texts = files.map { ($0.path, $0.bytes) }
    for module in modules where !Self.folders.contains(module) {
      for file in Files.below(installation.root.appending("Sources").appending(module)) {
        texts.append((Self.name(of: file, installation.root), try Files.read(file)))
      }
    }
    for (name, bytes) in texts {
      if let finding = secrets.find(in: bytes), let problem = given.problem(name, finding) { problems.append(problem) }
    }
    guard problems.isEmpty else {
      throw .course("nothing was handed out:\n  " + problems.joined(separator: "\n  "))
    }
  }

  /// Writes it as a whole: beside its place first. Ctrl-C waits for that moment.
  ///
  /// - Throws: `JudgeError.file` where something lies there already.
  package func write(to folder: FilePath) throws(JudgeError) {
    try Self.refuseUsed(folder)
    guard let name = folder.lexicallyNormalized().lastComponent?.string, name != "..", name != "." else {
      throw .file(folder, "names no new folder; name one that is not there yet")
    }
    let parent = folder.lexicallyNormalized().removingLastComponent()
    let place: FilePath = parent.isEmpty ? "." : parent
    let prefix = ".\(name).handout-"
    for left in Files.names(in: place) where left.hasPrefix(prefix) {
      // Of a process that was killed.
      if let process = pid_t(left.dropFirst(prefix.count)), kill(process, 0) != 0, errno == ESRCH {
        Files.remove(place.appending(left))
      }
    }
    let temporary = place.appending("\(prefix)\(getpid())")
    var (signals, before) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    do throws(JudgeError) {
      for file in files {
        let path = temporary.appending(file.path)
        try Files.makeDirectory(path.removingLastComponent())
        try Files.write(file.bytes, to: path)
        if file.isExecutable { Files.makeExecutable(path) }
      }
      guard Files.move(temporary, to: folder) else {
        throw JudgeError.file(folder, "cannot be made: \(Errno(rawValue: errno))")
      }
    } catch {
      Files.remove(temporary)
      throw error
    }
  }

  /// Refuses a place where something lies, before anything is done for it.
  package static func refuseUsed(_ folder: FilePath) throws(JudgeError) {
    if Files.isLink(folder) || Files.exists(folder), !Files.isDirectory(folder) || !Files.names(in: folder).isEmpty {
      throw .file(folder, "is there already; name a folder that is not, or remove it")
    }
  }
}
