#define _GNU_SOURCE
#include "ConfinedProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void descriptor_path(char *out, int descriptor) {
  char digits[12];
  int count = 0;
  do digits[count++] = (char)('0' + descriptor % 10);
  while ((descriptor /= 10) > 0);
  const char prefix[] = "/proc/self/fd/";
  for (const char *p = prefix; *p; p++) *out++ = *p;
  while (count > 0) *out++ = digits[--count];
  *out = 0;
}

static int stage(const struct cp_spawn *request) {
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return errno;
  // Found in the new namespace, since nothing can be bound from another, and before anything is covered.
  for (int i = 0; i < request->mount_count; i++) {
    struct cp_staged_mount *staged = &request->mounts[i];
    if ((staged->descriptor = open(staged->source, O_PATH | O_CLOEXEC)) < 0) return errno;
  }
  if (mount("staging", request->staging, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") != 0) return errno;
  for (int i = 0; i < request->mount_count; i++) {
    const struct cp_staged_mount *staged = &request->mounts[i];
    char source[32];
    descriptor_path(source, staged->descriptor);
    if (staged->is_directory) {
      if (mkdir(staged->target, 0755) != 0) return errno;
    } else {
      int file = open(staged->target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
      if (file < 0) return errno;
      close(file);
    }
    if (mount(source, staged->target, NULL, MS_BIND | MS_REC, NULL) != 0) return errno;
    close(staged->descriptor);
  }
  return 0;
}

static int result(long value) { return value < 0 ? errno : 0; }

/// Runs in the child, which shares the parent's memory until exec: system calls only, and nothing of libc's locks.
static int become(const struct cp_spawn *request) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++)
    if (number != SIGKILL && number != SIGSTOP) sigaction(number, &standard, NULL);
  if (request->staging) {
    int error = stage(request);
    if (error != 0) return error;
  }
  if (request->user != 0) {
    // Raw calls: libc's would change every thread of the parent as well.
    if (syscall(SYS_setgroups, 0, NULL) != 0) return errno;
    if (syscall(SYS_setresgid, request->user, request->user, request->user) != 0) return errno;
    if (syscall(SYS_setresuid, request->user, request->user, request->user) != 0) return errno;
    // A change of user clears both; the first belongs to the memory that is shared with the parent.
    if (prctl(PR_SET_DUMPABLE, 1) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  }
  int last = 2;
  for (int i = 0; i < request->descriptor_count; i++) {
    if (dup2(request->sources[i], request->targets[i]) < 0) return errno;
    if (request->targets[i] > last) last = request->targets[i];
  }
  for (int number = 0; number <= last; number++) {
    int kept = 0;
    for (int i = 0; i < request->descriptor_count; i++) kept |= request->targets[i] == number;
    if (!kept) close(number);
  }
  if (syscall(SYS_close_range, last + 1, ~0U, 0) != 0) return errno;
  umask(022);
  // An interrupt at the judge's terminal is the judge's to handle.
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(request->path, request->arguments, request->environment ? request->environment : environ);
  return errno;
}

struct start {
  const struct cp_spawn *request;
  volatile int error;
};

static int child_main(void *context) {
  struct start *start = context;
  start->error = become(start->request);
  _exit(127);
}

pid_t cp_spawn(const struct cp_spawn *request) {
  // The child borrows this stack space while the parent waits; it cannot be the parent's own frame.
  enum { stack_size = 64 * 1024 };
  char *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return -errno;
  struct start start = {request, 0};
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pid_t process = clone(child_main, stack + stack_size, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  munmap(stack, stack_size);
  if (process < 0) return -error;
  if (start.error != 0) {
    waitpid(process, NULL, 0);
    return -start.error;
  }
  return process;
}

int cp_signal(int descriptor, int number) {
  return result(syscall(SYS_pidfd_send_signal, descriptor, number, NULL, 0));
}

long cp_read_memory(pid_t process, const struct iovec *pieces, unsigned long count, const struct iovec *buffer) {
  return process_vm_readv(process, buffer, 1, pieces, count, 0);
}

int cp_pipe(int *reading, int *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}

int cp_punch_hole(int descriptor, int64_t offset, int64_t length) {
  return result(fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length));
}

int cp_memory_file(const char *name, int sealable) {
  int descriptor = memfd_create(name, MFD_CLOEXEC | (sealable ? MFD_ALLOW_SEALING : 0));
  return descriptor < 0 ? -errno : descriptor;
}

int cp_seal_size(int descriptor, int read_only) {
  int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | (read_only ? F_SEAL_FUTURE_WRITE : 0);
  return result(fcntl(descriptor, F_ADD_SEALS, seals));
}

int cp_event_descriptor(void) {
  int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}
