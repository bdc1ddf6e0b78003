internal import CPlatform
internal import CSeccomp
internal import Glibc
internal import SystemPackage

/// A profile as a BPF program of the kernel's, made by libseccomp.
enum SeccompFilter {
  private static let programs: [SeccompProfile: Result<[UInt8], SandboxError>] = {
    var programs: [SeccompProfile: Result<[UInt8], SandboxError>] = [:]
    for profile in SeccompProfile.allCases {
      programs[profile] = Result { () throws(SandboxError) in try build(profile) }
    }
    return programs
  }()

  /// Instructions of eight bytes each (`struct sock_filter`); built once.
  static func program(for profile: SeccompProfile) throws(SandboxError) -> [UInt8] {
    guard let program = programs[profile] else { throw .setUpFailed("no seccomp program for \(profile)") }
    return try program.get()
  }

  private static func build(_ profile: SeccompProfile) throws(SandboxError) -> [UInt8] {
    guard var rules = RuleSet() else { throw .setUpFailed("libseccomp: seccomp_init failed") }
    for call in profile.absent { try rules.refuse(call, with: ENOSYS) }
    for call in profile.refused { try rules.refuse(call, with: EPERM) }
    // TIOCSTI and TIOCLINUX: input pushed into somebody's terminal. The kernel looks at the low 32 bits alone.
    for request: UInt64 in [0x5412, 0x541C] {
      try rules.refuse(SystemCall("ioctl"), with: EPERM, where: [.masked(argument: 1, mask: 0xffff_ffff, is: request)])
    }
    // `personality` may be asked, not changed: no read-implies-execute, no switched-off address randomization.
    try rules.refuse(SystemCall("personality"), with: EPERM, where: [.differs(argument: 0, from: 0xffff_ffff)])
    switch profile {
    case .compiler:
      for flag in Self.namespaceFlags {
        try rules.refuse(SystemCall("clone"), with: EPERM, where: [.masked(argument: 0, mask: flag, is: flag)])
      }
    case .worker: try addWorkerRules(&rules)
    }
    return try rules.export()
  }

  /// CLONE_NEWTIME up to CLONE_NEWNET.
  private static let namespaceFlags: [UInt64] = [
    0x80, 0x20000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
  ]

  /// F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ, F_ADD_SEALS.
  private static let lockingCommands: [UInt64] = [6, 7, 37, 38, 1024, 1026, 1031, 1033]

  private static func addWorkerRules(_ rules: inout RuleSet) throws(SandboxError) {
    // Shared anonymous memory is a file's: neither private memory nor the judge's shared heap. (MAP_SHARED 1, ANON 32.)
    try rules.refuse(SystemCall("mmap"), with: EPERM, where: [.masked(argument: 3, mask: 0x21, is: 0x21)])
    // Locks, leases and seals on files that others see, and large pipes.
    for command: UInt64 in Self.lockingCommands {
      let rule = RuleSet.Condition.masked(argument: 1, mask: 0xffff_ffff, is: command)
      try rules.refuse(SystemCall("fcntl"), with: EPERM, where: [rule])
    }
    // The judge stops a worker to look at its heap, and lets it go on: that is not to be noticed.
    try rules.refuse(
      SystemCall("rt_sigaction"), with: EPERM,
      where: [.masked(argument: 0, mask: 0xffff_ffff, is: UInt64(SIGCONT))])
    // A program's own descriptor alone is executed: the fork server's way to start it.
    try rules.refuse(
      SystemCall("execveat"), with: EPERM, where: [.differs(argument: 0, from: UInt64(cp_server_program))])
    // Limits of other processes: the fork server's would reach whoever is started next.
    try rules.refuse(SystemCall("prlimit64"), with: EPERM, where: [.differs(argument: 0, from: 0)])
    // No file becomes executable. `execve` itself has to be allowed: it is how the worker starts.
    for bit: UInt64 in [0o100, 0o010, 0o001] {
      func has(_ argument: UInt32) -> RuleSet.Condition { .masked(argument: argument, mask: bit, is: bit) }
      try rules.refuse(SystemCall("chmod"), with: EPERM, where: [has(1)])
      try rules.refuse(SystemCall("fchmod"), with: EPERM, where: [has(1)])
      try rules.refuse(SystemCall("fchmodat"), with: EPERM, where: [has(2)])
      try rules.refuse(SystemCall("creat"), with: EPERM, where: [has(1)])
      // O_CREAT, and O_TMPFILE without O_DIRECTORY.
      for creating: UInt64 in [0o100, 0o20_000_000] {
        try rules.refuse(
          SystemCall("open"), with: EPERM, where: [.masked(argument: 1, mask: creating, is: creating), has(2)])
        try rules.refuse(
          SystemCall("openat"), with: EPERM, where: [.masked(argument: 2, mask: creating, is: creating), has(3)])
      }
    }
  }
}

/// The rules of one filter while it is built: everything is allowed but what is refused.
@safe private struct RuleSet: ~Copyable {
  /// What an argument must be for a rule to apply.
  enum Condition {
    case masked(argument: UInt32, mask: UInt64, is: UInt64)
    case differs(argument: UInt32, from: UInt64)
  }

  private let context: scmp_filter_ctx

  init?() {
    // SCMP_ACT_ALLOW
    guard let context = unsafe seccomp_init(0x7fff_0000) else { return nil }
    unsafe self.context = context
    // A balanced tree instead of a chain. Older versions of the library have only the chain.
    _ = unsafe seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)
  }

  deinit { unsafe seccomp_release(context) }

  mutating func refuse(
    _ call: SystemCall, with error: Int32, where conditions: [Condition] = []
  ) throws(SandboxError) {
    var number = unsafe seccomp_syscall_resolve_name(call.name)
    if number == -1, let known = call.number { number = known }
    guard number != -1 else { throw .setUpFailed("libseccomp does not know the system call \(call.name)") }
    let comparisons = conditions.map { condition in
      switch condition {
      case .masked(let argument, let mask, let value):
        scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
      case .differs(let argument, let value):
        scmp_arg_cmp(arg: argument, op: SCMP_CMP_NE, datum_a: value, datum_b: 0)
      }
    }
    // SCMP_ACT_ERRNO
    let action = 0x0005_0000 | UInt32(error)
    let result = unsafe seccomp_rule_add_array(context, action, number, UInt32(comparisons.count), comparisons)
    guard result == 0 else { throw .setUpFailed("libseccomp: rule for \(call.name): \(Errno(rawValue: -result))") }
  }

  func export() throws(SandboxError) -> [UInt8] {
    let file = try Descriptor.memory("seccomp", [])
    let result = unsafe seccomp_export_bpf(context, file.number)
    guard result == 0, lseek(file.number, 0, SEEK_SET) == 0 else {
      throw .setUpFailed("libseccomp: seccomp_export_bpf: \(Errno(rawValue: -result))")
    }
    var program: [UInt8] = []
    while let part = file.read(), !part.isEmpty { program += part }
    return program
  }
}
