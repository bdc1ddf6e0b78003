import Glibc
package import SystemPackage

/// Records what a program asks of malloc, from its start to its end, and every process that comes from it.
package struct Recording: Sendable {
  /// The program and its arguments.
  package var arguments: [String]
  /// Where the trace of the program goes; those of other processes get the process's number appended.
  package var output: FilePath
  /// Operations to leave out at the start of each trace.
  package var skip = 0
  /// The most operations of each trace, or nil.
  package var limit: Int?
  /// Whether the processes that the program starts get traces too.
  package var includesChildren = true
  /// Whether nothing is said while waiting.
  package var isQuiet = false

  package init(arguments: [String], output: FilePath) {
    self.arguments = arguments
    self.output = output
  }

  /// Runs the program with the recorder loaded, and writes the traces once it and its processes have ended.
  ///
  /// - Throws: `RecordingError.notLoaded` when the program ran and nothing could be recorded.
  package func run() throws(RecordingError) -> RecordingReport {
    let library = try RecordingLibrary.path()
    let absolute = FilePath(RecordingSystem.currentFolder).pushing(output)
    let folder = try RecordingSystem.temporaryFolder(FilePath("\(absolute).recording-XXXXXX"))
    let clock = ContinuousClock()
    let start = clock.now
    let (process, end) = try RecordingSignals.handling { () throws(RecordingError) in
      let process: RecordingProcess
      do throws(RecordingError) {
        process = try RecordingProcess(starting: arguments, environment: environment(library, folder))
      } catch {
        RecordingSystem.remove(folder)
        throw error
      }
      RecordingSignals.forward(to: process.identifier)
      let end = process.wait()
      let duration = clock.now - start
      RecordingSignals.forward(to: 0)
      waitForOthers(in: folder)
      return (process, (end, duration))
    }
    var report = try convert(folder, program: UInt32(process.identifier))
    report.status = end.0.status
    report.signal = end.0.signal
    report.seconds = Double(end.1.components.seconds) + Double(end.1.components.attoseconds) / 1e18
    report.processorSeconds = end.0.processorSeconds
    RecordingSystem.remove(folder)
    if report.traces.isEmpty {
      let reason: NotLoadedReason =
        report.isSkipped
        ? .skipped : RecordingDiagnosis.reason(for: arguments.first ?? "", wasLoaded: report.silentPrograms > 0)
      throw .notLoaded(program: arguments.first ?? "", reason: reason, status: report.status)
    }
    return report
  }

  /// Writes the traces of a folder of raw recordings, as one is left behind where the recorder itself was killed.
  ///
  /// - Parameter program: the process that was started; nil takes the one that began first.
  package func convert(_ folder: FilePath, program: UInt32? = nil) throws(RecordingError) -> RecordingReport {
    var report = RecordingReport()
    var programs: [RecordedProgram] = []
    for path in try RecordingSystem.files(in: folder, extension: "raw") {
      guard let image = RecordedProgram(path) else { continue }
      programs.append(image)
    }
    programs.sort { ($0.header.start, $0.process, $0.number) < ($1.header.start, $1.process, $1.number) }
    let first = program ?? programs.first?.process
    var written: [UInt32: [(RecordedTrace, FilePath)]] = [:]
    for image in programs where includesChildren || image.process == first {
      let temporary = folder.appending("\(image.process).\(image.number).trace")
      let summary = try convert(image, to: temporary, isFirst: image.process == first)
      guard summary.allocations > 0 else {
        report.silentPrograms += 1
        report.isSkipped = report.isSkipped || summary.skipped > 0
        continue
      }
      let trace = RecordedTrace(
        path: output, program: image.header.program, process: image.process, summary: summary)
      written[image.process, default: []].append((trace, temporary))
    }
    for (process, traces) in written {
      for (index, (trace, temporary)) in traces.enumerated() {
        var trace = trace
        // The last program that a process ran bears the process's name; those before it are counted.
        let isLast = index == traces.count - 1
        let suffix = isLast ? (process == first ? "" : ".\(process)") : ".\(process).\(index + 1)"
        trace.path = FilePath(output.string + suffix)
        do { try TraceFile.rename(temporary, to: trace.path) } catch { throw .trace(error) }
        report.traces.append(trace)
      }
    }
    // The program's own trace comes first.
    report.traces.sort {
      ($0.path == output ? 0 : 1, $0.process, $0.path.string) < ($1.path == output ? 0 : 1, $1.process, $1.path.string)
    }
    return report
  }

  private func convert(
    _ image: RecordedProgram, to path: FilePath, isFirst: Bool
  ) throws(RecordingError) -> RecordingSummary {
    do throws(TraceError) {
      var file = try RecordingFile(image.path)
      var converter = RecordingConverter(start: file.header.start, skip: skip)
      let header = TraceHeader(
        vocabulary: "allocation", name: image.header.program, origin: origin(of: image.header, isFirst: isFirst))
      var writer = try TraceWriter(path, header: header)
      let limit = limit ?? .max
      var isCut = false
      while let event = try file.next() {
        guard converter.operationCount < limit, converter.append(event) else {
          isCut = true
          break
        }
        if converter.operations.count >= 4096 {
          try writer.append(converter.operations.prefix(limit - writer.operationCount))
          converter.removeOperations()
        }
      }
      try writer.append(converter.operations.prefix(limit - writer.operationCount))
      writer.slotCount = converter.slotCount
      try writer.finish()
      var summary = converter.summary
      summary.operations = writer.operationCount
      summary.lostStartUpEvents = Int(clamping: file.header.lostStartUpEvents)
      summary.stopped = file.header.stopped
      summary.isCut = isCut
      return summary
    } catch {
      throw .trace(error)
    }
  }

  /// How the trace came to be: the command line that makes it again.
  private func origin(of header: RecordingHeader, isFirst: Bool) -> String {
    var command = "recorded: alloclab record"
    if skip > 0 { command += " --skip \(skip)" }
    if let limit { command += " --operations \(limit)" }
    command += " -- " + RecordingSystem.commandLine(arguments)
    return isFirst ? command : command + ", in it: " + RecordingSystem.commandLine(header.arguments)
  }

  private func environment(_ library: FilePath, _ folder: FilePath) -> [String] {
    let name = RecordingLayout.folderVariable.description
    let preloaded = RecordingSystem.variable("LD_PRELOAD").map { " \($0)" } ?? ""
    return RecordingSystem.environment().filter { !$0.hasPrefix("\(name)=") && !$0.hasPrefix("LD_PRELOAD=") } + [
      "\(name)=\(folder)", "LD_PRELOAD=\(library)\(preloaded)",
    ]
  }

  /// Waits until no process of the recording runs, or until a signal comes: Ctrl-C.
  private func waitForOthers(in folder: FilePath) {
    var hasTold = false
    var looks = 0
    while !RecordingSignals.wereSent {
      let files = (try? RecordingSystem.files(in: folder, extension: "raw")) ?? []
      // A process just forked has no file yet, and one that writes its title over its environment has only that.
      let processes = Set(files.compactMap(\.recordedProcess))
        .union(RecordingProcess.all(carrying: "\(RecordingLayout.folderVariable)=\(folder)"))
      let running = processes.filter(RecordingProcess.isRunning)
      if running.isEmpty {
        // One that ends while it is looked for may just have started another: look twice.
        looks += 1
        if looks == 2 { return }
        continue
      }
      looks = 0
      if !hasTold && !isQuiet {
        hasTold = true
        RecordingSystem.tell(
          "alloclab: the program has ended; waiting for processes that it started (Ctrl-C to wait no longer)")
      }
      usleep(20_000)
    }
  }
}
