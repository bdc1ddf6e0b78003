// Starting a process with another user, chosen descriptors and limits, and tracing one: calls that are variadic, or
// that must happen between fork and exec, where Swift code may not run.
#pragma once
#include <stdint.h>
#include <sys/uio.h>

/// A mount made reachable for an unprivileged user: `source` is bound at `target`.
struct cp_staged_mount {
  const char *_Nonnull source;
  /// The source while it is staged: used inside `cp_spawn`.
  int descriptor;
  int is_directory;
  const char *_Nonnull target;
};

/// Resource limits of one process, in the kernel's units; soft and hard alike, but for the processor time.
struct cp_limits {
  uint64_t cpu_seconds;
  uint64_t data_bytes;
  uint64_t address_space_bytes;
  uint64_t file_bytes;
  uint64_t descriptors;
  uint64_t stack_bytes;
  /// Zero: as it is.
  uint64_t processes;
};
struct cp_spawn {
  const char *_Nonnull path;
  char *_Nullable const *_Nonnull arguments;
  char *_Nullable const *_Nonnull environment;
  /// Descriptor `sources[i]` becomes number `targets[i]`; every other descriptor is closed. Sources lie above targets.
  const int *_Nonnull sources;
  const int *_Nonnull targets;
  int descriptor_count;
  /// The user and group to become, or 0 to stay.
  uint32_t user;
  /// Where not null: a private mount namespace is made first, a tmpfs mounted here, and `mounts` bound below it.
  const char *_Nullable staging;
  struct cp_staged_mount *_Nullable mounts;
  int mount_count;
  /// Where the length is positive: a session of its own, the limits, a read from the gate, no new privileges and this
  /// filter (`struct sock_filter`) before exec.
  const struct cp_limits *_Nullable limits;
  const void *_Nullable filter;
  int filter_length;
  int gate;
  const char *_Nullable directory;
};

/// Starts a process that dies with the calling thread, and gives its id; below zero: the negative errno.
int32_t cp_spawn(const struct cp_spawn *_Nonnull request);

/// Each gives zero or the errno.
int cp_trace_seize(int32_t process);
int cp_trace_seize_forks(int32_t process);
int cp_trace_continue(int32_t process);
int cp_trace_to_system_call(int32_t process);
int cp_trace_detach(int32_t process);
/// The child's id at a fork event; below zero: the negative errno.
int32_t cp_trace_child(int32_t process);
/// The number of the system call that the stopped process is about to make, or -1 where it is not at an entry.
long cp_trace_system_call(int32_t process);
/// The event of a status from `waitpid`: zero for none.
int cp_trace_event(int status);
enum { cp_event_fork = 1, cp_event_exec = 4, cp_event_stop = 128, cp_system_call_stop = 256, cp_call_wait4 = 61 };

int cp_pidfd_open(int32_t process);

/// Copies pieces of another process's memory one after the other, up to the first that is not there. Bytes, or -1.
long cp_read_memory(int32_t process, const struct iovec *_Nonnull pieces, unsigned long count,
                    const struct iovec *_Nonnull buffer);

/// Sets the limits, and those that a confined process never needs to zero or little. Zero or the errno.
/// `user` is whose process it is where that is another's than the caller's; otherwise 0.
int cp_limit(int32_t process, uint32_t user, const struct cp_limits *_Nonnull limits);

/// A pipe whose ends are closed on exec. Zero or the errno.
int cp_pipe(int *_Nonnull reading, int *_Nonnull writing);
/// Gives the bytes back to the system; the file's size stays. Zero or the errno.
int cp_punch_hole(int descriptor, int64_t offset, int64_t length);

/// A memory file; `sealable` allows F_ADD_SEALS. Below zero: the negative errno.
int cp_memory_file(const char *_Nonnull name, int sealable);
/// Seals the size against change, where wanted also against writable mappings made later. Zero or the errno.
int cp_seal_size(int descriptor, int read_only);
int cp_event_descriptor(void);
