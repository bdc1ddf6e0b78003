internal import Glibc
internal import Synchronization
internal import SystemPackage

/// One program's run in an enclosure, from its start until nothing is left of it. All members may be used from any thread.
final class Run: Sendable {
  private enum Phase {
    case starting
    case failed(SandboxError)
    case running(Launched)
    /// The processor seconds are final; the process may be reaped at any time.
    case ended(Launched, cpuSeconds: Double)
    case finished(Launched, cpuSeconds: Double, Termination)
  }

  let program: Program
  let arguments: [String]
  let confinement: Confinement
  /// Readable once the program is to be ended.
  let stop: Descriptor
  private let phase = Mutex(Phase.starting)
  private let started: Descriptor
  private let finished: Descriptor

  init(_ program: Program, _ arguments: [String], _ confinement: Confinement) throws(SandboxError) {
    self.program = program
    self.arguments = arguments
    self.confinement = confinement
    stop = try .event()
    started = try .event()
    finished = try .event()
  }

  // MARK: - The judge's side

  func waitUntilStarted() throws(SandboxError) {
    _ = started.waitUntilReadable(milliseconds: -1)
    if case .failed(let error) = phase.withLock({ $0 }) { throw error }
  }

  /// What was started; nil before, or where it failed.
  var launched: Launched? {
    switch phase.withLock({ $0 }) {
    case .running(let launched), .ended(let launched, _), .finished(let launched, _, _): launched
    case .starting, .failed: nil
    }
  }

  func terminate() { stop.signal() }

  func wait() -> Termination {
    _ = finished.waitUntilReadable(milliseconds: -1)
    guard case .finished(_, _, let termination) = phase.withLock({ $0 }) else {
      preconditionFailure("only a finished process signals its end")
    }
    return termination
  }

  func cpuSeconds(_ process: pid_t) -> Double {
    func final() -> Double? {
      switch phase.withLock({ $0 }) {
      case .ended(_, let seconds), .finished(_, let seconds, _): seconds
      case .starting, .failed, .running: nil
      }
    }
    if let seconds = final() { return seconds }
    let running = processorSeconds(of: process)
    // Had it been reaped in between, the id could be another process's.
    return final() ?? running ?? 0
  }

  // MARK: - The supervisor's side

  func fail(_ error: SandboxError) {
    phase.withLock { $0 = .failed(error) }
    started.signal()
  }

  func begin(_ launched: Launched) {
    phase.withLock { $0 = .running(launched) }
    started.signal()
  }

  func end(cpuSeconds: Double) {
    phase.withLock { phase in
      if case .running(let launched) = phase { phase = .ended(launched, cpuSeconds: cpuSeconds) }
    }
  }

  func finish(_ termination: Termination) {
    phase.withLock { phase in
      if case .ended(let launched, let seconds) = phase {
        phase = .finished(launched, cpuSeconds: seconds, termination)
      }
    }
    finished.signal()
  }
}
