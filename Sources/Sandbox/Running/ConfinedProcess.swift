internal import CPlatform
internal import Glibc
internal import Synchronization
package import SystemPackage

/// A program that runs in confinement, watched by a thread of its own until it and all that it started are gone.
///
/// Output is taken and limits are kept whatever the caller's threads do. All members may be used from any thread.
package final class ConfinedProcess: Sendable {
  /// The program's own id, as the judge sees it. Valid for the kernel's accounting until `wait()` returns.
  package let processID: Int32
  package let enforcement: Enforcement
  private let run: Run
  private let launched: Launched
  /// Kept, so that it is not closed while the program runs.
  private let enclosure: Enclosure

  init(_ launched: Launched, _ run: Run, _ enclosure: Enclosure, _ enforcement: Enforcement) {
    processID = launched.payload
    self.launched = launched
    self.run = run
    self.enclosure = enclosure
    self.enforcement = enforcement
  }

  deinit { run.terminate() }

  /// Starts `program`, a path inside, in a sandbox of its own. When it returns, the program has been executed.
  ///
  /// Throws `unenforceable` where this machine cannot enforce everything, unless the confinement allows it to be weak.
  package static func start(
    _ program: FilePath, _ arguments: [String] = [], in confinement: Confinement,
    capabilities: SandboxCapabilities = .current
  ) throws(SandboxError) -> ConfinedProcess {
    try Enclosure(confinement, capabilities: capabilities, isForOne: true).start(
      .path(program), arguments, in: confinement)
  }

  /// Whether the program has ended; its remains may not be gone yet.
  /// - Complexity: one system call.
  package var hasExited: Bool { launched.payloadDescriptor.waitUntilReadable(milliseconds: 0) }

  /// Ends the program and everything it started; `wait()` then says how much it had done.
  package func terminate() { run.terminate() }

  /// Stops all of the program's threads where they are; whether it did. `resume()` lets them go on.
  ///
  /// Nothing inside can refuse, or foresee it.
  /// - Complexity: some microseconds, until the kernel says that they have stopped.
  package func pause() -> Bool {
    // Not reaped before `wait()` is called, so the id is still its own.
    guard !hasExited, kill(processID, SIGSTOP) == 0 else { return false }
    for _ in 0..<40 {
      switch ProcessStatistics.state(stat: launched.stat.readFromStart(atMost: 512)) {
      case UInt8(ascii: "T"): return true
      case UInt8(ascii: "Z"), UInt8(ascii: "X"), nil: return false
      default: continue
      }
    }
    // It waits for a processor, and will stop before it does anything else.
    return true
  }

  /// Lets a paused program go on.
  package func resume() { kill(processID, SIGCONT) }

  /// Waits until nothing is left of it.
  package func wait() -> Termination { run.wait() }

  /// Processor time so far, all threads together, children left out.
  /// - Complexity: two system calls.
  package var cpuSeconds: Double { run.cpuSeconds(launched.payload) }

  /// Private resident memory in bytes: heap, stacks, changed data; neither files nor shared memory.
  ///
  /// The kernel keeps this count in batches a processor: it may be late by some 64 pages a core.
  /// - Complexity: one system call. Zero once the program has ended.
  package var privateBytes: Int {
    launched.memory.readFromStart(atMost: 256).flatMap { ProcessStatistics.privateBytes(statm: $0) } ?? 0
  }

  /// The same, counted page by page, swapped pages included (`/proc/PID/smaps_rollup`).
  /// - Complexity: O(resident pages). Zero once the program has ended.
  package func countPrivateBytes() -> Int {
    guard let file = try? Descriptor.open(FilePath("/proc/\(processID)/smaps_rollup"), O_RDONLY),
      let text = file.readFromStart()
    else { return 0 }
    return ProcessStatistics.privateBytes(rollup: text)
  }

  /// Bytes of a memory file that the program itself has touched, or been given with what it touched: sixteen pages at a time where it
  /// read (`/proc/PID/smaps`).
  /// - Complexity: O(resident pages). Zero once the program has ended.
  package func countResidentBytes(ofMemoryFile name: String) -> Int {
    guard let file = try? Descriptor.open(FilePath("/proc/\(processID)/smaps"), O_RDONLY),
      let text = file.readToEnd(atMost: 16 << 20)
    else { return 0 }
    return ProcessStatistics.residentBytes(ofMemoryFile: name, smaps: text)
  }

  /// Copies ranges of the program's memory one after the other, up to the first byte that cannot be read; at most 1024 ranges.
  ///
  /// The program goes on meanwhile, so the caller must expect any bytes.
  /// - Returns: how many bytes were copied; 0 once the program has ended.
  package func copyMemory(_ ranges: [Range<Int>], to buffer: UnsafeMutableRawBufferPointer) -> Int {
    let pieces = unsafe ranges.map { range in
      unsafe iovec(iov_base: UnsafeMutableRawPointer(bitPattern: range.lowerBound), iov_len: range.count)
    }
    var near = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
    // Safe: the kernel writes into the buffer alone, and checks the addresses of the other process.
    return unsafe max(0, cp_read_memory(processID, pieces, UInt(pieces.count), &near))
  }
}
