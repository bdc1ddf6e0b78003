internal import CPlatform
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The thread behind a confined process: starts it, takes its output, keeps its limits, and clears up.
final class Supervisor: Sendable {
  private enum Phase {
    case starting
    case failed(SandboxError)
    case running(Launched)
    /// The processor seconds are final; the process may be reaped at any time.
    case ended(Launched, cpuSeconds: Double)
    case finished(Launched, cpuSeconds: Double, Termination)
  }

  private let launcher: Launcher
  private let phase = Mutex(Phase.starting)
  private let started: Descriptor
  private let finished: Descriptor
  private let stop: Descriptor

  init(_ launcher: Launcher) throws(SandboxError) {
    self.launcher = launcher
    started = try .event()
    finished = try .event()
    stop = try .event()
  }

  /// Starts the thread, and returns when the program runs.
  func start() throws(SandboxError) -> Launched {
    var thread = pthread_t()
    // Safe: the thread takes over the reference that is retained here.
    let own = unsafe Unmanaged.passRetained(self)
    let error = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context {
          unsafe Unmanaged<Supervisor>.fromOpaque(context).takeRetainedValue().run()
        }
        return nil
      }, own.toOpaque())
    guard error == 0 else {
      unsafe own.release()
      throw .system(call: "pthread_create", Errno(rawValue: error))
    }
    pthread_detach(thread)
    _ = started.waitUntilReadable(milliseconds: -1)
    switch phase.withLock({ $0 }) {
    case .running(let launched), .ended(let launched, _), .finished(let launched, _, _): return launched
    case .failed(let error): throw error
    case .starting: throw .setUpFailed("the supervisor's thread does not answer")
    }
  }

  func terminate() { stop.write(Self.one) }

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

  // MARK: - The thread

  private static let one: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]

  private func run() {
    // Signals to the judge are for its other threads.
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, nil)
    do throws(SandboxError) {
      let begin = monotonicSeconds()
      let launched = try launcher.launch()
      phase.withLock { $0 = .running(launched) }
      started.write(Self.one)
      var watch = Watch(launched, launcher.confinement, begin: begin, stop: stop)
      watch.untilTheEnd()
      phase.withLock { $0 = .ended(launched, cpuSeconds: watch.cpuSeconds) }
      let termination = watch.clearUp()
      phase.withLock { $0 = .finished(launched, cpuSeconds: watch.cpuSeconds, termination) }
      finished.write(Self.one)
    } catch {
      phase.withLock { $0 = .failed(error) }
      started.write(Self.one)
    }
  }
}
