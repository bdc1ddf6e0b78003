internal import CPlatform
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The thread behind an enclosure: it starts the fork server, and for each program takes its output, keeps its limits, and clears up.
final class Supervisor: Sendable {
  private enum Phase {
    case starting
    case failed(SandboxError)
    case ready
  }

  private let confinement: Confinement
  private let bubblewrap: FilePath?
  /// Whether the server ends with its first program.
  private let isForOne: Bool
  private let phase = Mutex(Phase.starting)
  private let next = Mutex<Run?>(nil)
  private let isClosed = Atomic(false)
  private let started: Descriptor
  private let wake: Descriptor

  init(_ confinement: Confinement, bubblewrap: FilePath?, isForOne: Bool) throws(SandboxError) {
    self.confinement = confinement
    self.bubblewrap = bubblewrap
    self.isForOne = isForOne
    started = try .event()
    wake = try .event()
    var thread = pthread_t()
    // Safe: the thread takes over the reference that is retained here.
    let own = unsafe Unmanaged.passRetained(self)
    let error = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context {
          unsafe Unmanaged<Supervisor>.fromOpaque(context).takeRetainedValue().serve()
        }
        return nil
      }, own.toOpaque())
    guard error == 0 else {
      unsafe own.release()
      throw .system(call: "pthread_create", Errno(rawValue: error))
    }
    pthread_detach(thread)
  }

  /// Carries out a run; returns when its program has been executed. There is one at a time.
  func start(_ run: Run) throws(SandboxError) {
    _ = started.waitUntilReadable(milliseconds: -1)
    if case .failed(let error) = phase.withLock({ $0 }) { throw error }
    next.withLock { $0 = run }
    wake.signal()
    try run.waitUntilStarted()
  }

  /// Ends the server once the program that may run has ended.
  func close() {
    isClosed.store(true, ordering: .releasing)
    wake.signal()
  }

  // MARK: - The thread

  private func serve() {
    // Signals to the judge are for its other threads.
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, nil)
    let server: ForkServer
    do throws(SandboxError) { server = try ForkServer(confinement, bubblewrap: bubblewrap) } catch {
      phase.withLock { $0 = .failed(error) }
      started.signal()
      return
    }
    phase.withLock { $0 = .ready }
    started.signal()
    var hasEnded = false
    while true {
      if let run = next.withLock({ $0.take() }) {
        if carryOut(run, server) { continue }
        hasEnded = true
        break
      }
      if isClosed.load(ordering: .acquiring) { break }
      _ = wake.waitUntilReadable(milliseconds: -1)
      wake.drain()
    }
    // Once only: its process number may be another's afterwards.
    if !hasEnded { server.end() }
    // A run that came too late.
    phase.withLock { $0 = .failed(.setUpFailed("the sandbox was closed")) }
    next.withLock { $0.take() }?.fail(.setUpFailed("the sandbox was closed"))
  }

  /// Whether the server can be used again; if not, it has been ended.
  private func carryOut(_ run: Run, _ server: ForkServer) -> Bool {
    let begin = monotonicSeconds()
    let launched: Launched
    do throws(SandboxError) { launched = try server.start(run.program, run.arguments, run.confinement) } catch {
      run.fail(error)
      // A program that could not be executed leaves the server as it was.
      if case .notExecutable = error, !isForOne { return true }
      server.end()
      return false
    }
    run.begin(launched)
    var watch = Watch(launched, run.confinement, begin: begin, stop: run.stop)
    watch.untilTheEnd()
    run.end(cpuSeconds: watch.cpuSeconds)
    var peak: Int?
    do throws(SandboxError) { peak = try server.clear() } catch {}
    let isUsable = !isForOne && peak != nil
    if !isUsable { server.end() }
    run.finish(watch.clearUp(peak: peak ?? 0))
    return isUsable
  }
}

extension Optional {
  /// What was there, which is not there any longer.
  fileprivate mutating func take() -> Wrapped? {
    let value = self
    self = nil
    return value
  }
}
