// Starting a process with another user and chosen descriptors: calls that are variadic, or that must happen between
// fork and exec, where Swift code may not run.
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

struct cp_spawn {
  const char *_Nonnull path;
  char *_Nullable const *_Nonnull arguments;
  /// Null: this program's own.
  char *_Nullable const *_Nullable environment;
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
};

/// Starts a process that dies with the calling thread, and gives its id; below zero: the negative errno.
int32_t cp_spawn(const struct cp_spawn *_Nonnull request);

/// Sends a signal to the process that a descriptor is about. Zero or the errno.
int cp_signal(int descriptor, int number);

/// Copies pieces of another process's memory one after the other, up to the first that is not there. Bytes, or -1.
long cp_read_memory(int32_t process, const struct iovec *_Nonnull pieces, unsigned long count,
                    const struct iovec *_Nonnull buffer);

/// A pipe whose ends are closed on exec. Zero or the errno.
int cp_pipe(int *_Nonnull reading, int *_Nonnull writing);
/// Gives the bytes back to the system; the file's size stays. Zero or the errno.
int cp_punch_hole(int descriptor, int64_t offset, int64_t length);

/// A memory file; `sealable` allows F_ADD_SEALS. Below zero: the negative errno.
int cp_memory_file(const char *_Nonnull name, int sealable);
/// Seals the size against change, where wanted also against writable mappings made later. Zero or the errno.
int cp_seal_size(int descriptor, int read_only);
int cp_event_descriptor(void);
