internal import Glibc
internal import SystemPackage

/// One more process of this very program, unconfined, that does one piece of work and whose end ends nothing else.
///
/// It has this program's environment and working directory, writes all that it prints to standard error, finds the request as a
/// file at `requestDescriptor`, and writes its answer to `answerDescriptor`. It dies with the thread that started it.
package enum OwnProcess {
  package static let requestDescriptor: Int32 = 3
  package static let answerDescriptor: Int32 = 4

  /// How it ended.
  package enum End: Sendable, Equatable {
    /// By itself; the answer is what it wrote, whole or not.
    case exited(status: Int32, answer: [UInt8])
    case signalled(Int32)
    /// It wrote more than is read.
    case answeredTooMuch
  }

  /// Starts one and waits for its end.
  ///
  /// - Parameters:
  ///   - limit: bytes of its answer that are read.
  ///   - started: told its id, and then zero before the id can be another process's.
  package static func run(
    _ arguments: [String], request: [UInt8], answerLimit limit: Int, started: (Int32) -> Void = { _ in }
  ) throws(SandboxError) -> End {
    let null = try Descriptor.open("/dev/null", O_RDONLY).duplicate()
    let errors = try Descriptor.duplicate(STDERR_FILENO)
    let question = try Descriptor.memory("request", request).duplicate()
    let answer = try Descriptor.memory("answer", []).duplicate()
    let spawn = Spawn(
      program: "/proc/self/exe", arguments: arguments,
      descriptors: [
        (null.number, 0), (errors.number, 1), (errors.number, 2), (question.number, requestDescriptor),
        (answer.number, answerDescriptor),
      ], inheritsEnvironment: true)
    // A descriptor is closed with its owner.
    let process = try withExtendedLifetime((null, errors, question, answer)) { () throws(SandboxError) in
      try spawn.start()
    }
    started(process)
    // It is not reaped before nobody may send it a signal any more.
    var information = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    started(0)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw .system(call: "waitpid", Errno(rawValue: errno)) }
    }
    guard status & 0x7f == 0 else { return .signalled(status & 0x7f) }
    guard let bytes = answer.readWhole(limit: limit) else { return .answeredTooMuch }
    return .exited(status: status >> 8 & 0xff, answer: bytes)
  }

  /// What the process that was started so is asked, at most `limit` bytes; nil where nobody asks.
  package static func request(limit: Int) -> [UInt8]? {
    let file = Descriptor(requestDescriptor)
    return withExtendedLifetime(file) { file.readWhole(limit: limit) }
  }

  /// Writes the answer; false where it cannot be written.
  package static func answer(_ bytes: [UInt8]) -> Bool {
    let file = Descriptor(answerDescriptor)
    return withExtendedLifetime(file) { file.write(bytes) }
  }
}

extension Descriptor {
  /// A file from its start to its end; nil where it is larger, or no file that can be read so.
  fileprivate func readWhole(limit: Int) -> [UInt8]? {
    guard lseek(number, 0, SEEK_SET) == 0 else { return nil }
    var bytes: [UInt8] = []
    while let part = read(), !part.isEmpty {
      bytes += part
      if bytes.count > limit { return nil }
    }
    return bytes
  }
}
