import Examining
import Exercises
import Glibc
import Judging
import SystemPackage
import Testing
import Traces
import Vocabularies
import Workloads

/// Subjects from outside the course, built and replayed in this process.
enum Outside {
  /// A judge that compares with nothing.
  static func judge(admitsUnsafeCode: Bool = false) throws -> Judge {
    _ = CommandLineTool.cache
    var installation = try Installation()
    installation.admitsUnsafeCode = admitsUnsafeCode
    return try Judge(
      installation, catalogue: .all, references: nil, recordings: nil, hiddenSeed: nil, allowWeakSandbox: false)
  }

  /// A judge that knows the reference solutions.
  static func referenceJudge() throws -> Judge {
    _ = CommandLineTool.cache
    let installation = try Installation()
    return try Judge(
      installation, catalogue: .all, references: installation.root.appending("Solutions"), recordings: nil,
      hiddenSeed: nil, allowWeakSandbox: false)
  }

  /// Libraries with a malloc of their own: those of Debian's that are installed here, and always the C library.
  static let natives: [String] =
    ["libc"]
    + ["libmimalloc.so.2", "libjemalloc.so.2", "libtcmalloc_minimal.so.4"].filter { name in
      SharedLibrary.folders.contains { Files.exists($0.appending(name)) }
    }

  static func native(_ name: String, _ judge: Judge) throws -> Subject {
    try Subject(SharedLibrary(named: name), builder: judge.builder)
  }

  static func csapp(_ text: String, alignment: Int = 8, _ judge: Judge) throws -> Subject {
    let workspace = try Workspace()
    var lab = CSAppLab.plain
    lab.alignment = alignment
    let sources = try CSAppSources([try workspace.write(text, to: "mm.c")])
    let exercise = Exercise.general(.csapp(lab), named: "mm.c")
    switch try judge.builder.build(sources, driver: exercise.driver) {
    case .built(let worker): return Subject(sources, exercise, worker: worker)
    case .refused(let messages, _): throw CommandLineTool.Problem(description: messages)
    }
  }

  /// The trace without what a library is known to do wrong: mimalloc 2.0 misplaces blocks of powers of two up to 1024 that are to lie
  /// at multiples of 256 or more.
  static func bearable(_ trace: Trace, _ name: String) -> Trace {
    name.hasPrefix("libmimalloc") ? trace.mappingOperations { $0.aligned(to: min($0.alignment, 128)) } : trace
  }

  /// Replays a trace of any program, fitted to the subject.
  static func replay(_ trace: Trace, _ subject: Subject, _ judge: Judge, lockstep: Bool = false) throws -> CheckedResult
  {
    try judge.replay(subject, subject.exercise.adapt(trace), lockstep: lockstep)
  }

  /// Compiles C into a shared library; nil where there is no compiler.
  static func library(_ text: String, in workspace: Workspace, named name: String = "libsubject.so") throws -> FilePath?
  {
    let source = try workspace.write(text, to: "subject.c")
    let library = workspace.folder.appending(name)
    for compiler in ["clang", "cc"] {
      let words = [compiler, "-shared", "-fPIC", "-O1", "-fno-builtin", "-o", library.string, source.string]
      var arguments = words.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
      defer { for word in arguments { free(word) } }
      var process = pid_t()
      guard posix_spawnp(&process, compiler, nil, nil, &arguments, environ) == 0 else { continue }
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      if status == 0 { return library }
    }
    return nil
  }
}
