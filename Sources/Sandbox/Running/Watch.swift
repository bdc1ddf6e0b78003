internal import Glibc

/// What the supervisor's thread knows of one running process.
struct Watch {
  private let launched: Launched
  private let limits: Limits
  private let countsChildren: Bool
  private let begin: Double
  private let stop: Descriptor
  /// Memory of inherited files, which the kernel counts as resident with whoever touched it.
  private let inherited: [Confinement.InheritedDescriptor]

  private var output: [UInt8] = []
  private var errors: [UInt8] = []
  /// Why the process was ended from outside, if it was.
  private var reason: Termination.Reason?
  private var end: ProcessStatistics.End?
  private(set) var cpuSeconds = 0.0

  init(_ launched: Launched, _ confinement: Confinement, begin: Double, stop: Descriptor) {
    self.launched = launched
    limits = confinement.limits
    countsChildren = confinement.profile == .compiler && launched.server != nil
    inherited = confinement.inheritedDescriptors
    self.begin = begin
    self.stop = stop
  }

  /// Returns when the program has ended by itself, or was ended by a limit. It is not reaped then.
  mutating func untilTheEnd() {
    // A worker can touch some gigabytes a second: a few megabytes between two looks.
    let interval: Int32 = countsChildren ? 20 : 4
    var entries = [launched.payloadDescriptor, stop, launched.output, launched.errors].map {
      pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0)
    }
    var nextLook = monotonicSeconds()
    while true {
      _ = unsafe poll(&entries, nfds_t(entries.count), interval)
      if entries[0].revents != 0 { break }
      if entries[1].revents != 0 { reason = reason ?? .terminated }
      if entries[2].revents != 0, !take(launched.output, into: \.output) { entries[2].fd = -1 }
      if entries[3].revents != 0, !take(launched.errors, into: \.errors) { entries[3].fd = -1 }
      let now = monotonicSeconds()
      if now >= nextLook {
        look(now)
        nextLook = now + Double(interval) / 1000
      }
      if reason != nil {
        kill(launched.payload, SIGKILL)
        _ = launched.payloadDescriptor.waitUntilReadable(milliseconds: -1)
        break
      }
    }
    // Its parent does not reap it before it is told to, so this is final.
    cpuSeconds = processorSeconds(of: launched.payload) ?? 0
    end = launched.stat.readFromStart().flatMap { ProcessStatistics.end(stat: $0) }
  }

  private mutating func look(_ now: Double) {
    guard reason == nil else { return }
    if now - begin > limits.wallSeconds {
      reason = .wallLimit
    } else if let seconds = processorSeconds(of: launched.payload), seconds > limits.cpuSeconds {
      reason = .cpuLimit
    } else if privateBytes() > limits.memoryBytes {
      reason = .memoryLimit
    }
  }

  private func privateBytes() -> Int {
    var sum = launched.memory.readFromStart(atMost: 256).flatMap { ProcessStatistics.privateBytes(statm: $0) } ?? 0
    if countsChildren, let server = launched.server {
      for process in ProcessStatistics.descendants(of: server) where process != launched.payload {
        sum += ProcessStatistics.privateBytes(of: process)
      }
    }
    return sum
  }

  /// Takes what is there, up to the limit; false once there will be no more.
  private mutating func take(_ pipe: Descriptor, into stream: WritableKeyPath<Watch, [UInt8]>) -> Bool {
    guard let bytes = pipe.read() else { return true }
    guard !bytes.isEmpty else { return false }
    let room = limits.outputBytes - output.count - errors.count
    self[keyPath: stream] += bytes.prefix(max(0, room))
    if bytes.count > room { reason = reason ?? .outputLimit }
    return true
  }

  /// Takes what is left in the pipes, once everything inside is gone, and says how it ended.
  ///
  /// - Parameter peak: the most resident memory that the program had, in bytes.
  mutating func clearUp(peak: Int) -> Termination {
    // All writers are gone, but for survivors of a process without a namespace; the pipes hold the rest.
    for (pipe, stream) in [(launched.output, \Watch.output), (launched.errors, \Watch.errors)] {
      while let bytes = pipe.read(), !bytes.isEmpty, reason != .outputLimit {
        let room = limits.outputBytes - output.count - errors.count
        self[keyPath: stream] += bytes.prefix(max(0, room))
        if bytes.count > room { reason = reason ?? .outputLimit }
      }
    }
    let kernelSeconds = min(end?.systemSeconds ?? 0, cpuSeconds)
    return Termination(
      reason: reason ?? naturalReason(peak: peak),
      userSeconds: cpuSeconds - kernelSeconds + (end?.childUserSeconds ?? 0),
      systemSeconds: kernelSeconds + (end?.childSystemSeconds ?? 0), peakResidentBytes: peak,
      standardOutput: output, standardError: errors)
  }

  private func naturalReason(peak: Int) -> Termination.Reason {
    let status = end?.status ?? 0
    let signal = status & 0x7f
    if signal == SIGXFSZ { return .fileLimit }
    if signal == SIGXCPU || (signal == SIGKILL && cpuSeconds >= limits.cpuSeconds) { return .cpuLimit }
    let shared = inherited.reduce(0) { $0 + size(of: $1).touched }
    // Faster than the looks: it met the kernel's limit first, and failed of it.
    if status != 0 && peak - shared > limits.memoryBytes { return .memoryLimit }
    return signal != 0 ? .signalled(number: signal) : .exited(code: (status >> 8) & 0xff)
  }
}
