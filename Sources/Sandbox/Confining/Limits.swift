/// How much a confined process may use before it is ended.
package struct Limits: Sendable, Equatable, Codable {
  /// Processor time of each process, all of its threads together, in seconds.
  package var cpuSeconds: Double
  /// Time by the clock from start to end, in seconds.
  package var wallSeconds: Double
  /// Private memory of all processes together, in bytes. Memory shared through an inherited descriptor is not counted.
  package var memoryBytes: Int
  /// Processes and threads at the same time.
  package var processes: Int
  /// The largest file that can be written, and all that `/tmp` can hold, in bytes. Zero: there is no `/tmp`.
  package var fileBytes: Int
  /// Standard output and standard error together, in bytes.
  package var outputBytes: Int

  package init(
    cpuSeconds: Double, wallSeconds: Double, memoryBytes: Int, processes: Int, fileBytes: Int, outputBytes: Int
  ) {
    precondition(cpuSeconds > 0 && wallSeconds > 0, "a process needs some time")
    precondition(memoryBytes > 0 && processes > 0, "a process needs memory, and to be one")
    precondition(fileBytes >= 0 && outputBytes >= 0, "sizes are not negative")
    self.cpuSeconds = cpuSeconds
    self.wallSeconds = wallSeconds
    self.memoryBytes = memoryBytes
    self.processes = processes
    self.fileBytes = fileBytes
    self.outputBytes = outputBytes
  }
}
