package import Examining
import Glibc
import Sandbox
package import SystemPackage
import Traces

/// Builds workers, each from one exercise's files alone, with the compiler confined.
package struct Builder: Sendable {
  /// What came of a build.
  package enum Result: Sendable {
    /// The worker.
    case built(FilePath)
    /// What the compiler said, with paths as the student has them; or what is not safe Swift.
    case refused(messages: String, kind: ViolationKind = .doesNotCompile)
  }

  private let installation: Installation
  /// Refuses what is not safe Swift; nil where unsafe code is admitted.
  package private(set) var safety: SafetyCheck?
  private let kit: WorkerKit
  let allowWeakSandbox: Bool
  let jobs: FilePath
  private let profile: GradingProfile

  package init(
    _ installation: Installation, allowWeakSandbox: Bool, profile: GradingProfile = GradingProfile()
  ) throws(JudgeError) {
    self.installation = installation
    self.allowWeakSandbox = allowWeakSandbox
    self.profile = profile
    kit = try WorkerKit(installation)
    CacheUpkeep.touch(kit.folder)
    CacheUpkeep.run(in: installation.cache)
    jobs = try Self.makeJobs(in: installation.cache.appending("jobs"))
    safety =
      installation.admitsUnsafeCode
      ? nil
      : SafetyCheck(
        try .safetyCheck(installation, allowWeak: allowWeakSandbox), jobs: jobs, profile: profile)
    if !Files.isDirectory(kit.moduleCache) { try prepareKit() }
  }

  /// The same builder for what needs unsafe code.
  func admittingUnsafeCode() -> Builder {
    var builder = self
    builder.safety = nil
    return builder
  }

  /// Builds a worker of the framework's own with a new kit: to keep the C modules that the compiler compiles for it, and since
  /// what does not link here is no submission's fault.
  private func prepareKit() throws(JudgeError) {
    let job = try makeJob()
    defer { removeJob(job) }
    let cache = job.appending("cache")
    try Files.makeDirectory(cache, for: .sandbox)
    try Files.write(
      Self.main([(nil, "Worker::AllocationDriver<Worker::NullSource>")]), to: job.appending("main/main.swift"),
      for: .sandbox)
    // Each way of compiling and linking has C modules of its own.
    for manner in [Manner(), Manner(linking: .dynamic), Manner(isOptimised: false)] {
      switch try compile(job, [], manner, newCache: cache) {
      case .built(let worker):
        let kept = cache.appending("empty-worker")
        if manner == Manner(), !Files.move(worker, to: kept) {
          throw .file(kept, "cannot be written")
        }
      case .refused(let messages, _):
        throw .workerFailed(
          "the framework's own worker cannot be built; run \(installation.launcher) once more\n\(messages)")
      }
    }
    // Another process may have been faster; its cache is the same.
    _ = Files.move(cache, to: kit.moduleCache)
  }

  /// A worker around a subject that does nothing.
  var emptyWorker: FilePath { kit.emptyWorker }

  /// Changes whenever what workers are built with does.
  package var key: String { kit.key }

  /// How much a build may use.
  static let limits = Limits(
    cpuSeconds: 30, wallSeconds: 120, memoryBytes: 4 << 30, processes: 64, fileBytes: 256 << 20, outputBytes: 1 << 20)

  /// Builds the worker of an exercise.
  ///
  /// - Parameters:
  ///   - isCached: keep the worker for next time; for reference solutions and the framework's own subjects.
  ///   - asksInvariants: ask the student's type after every operation what is wrong with it, if the exercise can.
  package func build(
    _ exercise: Exercise, of submission: Submission, isCached: Bool = false, asksInvariants: Bool = false
  ) throws(JudgeError) -> Result {
    // What is kept is the instructor's own.
    if let safety, !isCached {
      return try buildChecked([exercise], of: submission, by: safety, asksInvariants: asksInvariants)[0]
    }
    return try buildUnchecked(exercise, of: submission, isCached: isCached, asksInvariants: asksInvariants)
  }

  func buildUnchecked(
    _ exercise: Exercise, of submission: Submission, isCached: Bool = false, asksInvariants: Bool = false
  ) throws(JudgeError) -> Result {
    let alone = try buildAlone(exercise, of: submission, isCached: isCached, asksInvariants: asksInvariants)
    // What compiles with the files that it is graded together with is as good.
    guard case .refused = alone, !isCached, !asksInvariants, submission.isUsable(exercise) else { return alone }
    let group = exercise.builtTogether.filter(submission.isUsable)
    guard group.count > 1, let workers = try buildTogether(group, of: submission) else { return alone }
    var mine: FilePath?
    for (other, worker) in zip(group, workers) { if other.id == exercise.id { mine = worker } else { discard(worker) } }
    return mine.map { .built($0) } ?? alone
  }

  func buildAlone(
    _ exercise: Exercise, of submission: Submission, isCached: Bool = false, asksInvariants: Bool = false
  ) throws(JudgeError) -> Result {
    let driver = (asksInvariants ? exercise.invariantDriver : nil) ?? exercise.driver
    let files = submission.files(for: exercise)
    if let reason = submission.unusable[exercise.file] { return .refused(messages: "\(exercise.file) \(reason)") }
    guard files.contains(where: { $0.name == exercise.file }) else {
      return .refused(messages: "\(exercise.file) is missing from \(submission.folder)")
    }
    let result = try build(
      files: files, driver: driver, of: exercise, cacheName: isCached ? submission.digest(for: exercise) : nil)
    guard case .refused(let said, _) = result else { return result }
    // What another assignment asks for may be a helper here, or only lie in the same folder.
    let own = files.filter { !exercise.foreignFiles.contains($0.name) }
    if own.count < files.count,
      case .built(let worker) = try build(files: own, driver: driver, of: exercise, cacheName: nil)
    {
      return .built(worker)
    }
    let messages = said + submission.remarkOnFilesLeftOut(of: exercise)
    guard messages.hasPrefix("/main/main.swift") else { return .refused(messages: messages) }
    if asksInvariants, messages.contains("'InvariantChecking'") {
      return .refused(messages: Self.howToConform(String(exercise.file.prefix { $0 != "." })))
    }
    // Nothing is wrong with the files by themselves, but the framework's own line cannot use them.
    return .refused(
      messages: "no type in \(exercise.file) has the name that the starter gives it and conforms to "
        + "\(exercise.protocolName)\n" + messages)
  }

  /// Builds the workers of several exercises: those of a group at once, which costs little more than one of them, and by
  /// themselves only where that fails (two files may declare the same helper).
  package func buildAll(_ exercises: [Exercise], of submission: Submission) throws(JudgeError) -> [Result] {
    guard let safety else { return try buildAllUnchecked(exercises, of: submission) }
    return try buildChecked(exercises, of: submission, by: safety)
  }

  func buildAllUnchecked(_ exercises: [Exercise], of submission: Submission) throws(JudgeError) -> [Result] {
    var groups: [[Exercise]] = []
    for exercise in exercises {
      let group = exercise.builtTogether.map(\.id)
      if let place = groups.firstIndex(where: { $0.contains { group.contains($0.id) } }) {
        groups[place].append(exercise)
      } else {
        groups.append([exercise])
      }
    }
    let all = groups
    let built = try twoAtATime(all.count) { place throws(JudgeError) in
      let group = all[place]
      if group.count > 1, let workers = try buildTogether(group, of: submission) {
        return Array(zip(group.map(\.id), workers.map { Result.built($0) }))
      }
      var results: [(String, Result)] = []
      for exercise in group { results.append((exercise.id, try buildUnchecked(exercise, of: submission))) }
      return results
    }
    let results = Dictionary(built.flatMap { $0 }, uniquingKeysWith: { first, _ in first })
    return exercises.map { results[$0.id] ?? .refused(messages: "\($0.file) was not built") }
  }

  /// Builds one program for several exercises; nil where their files do not compile together.
  private func buildTogether(_ group: [Exercise], of submission: Submission) throws(JudgeError) -> [FilePath]? {
    guard group.allSatisfy(submission.isUsable) else { return nil }
    var files: [Submission.File] = []
    for exercise in group {
      files += submission.files(for: exercise).filter { file in !files.contains { $0.name == file.name } }
    }
    return try buildShared(files, group.map { ($0.id, $0.driver) }, of: group[0])
  }

  /// Builds one program for several drivers: a file under a name for each, by which it knows whom to serve when it is started; nil
  /// where it does not compile.
  func buildShared(
    _ files: [Submission.File], _ drivers: [(name: String, driver: String)], of exercise: Exercise,
    isOptimised: Bool = true, asksWhich: Bool = false
  ) throws(JudgeError) -> [FilePath]? {
    let job = try makeJob()
    for file in files {
      try Files.write(file.bytes, to: job.appending("source").appending(file.name), for: .sandbox)
    }
    try Files.write(
      Self.main(drivers.map { ($0.name, $0.driver) }), to: job.appending("main/main.swift"), for: .sandbox)
    let cache = try Self.moduleCache(of: exercise, in: job)
    var inputs = files.map { "/submission/\($0.name)" }
    if asksWhich {
      try Files.write(
        Self.startedVariant(of: drivers.map(\.name)), to: job.appending("main/variant.swift"), for: .sandbox)
      inputs.append("/main/variant.swift")
    }
    guard
      case .built(let worker) = try compile(
        job, inputs, Manner(isOptimised: isOptimised, isProbed: exercise.probesHeap), newCache: cache)
    else {
      removeJob(job)
      return nil
    }
    let folder = job.appending("workers")
    try Files.makeDirectory(folder, for: .sandbox)
    let workers = drivers.map { folder.appending($0.name) }
    for name in workers where !Files.link(worker, as: name) { throw .file(name, "cannot be written") }
    Files.remove(worker)
    return workers
  }

  /// Builds a worker around a driver of the framework's own, which needs no files.
  package func build(driver: String, linking: Linking = .staticExecutable) throws(JudgeError) -> Result {
    try build(files: [], driver: driver, cacheName: "driver", linking: linking)
  }

  /// The same, where that it cannot be built is the framework's own mistake.
  func worker(driver: String, linking: Linking = .staticExecutable) throws(JudgeError) -> FilePath {
    switch try build(driver: driver, linking: linking) {
    case .built(let worker): return worker
    case .refused(let messages, _): throw .workerFailed("\(driver) does not compile:\n\(messages)")
    }
  }

  /// Builds the worker of an allocator that is composed of a submission's: `file` names it `ComposedAllocator`.
  package func build(composed file: Submission.File, of submission: Submission) throws(JudgeError) -> Result {
    let own = submission.files.filter { $0.name != "main.swift" }
    if let refusals = try safety?.refusals(of: own), !refusals.isEmpty {
      let all = own.compactMap { refusals[$0.name] }.map { $0.messages + ($0.syntaxError ?? "") }
      return .refused(messages: all.joined(), kind: .unsafeCode)
    }
    let files = own + [file]
    var hash = SHA256.Hasher()
    hash.update(Array(submission.digest.utf8))
    hash.update(file.bytes)
    return try build(
      files: files, driver: Exercise.general(.composed).driver,
      cacheName: SHA256.hexadecimal(digest: hash.finalize()))
  }

  /// Builds the worker of a C allocator with the interface of the CS:APP malloc lab.
  package func build(_ sources: CSAppSources, driver: String) throws(JudgeError) -> Result {
    let result = try build(files: sources.files, driver: driver, cacheName: nil, c: sources)
    guard case .refused(let messages, let kind) = result, kind == .doesNotCompile else { return result }
    // What that compiler takes for an error, the one that labs are built with may only warn of.
    if sources.compiler == nil, Files.exists(Self.gcc) {
      var sources = sources
      sources.compiler = .gcc
      let second = try build(files: sources.files, driver: driver, cacheName: nil, c: sources)
      switch second {
      case .built: return second
      case .refused(_, let kind) where kind != .doesNotCompile: return second
      case .refused: break
      }
    }
    return .refused(messages: Self.explainLinking(messages) ?? messages)
  }

  private func build(
    files: [Submission.File], driver: String, of exercise: Exercise? = nil, cacheName: String?, c: CSAppSources? = nil,
    linking: Linking = .staticExecutable
  ) throws(JudgeError) -> Result {
    let cached = cacheName.map { name in
      var hash = SHA256.Hasher()
      hash.update(Array("\(kit.key) \(name) \(driver)\(exercise?.probesHeap == true ? " probed" : "")".utf8))
      return installation.cache.appending("worker-\(SHA256.hexadecimal(digest: hash.finalize()).prefix(24))")
    }
    if let cached, CacheUpkeep.touch(cached) { return .built(cached) }
    let job = try makeJob()
    var isKept = false
    defer { if !isKept { removeJob(job) } }
    for file in files {
      try Files.write(file.bytes, to: job.appending("source").appending(file.name), for: .sandbox)
    }
    try Files.write(Self.main([(nil, driver)]), to: job.appending("main/main.swift"), for: .sandbox)
    var inputs = files.map { "/submission/\($0.name)" }
    if let c {
      switch try compileC(c, job) {
      case .success(let objects): inputs = objects
      case .failure(let refusal): return .refused(messages: refusal.messages, kind: refusal.kind)
      }
    }
    let cache = try exercise.flatMap { (exercise) throws(JudgeError) in try Self.moduleCache(of: exercise, in: job) }
    let manner = Manner(linking: linking, isProbed: exercise?.probesHeap ?? false)
    let result = try compile(job, inputs, manner, newCache: cache)
    guard case .built(let worker) = result, let cached else {
      if case .built = result { isKept = true }
      return result
    }
    guard Files.move(worker, to: cached) else { throw .file(cached, "cannot be written") }
    return .built(cached)
  }

  /// The framework's own part of a worker: which driver serves, by the name that the program is started under if there are several.
  private static func main(_ drivers: [(name: String?, driver: String)]) -> [UInt8] {
    // Qualified, so that a student's own `serve` is not taken for it.
    let lines = drivers.map { name, driver in
      let serve = "Worker::serve(\(driver).self)"
      return name.map { "if Worker::isStarted(as: \"\($0)\") { \(serve) }" } ?? serve
    }
    return Array(("import Worker\n\n" + lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Which of the names the program was started under, as a number.
  private static func startedVariant(of names: [String]) -> [UInt8] {
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    return Array(
      "import Worker\n\n@usableFromInline let \(MergedVariants.name) = [\(list)].firstIndex { Worker::isStarted(as: $0) } ?? -1\n"
        .utf8)
  }

  /// - Parameter newCache: where compiled C modules go, where they are not taken from the kit.
  private func compile(
    _ job: FilePath, _ sources: [String], _ manner: Manner, newCache: FilePath? = nil
  ) throws(JudgeError) -> Result {
    try profile.measure(.compiling) { () throws(JudgeError) in
      if manner.isProbed { try ProbedModule.prepare(kit.probed, installation, allowWeak: allowWeakSandbox) }
      return try compileUnmeasured(job, sources, manner, newCache: newCache)
    }
  }

  private func compileUnmeasured(
    _ job: FilePath, _ sources: [String], _ manner: Manner, newCache: FilePath?
  ) throws(JudgeError) -> Result {
    var confinement = Confinement(limits: Self.limits, profile: .compiler)
    confinement.allowWeak = allowWeakSandbox
    confinement.workingDirectory = "/submission"
    confinement.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp"]
    do {
      let end: Termination
      do {
        confinement.addSystemView()
        let compiler = try confinement.addSwiftToolchain()
        confinement.readOnly += [
          Confinement.Binding(host: job.appending("source"), inside: "/submission"),
          Confinement.Binding(host: job.appending("main"), inside: "/main"),
          Confinement.Binding(host: kit.folder, inside: "/kit"),
        ]
        if let newCache {
          confinement.writable.append(Confinement.Binding(host: newCache, inside: "/cache"))
        } else {
          confinement.readOnly.append(Confinement.Binding(host: kit.moduleCache, inside: "/cache"))
        }
        let objects = job.appending("objects")
        if Files.isDirectory(objects) {
          confinement.readOnly.append(Confinement.Binding(host: objects, inside: "/objects"))
        }
        confinement.writable += [Confinement.Binding(host: job.appending("out"), inside: "/out")]
        let process = try ConfinedProcess.start(
          compiler,
          [
            manner.isOptimised ? "-O" : "-Onone", "-wmo", "-gline-tables-only", "-use-ld=lld", "-swift-version", "6",
            "-module-name", "Submission",
            // A list of files has one a line, and a student's file may have a name of two.
            "-driver-filelist-threshold=100000", "-Xfrontend", "-solver-memory-threshold=500000000",
            "-Xfrontend", "-solver-expression-time-threshold=10", "-module-cache-path", "/cache", "-o", "/out/worker",
          ] + (manner.linking == .staticExecutable ? ["-static-executable"] : [])
            + (safety != nil && sources.contains { $0.hasSuffix(".swift") } ? SafetyCheck.compilerFlags : []) + sources
            + ["/main/main.swift"]
            + kit.arguments(at: "/kit", isProbed: manner.isProbed),
          in: confinement)
        end = process.wait()
        profile.add(cpuSeconds: end.userSeconds + end.systemSeconds, to: .compiling)
      }
      let text = PathRewriter.rewrite(end.standardError + end.standardOutput)
      guard end.reason == .exited(code: 0) else {
        // The driver outlives the compiler that it started, and says only with which signal that ended.
        let isOutOfTime = text.contains("due to signal \(SIGXCPU)")
        return .refused(messages: Self.explain(isOutOfTime ? .cpuLimit : end.reason) + text)
      }
      let worker = job.appending("out/worker")
      // The worker is moved to where only the judge writes: what was left running in the compiler's sandbox is gone by now.
      let bytes = try readRegularFile(worker, limit: Self.limits.fileBytes)
      let moved = job.appending("worker")
      try Files.write(bytes, to: moved, for: .sandbox)
      Files.makeExecutable(moved)
      return .built(moved)
    } catch let error as JudgeError { throw error } catch { throw .sandbox("\(error)") }
  }

  static func explain(_ reason: Termination.Reason) -> String {
    switch reason {
    case .cpuLimit, .wallLimit: "the compiler did not finish within \(Int(limits.cpuSeconds)) s\n"
    case .memoryLimit: "the compiler needed more than \(limits.memoryBytes >> 30) GiB\n"
    case .outputLimit: "the compiler printed too much\n"
    case .fileLimit: "the compiler wrote too large a file\n"
    case .signalled(let number): "the compiler crashed (signal \(number))\n"
    case .exited, .terminated: ""
    }
  }
}
