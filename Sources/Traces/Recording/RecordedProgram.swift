import SystemPackage

/// A program that a process ran under the recorder, from its start or an exec to its end or the next exec.
struct RecordedProgram {
  let path: FilePath
  let process: UInt32
  /// Its place among the programs that the process ran, from 0.
  let number: Int
  let header: RecordingHeader

  /// Nil where the file is no raw recording, as where its process ended before it had written the header.
  init?(_ path: FilePath) {
    guard let process = path.recordedProcess, let number = path.recordedNumber,
      let file = try? TraceFile(reading: path), let header = try? RecordingHeader(of: file)
    else { return nil }
    self.path = path
    self.process = process
    self.number = number
    self.header = header
  }
}

extension FilePath {
  /// The process in the name of a raw recording, `process.number.raw`.
  var recordedProcess: UInt32? { stem.flatMap { $0.split(separator: ".").first }.flatMap { UInt32($0) } }

  var recordedNumber: Int? { stem.flatMap { $0.split(separator: ".").last }.flatMap { Int($0) } }
}
