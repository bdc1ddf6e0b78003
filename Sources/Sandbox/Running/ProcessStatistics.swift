internal import Glibc
internal import SystemPackage

/// What the kernel says of a process in `/proc`, parsed.
package enum ProcessStatistics {
  /// Private resident bytes from `/proc/PID/statm`: resident less shared (files and shared memory).
  static func privateBytes(statm: [UInt8]) -> Int? {
    let fields = statm.split(separator: UInt8(ascii: " "), maxSplits: 3)
    guard fields.count == 4, let resident = integer(fields[1]), let shared = integer(fields[2]) else { return nil }
    return max(0, resident - shared) * pageSize
  }

  /// The same of a process that may be gone: then zero.
  static func privateBytes(of process: pid_t) -> Int {
    guard let file = try? Descriptor.open(FilePath("/proc/\(process)/statm"), O_RDONLY) else { return 0 }
    return file.readFromStart(atMost: 256).flatMap { privateBytes(statm: $0) } ?? 0
  }

  /// Anonymous pages, resident and swapped, from `/proc/PID/smaps_rollup`; lines are like `Anonymous:  12 kB`.
  static func privateBytes(rollup: [UInt8]) -> Int {
    var kibibytes = 0
    for line in String(decoding: rollup, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2, words[0] == "Anonymous:" || words[0] == "Swap:" else { continue }
      kibibytes += Int(words[1]) ?? 0
    }
    return kibibytes * 1024
  }

  /// Resident bytes of the mappings of the memory file `name`, from `/proc/PID/smaps`: each begins with a line that ends with
  /// its file, and has one like `Rss:  12 kB`.
  static func residentBytes(ofMemoryFile name: String, smaps: [UInt8]) -> Int {
    var kibibytes = 0
    var isMeant = false
    for line in String(decoding: smaps, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if let first = words.first, !first.hasSuffix(":") {
        isMeant = words.contains { $0 == "/memfd:\(name)" }
      } else if isMeant, words.count >= 2, words[0] == "Rss:" {
        kibibytes += Int(words[1]) ?? 0
      }
    }
    return kibibytes * 1024
  }

  /// The letter for a process's state from `/proc/PID/stat`; nil where there is none.
  package static func state(stat: [UInt8]?) -> UInt8? {
    // The command's name, in parentheses, may hold anything.
    guard let stat, let name = stat.lastIndex(of: UInt8(ascii: ")")), name + 2 < stat.count else { return nil }
    return stat[name + 2]
  }

  struct End {
    /// As of `waitpid`.
    var status: Int32
    /// Kernel's share of the process's time, and the time of the children that it waited for; in seconds.
    var systemSeconds: Double
    var childUserSeconds: Double
    var childSystemSeconds: Double
  }

  /// From `/proc/PID/stat` of a process that has ended and is not yet reaped; nil while it runs.
  static func end(stat: [UInt8]) -> End? {
    // The command's name, in parentheses, may hold anything.
    guard let name = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[(name + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    // Fields are numbered from 1 in proc(5); the first here is the third: the state.
    func field(_ number: Int) -> Int? { number - 3 < fields.count ? integer(fields[number - 3]) : nil }
    guard fields.first == [UInt8(ascii: "Z")] || fields.first == [UInt8(ascii: "X")], let system = field(15),
      let childUser = field(16), let childSystem = field(17), let status = field(52)
    else { return nil }
    let tick = Double(sysconf(Int32(_SC_CLK_TCK)))
    return End(
      status: Int32(truncatingIfNeeded: status), systemSeconds: Double(system) / tick,
      childUserSeconds: Double(childUser) / tick, childSystemSeconds: Double(childSystem) / tick)
  }

  /// All descendants of a process, itself left out.
  static func descendants(of process: pid_t) -> [pid_t] {
    var found: [pid_t] = []
    var open = [process]
    while let parent = open.popLast() {
      for thread in threads(of: parent) {
        // A child is listed under the thread that forked it.
        guard let list = try? Descriptor.open(FilePath("/proc/\(parent)/task/\(thread)/children"), O_RDONLY),
          let bytes = list.readFromStart(atMost: 65536)
        else { continue }
        let children = bytes.split(separator: UInt8(ascii: " ")).compactMap { integer($0).map { pid_t($0) } }
        found += children
        open += children
      }
    }
    return found
  }

  private static func threads(of process: pid_t) -> [Int] {
    guard let directory = unsafe opendir("/proc/\(process)/task") else { return [] }
    defer { unsafe closedir(directory) }
    var threads: [Int] = []
    while let entry = unsafe readdir(directory) {
      // Safe: the kernel ends the name with a zero byte, and the entry lives until the next call.
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if let thread = Int(name) { threads.append(thread) }
    }
    return threads
  }

  static let pageSize = sysconf(Int32(_SC_PAGESIZE))

  static func integer(_ digits: some Sequence<UInt8>) -> Int? {
    var value = 0
    var any = false
    for digit in digits where digit != UInt8(ascii: "\n") {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value &* 10 &+ Int(digit - UInt8(ascii: "0"))
      any = true
    }
    return any ? value : nil
  }
}

/// Seconds of the clock that only goes forward.
func monotonicSeconds() -> Double { seconds(CLOCK_MONOTONIC) ?? 0 }

/// The processor time of a process, all threads together, also once it has ended, until it is reaped.
func processorSeconds(of process: pid_t) -> Double? {
  var clock = clockid_t()
  guard unsafe clock_getcpuclockid(process, &clock) == 0 else { return nil }
  return seconds(clock)
}

private func seconds(_ clock: clockid_t) -> Double? {
  var time = timespec()
  guard unsafe clock_gettime(clock, &time) == 0 else { return nil }
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
