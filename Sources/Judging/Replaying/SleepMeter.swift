import Glibc
import Sandbox

/// How long a worker has slept while the judge waited for its answer.
///
/// It is looked at again and again: of a stretch between two looks at which it was asleep, all counts in which it neither ran nor
/// waited for a processor, as the kernel keeps the books; so however busy the machine is, nothing is charged for that. Nor is
/// anything to who has answered.
package struct SleepMeter {
  /// A look at the worker.
  package struct Look {
    let time: ContinuousClock.Instant
    let cpuSeconds: Double
    let isAsleep: Bool
    /// How long it has waited for a processor since it began; nil where the kernel does not tell.
    let waitedSeconds: Double?

    package init(time: ContinuousClock.Instant, cpuSeconds: Double, isAsleep: Bool, waitedSeconds: Double? = nil) {
      self.time = time
      self.cpuSeconds = cpuSeconds
      self.isAsleep = isAsleep
      self.waitedSeconds = waitedSeconds
    }
  }

  /// Asleep in all, in seconds.
  package private(set) var seconds = 0.0
  private var last: Look?

  /// More than honest work ever sleeps in a whole replay, by a wide margin: none of it waits for anything.
  package static let limit = 0.5

  /// Whether it has slept longer than a replay may.
  package var isOver: Bool { seconds > Self.limit }

  package init() {}

  /// A request is sent.
  package mutating func begin() { last = nil }

  /// Counts the stretch since the last look of this request. To be called only of a worker that had not answered after the look.
  package mutating func add(_ look: Look) {
    guard let before = last, before.isAsleep, let waitedBefore = before.waitedSeconds, let waited = look.waitedSeconds
    else {
      addRoughly(look)
      return
    }
    // While it waits for a processor, the books are not up to date: the next look at which it sleeps closes the stretch.
    guard look.isAsleep else { return }
    let busy = look.cpuSeconds - before.cpuSeconds + waited - waitedBefore
    seconds += max(0, (look.time - before.time).inSeconds - busy)
    last = look
  }

  /// Where the kernel keeps no such books, a stretch counts in which it used next to no CPU time.
  private mutating func addRoughly(_ look: Look) {
    defer { last = look }
    guard let last, last.isAsleep, look.isAsleep else { return }
    let stretch = (look.time - last.time).inSeconds
    if look.cpuSeconds - last.cpuSeconds < stretch / 10 { seconds += stretch }
  }

  /// Whether a process is asleep or stopped, as the kernel says; waits for a disk are nobody's fault and do not count.
  package static func isAsleep(_ process: Int32) -> Bool {
    guard let state = ProcessStatistics.state(stat: text("/proc/\(process)/stat")) else { return false }
    return [UInt8(ascii: "S"), UInt8(ascii: "T"), UInt8(ascii: "t")].contains(state)
  }

  /// How long a process's first thread has waited for a processor: the second figure of `/proc/PID/schedstat`, in nanoseconds.
  package static func waitedSeconds(_ process: Int32) -> Double? {
    let fields = text("/proc/\(process)/schedstat").split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let nanoseconds = Double(String(decoding: fields[1], as: UTF8.self)) else { return nil }
    return nanoseconds / 1e9
  }

  /// The start of a file of the kernel's; empty where it cannot be read.
  private static func text(_ path: String) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    return Array(bytes.prefix(max(0, count)))
  }
}
