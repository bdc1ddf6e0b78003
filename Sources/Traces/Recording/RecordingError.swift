import Glibc
package import SystemPackage

/// Why a program could not be recorded, or a recording not be read.
package enum RecordingError: Error {
  /// A program could not be started.
  case launch(program: String, errno: Errno)
  /// A system call failed.
  case system(path: FilePath, action: String, errno: Errno)
  /// The sources of the library to load into programs are not where they are looked for.
  case sourcesMissing(searched: [FilePath])
  /// The library could not be built; `output` is what the compiler said.
  case build(command: String, output: String)
  /// The loader cannot be told of a library by this path.
  case unloadablePath(FilePath)
  /// The program ran, but the library was not in it.
  case notLoaded(program: String, reason: NotLoadedReason, status: Int32)
  /// Reading a raw recording or writing a trace failed.
  case trace(TraceError)
}

/// Why the loader did not put the library into a program.
package enum NotLoadedReason: Equatable, Sendable {
  case staticallyLinked
  case changesUser
  case otherArchitecture
  /// The library was there, but the program never called the C library's malloc.
  case ownAllocator
  /// It made no more operations than were to be left out.
  case skipped
  case unknown
}

extension RecordingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .launch(let program, .noSuchFileOrDirectory): "\(program): no such program; give its path, or check PATH"
    case .launch(let program, let errno) where errno.rawValue == ENOEXEC:
      "\(program): not for this machine, or a script that names no interpreter; start it with `#!`, or run `sh \(program)`"
    case .launch(let program, let errno): "\(program): cannot be started: \(errno)"
    case .system(let path, let action, let errno): "\(path): cannot \(action): \(errno)"
    case .sourcesMissing(let searched):
      "the recorder's sources are missing: no Sources/Interpose above "
        + "\(searched.map(\.string).joined(separator: ", ")); run alloclab from the folder that it was built in"
    case .build(let command, let output):
      "the recorder could not be built; is the Swift toolchain in PATH?\n\(command)\n\(output)"
    case .unloadablePath(let path):
      "\(path): LD_PRELOAD takes no path with a space or a colon; set XDG_CACHE_HOME to another folder"
    case .notLoaded(let program, let reason, _): "\(program): nothing was recorded: \(reason)"
    case .trace(let error): error.description
    }
  }

  /// What a shell gives for a program that cannot be run, the program's own where it failed, or 1.
  package var exitStatus: Int32 {
    switch self {
    case .launch(_, .noSuchFileOrDirectory): 127
    case .launch: 126
    case .notLoaded(_, _, let status) where status != 0: status
    default: 1
    }
  }
}

extension NotLoadedReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .staticallyLinked:
      "it is statically linked, so no library can be loaded into it; link it dynamically (without -static)"
    case .changesUser:
      "it is setuid or setgid, and the loader ignores LD_PRELOAD there; run a copy without that bit"
    case .otherArchitecture:
      "it was built for another architecture than the recorder; build it for this machine's 64-bit one"
    case .ownAllocator:
      "it never called the C library's malloc; a program with an allocator of its own linked in cannot be recorded"
    case .skipped: "it ended before the operations that --skip leaves out; skip fewer"
    case .unknown:
      "the recorder was not loaded; does the program have capabilities (getcap), or end before its libraries are loaded?"
    }
  }
}
