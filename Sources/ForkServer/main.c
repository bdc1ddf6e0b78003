// The first process inside a sandbox: it starts programs one after the other, each with limits and a filter of its own.
//
//     judge ══ socket ══ fork server (process 1)
//                          └─ program (process 2, every time)
//
// No student code is ever part of it: a program is executed, not only forked, so nothing of one reaches the next, and
// what a program does before its `main` it does under the filter. A program that has ended stays a zombie until the
// judge, which sees it through a descriptor, has read how it ended and says "clear". In a namespace of its own, nothing
// inside can signal, trace or change the server: it is process 1, not dumpable, and holds a capability that no program
// has (with it, it also chooses a program's process id). When it ends, the kernel ends everything else inside.
#define _GNU_SOURCE
#include "ForkServer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Received descriptors are kept above.
enum { first_number = cp_server_program + 1 };

static struct sock_filter filter[8192];
static unsigned short filter_length;
static struct cp_server_request request;
/// Where a child says why it could not execute the program.
static volatile int *child_error;
/// The child that runs, or 0.
static pid_t child;

static void answer(int error, int64_t peak, int descriptor) {
  struct cp_server_answer answer = {.error = error, .peak_kibibytes = peak};
  // Nobody is there to hear of a failure; the end of the socket is seen at the next request.
  (void)cp_send_packet(cp_server_socket, &answer, sizeof answer, &descriptor, descriptor >= 0);
}

static const char *next_string(const char **at, const char *end) {
  const char *string = *at;
  const char *zero = memchr(string, 0, (size_t)(end - string));
  if (!zero) _exit(70);
  *at = zero + 1;
  return string;
}

static int set_limits(const struct cp_limits *limits) {
  const struct { int resource; uint64_t value; } all[] = {
      {RLIMIT_DATA, limits->data_bytes}, {RLIMIT_AS, limits->address_space_bytes}, {RLIMIT_FSIZE, limits->file_bytes},
      {RLIMIT_NOFILE, limits->descriptors}, {RLIMIT_STACK, limits->stack_bytes}, {RLIMIT_CORE, 0},
      {RLIMIT_MSGQUEUE, 0}, {RLIMIT_RTPRIO, 0}, {RLIMIT_MEMLOCK, 1 << 16}, {RLIMIT_SIGPENDING, 256},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    struct rlimit limit = {all[i].value, all[i].value};
    if (setrlimit((enum __rlimit_resource)all[i].resource, &limit) != 0) return errno;
  }
  if (limits->processes > 0) {
    struct rlimit limit = {limits->processes, limits->processes};
    if (setrlimit(RLIMIT_NPROC, &limit) != 0) return errno;
  }
  struct rlimit limit = {limits->cpu_seconds, limits->cpu_seconds + 1};
  return setrlimit(RLIMIT_CPU, &limit) != 0 ? errno : 0;
}

static int drop_capabilities(void) {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return errno;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0}};
  return syscall(SYS_capset, &header, none) != 0 ? errno : 0;
}

/// In the child: becomes the program, or gives the errno.
static int become(const int *descriptors, char **arguments, char **environment, const char *path,
                  const char *directory) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++)
    if (number != SIGKILL && number != SIGSTOP) sigaction(number, &standard, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  int last = 2;
  for (uint32_t i = 0; i < request.descriptor_count; i++) {
    if (dup2(descriptors[i], request.numbers[i]) < 0) return errno;
    if (request.numbers[i] > last) last = request.numbers[i];
  }
  for (int number = 0; number <= last; number++) {
    int kept = 0;
    for (uint32_t i = 0; i < request.descriptor_count; i++) kept |= request.numbers[i] == number;
    if (!kept) close(number);
  }
  if (request.has_program && dup3(descriptors[request.descriptor_count], cp_server_program, O_CLOEXEC) < 0) return errno;
  if (syscall(SYS_close_range, last + 1, cp_server_program - 1, 0) != 0) return errno;
  if (syscall(SYS_close_range, cp_server_program + request.has_program, ~0U, 0) != 0) return errno;
  umask(022);
  if (chdir(directory) != 0) return errno;
  int error = set_limits(&request.limits);
  if (error == 0) error = drop_capabilities();
  if (error != 0) return error;
  struct sock_fprog program = {filter_length, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return errno;
  if (request.has_program) syscall(SYS_execveat, cp_server_program, "", arguments, environment, AT_EMPTY_PATH);
  else execve(path, arguments, environment);
  return errno;
}

static void start(const int *descriptors, const char *text_end) {
  const char *at = request.text;
  const char *path = next_string(&at, text_end);
  const char *directory = next_string(&at, text_end);
  size_t argument_count = request.argument_count, environment_count = request.environment_count;
  char **strings = calloc(argument_count + environment_count + 3, sizeof *strings);
  if (!strings) return answer(ENOMEM, 0, -1);
  char **arguments = strings, **environment = strings + argument_count + 2;
  arguments[0] = (char *)path;
  for (size_t i = 0; i < argument_count; i++) arguments[i + 1] = (char *)next_string(&at, text_end);
  for (size_t i = 0; i < environment_count; i++) environment[i] = (char *)next_string(&at, text_end);

  int descriptor = -1;
  pid_t second = 2;
  struct clone_args clone = {
      // The server waits until the program has been executed, or could not be.
      .flags = CLONE_VFORK | CLONE_PIDFD, .pidfd = (uintptr_t)&descriptor, .exit_signal = SIGCHLD};
  if (request.has_fixed_id) {
    // The kernel goes on where it was: how many threads a program had would show in the ids of the next one's.
    if (pwrite(cp_server_last_id, "1", 1, 0) != 1) { /* Not to be had here; the process's own id is the same all the same. */ }
    clone.set_tid = (uintptr_t)&second;
    clone.set_tid_size = 1;
  }
  long process;
  int error;
  // Whoever was forked while the program was written has it open until it executes something itself: a moment.
  for (int tries = 0;; tries++) {
    *child_error = 0;
    process = syscall(SYS_clone3, &clone, sizeof clone);
    if (process == 0) {
      *child_error = become(descriptors, arguments, environment, path, directory);
      _exit(127);
    }
    error = process < 0 ? errno : *child_error;
    if (process < 0 || error != ETXTBSY || tries == 1000) break;
    waitpid((pid_t)process, NULL, 0);
    close(descriptor);
    descriptor = -1;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  free(strings);
  if (process > 0 && error != 0) waitpid((pid_t)process, NULL, 0);
  child = error == 0 ? (pid_t)process : 0;
  answer(error, 0, error == 0 ? descriptor : -1);
  if (descriptor >= 0) close(descriptor);
}

/// Ends all other processes inside; without a namespace, those of the program's group alone. Waits until they are gone.
static void clear(void) {
  int64_t peak = 0;
  while (1) {
    if (getpid() == 1) kill(-1, SIGKILL);
    else if (child > 0) kill(-child, SIGKILL);
    struct rusage usage;
    pid_t gone = wait4(-1, NULL, 0, &usage);
    if (gone < 0 && errno == EINTR) continue;
    if (gone < 0) break;
    if (gone == child) peak = usage.ru_maxrss;
  }
  child = 0;
  answer(0, peak, -1);
}

/// Reads a request and its descriptors; gives the number of bytes, or 0 at the end.
static ssize_t receive(int *descriptors, int *descriptor_count) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * (cp_server_descriptor_limit + 1))];
  } control;
  struct iovec piece = {&request, sizeof request};
  struct msghdr message = {
      .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t count;
  do count = recvmsg(cp_server_socket, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  *descriptor_count = 0;
  if (count <= 0) return 0;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    *descriptor_count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(descriptors, CMSG_DATA(header), sizeof(int) * (size_t)*descriptor_count);
  }
  return count;
}

int main(void) {
  prctl(PR_SET_DUMPABLE, 0);
  struct stat status;
  if (fstat(cp_server_filter, &status) != 0 || status.st_size > (off_t)sizeof filter) return 70;
  if (pread(cp_server_filter, filter, (size_t)status.st_size, 0) != status.st_size) return 70;
  filter_length = (unsigned short)((size_t)status.st_size / sizeof *filter);
  close(cp_server_filter);
  child_error = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (child_error == MAP_FAILED) return 70;

  long self = syscall(SYS_pidfd_open, getpid(), 0);
  if (self < 0) return 70;
  answer(0, 0, (int)self);
  close((int)self);

  while (1) {
    int received[cp_server_descriptor_limit + 1], descriptors[cp_server_descriptor_limit + 1], count;
    ssize_t bytes = receive(received, &count);
    if (bytes <= 0) return 0;
    // Above every number inside, so that placing one never closes another.
    for (int i = 0; i < count; i++) {
      descriptors[i] = fcntl(received[i], F_DUPFD_CLOEXEC, first_number);
      close(received[i]);
    }
    const char *text_end = (const char *)&request + bytes;
    if (request.kind == cp_server_clear) clear();
    else if (request.kind != cp_server_start || bytes < (ssize_t)offsetof(struct cp_server_request, text) ||
             count != (int)(request.descriptor_count + request.has_program))
      answer(EINVAL, 0, -1);
    else start(descriptors, text_end);
    for (int i = 0; i < count; i++) close(descriptors[i]);
  }
}
