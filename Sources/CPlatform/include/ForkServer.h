// What the judge and the first process inside a sandbox, the fork server, say to each other over a socket of packets.
#pragma once
#include <stdint.h>

/// Descriptors of the fork server when it starts.
enum {
  cp_server_socket = 3,
  /// A memory file: the seccomp filter (`struct sock_filter`) that every program gets.
  cp_server_filter = 4,
  /// `/proc/sys/kernel/ns_last_pid`, where it may be written: threads' ids then begin anew with each program too.
  cp_server_last_id = 5,
  /// The program's own while it is executed: above all that it is given, below the limit of a worker.
  cp_server_program = 63,
};

/// What a request asks for.
enum {
  /// Start a program. Descriptors that come along: its standard streams, then those that it inherits, then perhaps the
  /// program itself.
  cp_server_start = 1,
  /// End everything that runs here but the server, and wait until it is gone.
  cp_server_clear = 2,
};

enum { cp_server_text_limit = 96 * 1024, cp_server_descriptor_limit = 16 };

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

/// A request; `text` is as long as the packet.
struct cp_server_request {
  uint32_t kind;
  /// Strings in `text`, each ended by a zero byte: the path, or a name where the program comes as a descriptor; the
  /// working directory; the arguments; the environment.
  uint32_t argument_count;
  uint32_t environment_count;
  /// Descriptor `i` becomes number `numbers[i]`.
  uint32_t descriptor_count;
  int32_t numbers[cp_server_descriptor_limit];
  /// Whether one descriptor more is the program.
  uint32_t has_program;
  /// Always process 2, so that nothing can be told from the number; needs CAP_CHECKPOINT_RESTORE.
  uint32_t has_fixed_id;
  struct cp_limits limits;
  char text[cp_server_text_limit];
};

/// An answer. To a start comes a descriptor of the process along; the first packet of all has one of the server itself.
struct cp_server_answer {
  /// Zero, or the errno.
  int32_t error;
  /// The largest resident memory of a process that was waited for, in KiB; of `cp_server_clear`.
  int64_t peak_kibibytes;
};

/// Both ends of a socket of packets, closed on exec. Zero or the errno.
int cp_packet_sockets(int *_Nonnull own, int *_Nonnull other);
/// Sends a packet with descriptors. Zero or the errno.
int cp_send_packet(int socket, const void *_Nonnull bytes, uint64_t count, const int *_Nullable descriptors,
                   int descriptor_count);
/// Receives an answer and at most one descriptor (-1: none). Zero, the errno, or ECONNRESET at the end.
int cp_receive_answer(int socket, struct cp_server_answer *_Nonnull answer, int *_Nonnull descriptor);
