/// What was really enforced on a process, in words for a report.
package struct Enforcement: Sendable, Equatable, Codable {
  package var enforced: [String]
  package var missing: [String]

  /// Whether everything that the sandbox promises is enforced.
  package var isComplete: Bool { missing.isEmpty }
}

extension Enforcement {
  /// The part that namespaces give.
  static let isolation = [
    "user namespace", "process namespace", "no network", "private IPC", "read-only view of the system",
    "no nested namespaces",
  ]

  /// Without isolation there are still limits and the filter, and root can still drop to another user.
  init(of confinement: Confinement, isolated: Bool, isRoot: Bool) {
    let limits = confinement.limits
    var enforced = [
      "seccomp", "no new privileges", "chosen environment only", "chosen descriptors only",
      "cpu time \(limits.cpuSeconds) s", "wall time \(limits.wallSeconds) s", "memory \(limits.memoryBytes) bytes",
      "file size \(limits.fileBytes) bytes", "output \(limits.outputBytes) bytes",
    ]
    var missing: [String] = []
    let isolation = Self.isolation + ["processes \(limits.processes)"]
    if isolated { enforced += isolation } else { missing += isolation }
    if isolated || isRoot { enforced.append("unprivileged user") } else { missing.append("unprivileged user") }
    self.init(enforced: enforced.sorted(), missing: missing.sorted())
  }
}
