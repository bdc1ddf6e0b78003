import Glibc

/// How long a worker has slept while the judge waited for its answer.
///
/// It is looked at again and again: a stretch between two looks counts where it was asleep at both of them and used next to no CPU
/// time between. Whoever waits for a processor, however busy the machine is, is not asleep; nor is who has answered.
package struct SleepMeter {
  /// A look at the worker.
  package struct Look {
    let time: ContinuousClock.Instant
    let cpuSeconds: Double
    let isAsleep: Bool

    package init(time: ContinuousClock.Instant, cpuSeconds: Double, isAsleep: Bool) {
      self.time = time
      self.cpuSeconds = cpuSeconds
      self.isAsleep = isAsleep
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
    defer { last = look }
    guard let last, last.isAsleep, look.isAsleep else { return }
    let stretch = (look.time - last.time).inSeconds
    if look.cpuSeconds - last.cpuSeconds < stretch / 10 { seconds += stretch }
  }

  /// Whether a process is asleep or stopped, as the kernel says; waits for a disk are nobody's fault and do not count.
  package static func isAsleep(_ process: Int32) -> Bool {
    let file = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    // The state is behind the command's name, in parentheses, which may hold anything.
    guard count > 0, let name = bytes[..<count].lastIndex(of: UInt8(ascii: ")")), name + 2 < count else { return false }
    return [UInt8(ascii: "S"), UInt8(ascii: "T"), UInt8(ascii: "t")].contains(bytes[name + 2])
  }
}
