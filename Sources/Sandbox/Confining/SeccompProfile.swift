/// Which system calls a confined process may make.
///
/// Both are lists of what is denied: a list of what is allowed breaks with every new C library and runtime. The
/// namespaces keep a process from reaching anything; the filter takes away the kernel's rarely used, risky surface, and
/// ways around the accounting.
package enum SeccompProfile: Sendable, Hashable, CaseIterable {
  /// One process with one thread, which does nothing but what it is asked for. No child, no thread, no timer, no new executable file, no
  /// socket, no memory that the meters do not see.
  case worker
  /// Children and programs are allowed; sockets, tracing, mounts, keyrings and the like are not.
  case compiler
}

/// A system call by its name, or by its number on x86-64 where libseccomp may be older than the call.
struct SystemCall {
  let name: String
  let number: Int32?

  init(_ name: String, _ number: Int32? = nil) {
    self.name = name
    self.number = number
  }
}

extension SeccompProfile {
  /// Calls that are refused with EPERM whatever their arguments.
  var refused: [SystemCall] { Self.refusedToAll + (self == .worker ? Self.refusedToWorkers : []) }

  /// Calls that are said not to exist, so that the C library takes an older one, whose arguments can be filtered.
  var absent: [SystemCall] {
    [SystemCall("clone3", 435)] + (self == .worker ? [SystemCall("openat2", 437), SystemCall("fchmodat2", 452)] : [])
  }

  private static let refusedToAll: [SystemCall] =
    [
      // Network and other sockets.
      "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
      // Other processes' memory, registers and descriptors.
      "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd",
      // Keyrings are not namespaced by user alone.
      "add_key", "request_key", "keyctl",
      // Large kernel surface.
      "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "userfaultfd",
      "fanotify_init", "fanotify_mark", "lookup_dcookie", "modify_ldt", "vhangup",
      // Namespaces and mounts.
      "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick",
      "move_mount", "open_tree", "name_to_handle_at", "open_by_handle_at", "quotactl",
      // The machine.
      "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "swapon", "swapoff",
      "acct", "syslog", "iopl", "ioperm", "sethostname", "setdomainname", "settimeofday", "clock_settime",
      "clock_adjtime", "adjtimex", "nfsservctl",
      // Memory policy that moves other processes' pages.
      "migrate_pages", "move_pages",
      // Memory that belongs to no process: outside every limit.
      "shmget", "shmat", "shmctl", "shmdt", "msgget", "msgsnd", "msgrcv", "semget", "semop", "semtimedop", "mq_open",
    ].map { SystemCall($0) } + [
      SystemCall("mount_setattr", 442), SystemCall("quotactl_fd", 443), SystemCall("process_madvise", 440),
      SystemCall("memfd_secret", 447), SystemCall("process_mrelease", 448), SystemCall("statmount", 457),
      SystemCall("listmount", 458), SystemCall("open_tree_attr", 467),
    ]

  private static let refusedToWorkers: [SystemCall] =
    [
      "fork", "vfork", "clone",
      // What goes off by itself could put right, after an answer, what the answer hides.
      "setitimer", "alarm", "timer_create", "timerfd_create",
      // Memory and channels that the meters do not see.
      "memfd_create", "pipe", "pipe2", "mknod", "mknodat", "flock", "inotify_init", "inotify_init1", "vmsplice",
      "io_setup", "io_submit", "io_getevents", "io_destroy", "io_cancel",
      // What is written beside a file's bytes outlives the process, where the file is the judge's.
      "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
    ].map { SystemCall($0) } + [SystemCall("setxattrat", 463), SystemCall("removexattrat", 466)]
}
