enum AttackSource {
  static let text = #"""
    #define _GNU_SOURCE
    #include <dirent.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <pthread.h>
    #include <sched.h>
    #include <signal.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/ioctl.h>
    #include <sys/mman.h>
    #include <sys/mount.h>
    #include <sys/resource.h>
    #include <sys/time.h>
    #include <sys/socket.h>
    #include <sys/stat.h>
    #include <sys/syscall.h>
    #include <sys/sysmacros.h>
    #include <time.h>
    #include <unistd.h>
    extern char **environ;

    // Prints the name, then "allowed" or the error's name.
    static void tell(const char *name, long result) {
      printf("%s %s\n", name, result >= 0 ? "allowed" : strerrorname_np(errno));
    }
    static void *idle(void *nothing) { pause(); return nothing; }
    static volatile int sink;
    static int deep(int n) { volatile char page[4096]; page[n % 4096] = n; return n == 0 ? 0 : deep(n - 1) + page[n % 4096]; }

    int main(int argc, char **argv) {
      const char *what = argv[1];
      #define IS(name) if (strcmp(what, name) == 0)
      IS("nothing") return 0;
      IS("exit") return atoi(argv[2]);
      IS("signal") { raise(atoi(argv[2])); return 0; }
      IS("abort") abort();
      IS("segv") { *(volatile int *)8 = 1; }
      IS("illegal") __builtin_trap();
      IS("hello") { puts("hello"); fputs("trouble\n", stderr); return 0; }
      IS("spin") for (;;) sink++;
      IS("spin-ignoring") { signal(SIGXCPU, SIG_IGN); signal(SIGTERM, SIG_IGN); for (;;) sink++; }
      IS("burn") { while (clock() < atoi(argv[2]) * (CLOCKS_PER_SEC / 1000)) sink++; return 0; }
      IS("sleep") { sleep(1000); return 0; }
      IS("pause") { sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); for (;;) pause(); }
      IS("stop-self") { kill(getpid(), SIGSTOP); return 0; }
      IS("flood-out") for (;;) puts("All tests passed. Score: 100/100");
      IS("flood-err") for (;;) fputs("ERROR ERROR\n", stderr);
      IS("big-file") {
        static char block[1 << 16];
        int f = open("/tmp/big", O_CREAT | O_WRONLY, 0600);
        for (int i = 0; i < 1 << 20; i++) if (write(f, block, sizeof block) < 0) { tell("write", -1); return 1; }
      }
      IS("fill-tmp") {
        static char block[1 << 16];
        for (int n = 0; n < 1000; n++) {
          char name[32]; sprintf(name, "/tmp/f%d", n);
          int f = open(name, O_CREAT | O_WRONLY, 0600);
          if (f < 0 || write(f, block, sizeof block) != sizeof block) { tell("write", -1); printf("%d files\n", n); return 0; }
          close(f);
        }
      }
      IS("memory") for (;;) { char *p = malloc(1 << 20); if (!p) abort(); memset(p, 1, 1 << 20); }
      IS("memory-slow") for (int i = 0;; i++) { char *p = malloc(1 << 20); if (!p) abort(); memset(p, 1, 1 << 20); usleep(500); }
      IS("memory-children") {   // no one of them holds as much as is allowed
        for (int i = 0; i < 4; i++) if (fork() == 0) { mmap(0, 20 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0); for (;;) pause(); }
        for (;;) pause();
      }
      IS("memory-shared") { tell("mmap", (long)mmap(0, 1 << 20, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0)); return 0; }
      IS("keep") {
        mmap(0, 16 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        puts("ready"); fflush(stdout); for (;;) pause();
      }
      IS("stack") return deep(1 << 20);
      IS("fork-bomb") for (;;) fork();
      IS("threads") {
        int n = 0; pthread_t t;
        while (n < 1000 && pthread_create(&t, 0, idle, 0) == 0) n++;
        printf("%d threads\n", n); fflush(stdout); _exit(0);
      }
      IS("fork") { pid_t c = fork(); if (c == 0) _exit(0); tell("fork", c); return 0; }
      IS("forks") {
        int n = 0; pid_t c;
        while (n < 1000 && (c = fork()) > 0) n++;
        if (c == 0) { sleep(1000); _exit(0); }
        printf("%d forks\n", n); fflush(stdout); _exit(0);
      }
      IS("survivors") {   // daemons that hold the output open
        for (int i = 0; i < 4; i++) if (fork() == 0) { setsid(); if (fork() == 0) { signal(SIGTERM, SIG_IGN); for (;;) sleep(1000); } _exit(0); }
        usleep(20000); puts("parent done"); return 0;
      }
      IS("kill-all") { tell("judge", kill(atoi(argv[2]), SIGKILL)); tell("parent", kill(getppid(), SIGSTOP)); tell("init", kill(1, SIGKILL)); puts("alive"); return 0; }
      IS("processes") {
        DIR *d = opendir("/proc"); struct dirent *e;
        while ((e = readdir(d))) if (e->d_name[0] >= '1' && e->d_name[0] <= '9') printf("%s ", e->d_name);
        return 0;
      }
      IS("host-wide") {   // what of /proc tells of the machine
        DIR *d = opendir("/proc"); struct dirent *e; int seen = 0;
        while ((e = readdir(d))) {
          char path[300], b[16]; struct stat s; snprintf(path, 300, "/proc/%s", e->d_name);
          if (e->d_name[0] == '.' || (e->d_name[0] >= '0' && e->d_name[0] <= '9') || lstat(path, &s) || S_ISLNK(s.st_mode)) continue;
          seen++;
          if (S_ISDIR(s.st_mode)) {
            DIR *inner = opendir(path); struct dirent *i; int n = 0;
            while (inner && (i = readdir(inner))) n += i->d_name[0] != '.';
            if (n) printf("%s ", e->d_name);
          } else {
            int f = open(path, O_RDONLY | O_NONBLOCK);
            if (f >= 0 && read(f, b, 16) > 0) printf("%s ", e->d_name);
          }
        }
        printf("of %s\n", seen > 10 ? "many" : "few"); return 0;
      }
      IS("read") for (int i = 2; i < argc; i++) { int f = open(argv[i], O_RDONLY); tell(argv[i], f); if (f >= 0) close(f); }
      IS("write") for (int i = 2; i < argc; i++) {
        char name[200]; sprintf(name, "%s/x", argv[i]);
        int f = open(name, O_CREAT | O_WRONLY, 0600); tell(argv[i], f); if (f >= 0) close(f);
      }
      IS("list") for (int i = 2; i < argc; i++) {
        DIR *d = opendir(argv[i]); struct dirent *e;
        while (d && (e = readdir(d))) if (e->d_name[0] != '.') printf("%s ", e->d_name);
        puts("");
      }
      IS("leaks") {
        char path[64], target[256];
        for (int f = 0; f < 1024; f++) {
          sprintf(path, "/proc/self/fd/%d", f); int n = readlink(path, target, 255);
          if (n >= 0) printf("fd %d\n", f);
        }
        for (char **e = environ; *e; e++) printf("env %s\n", *e);
        printf("uid %d gid %d\n", getuid(), getgid());
        char b[4096]; int f = open("/proc/1/cmdline", O_RDONLY), n = read(f, b, sizeof b);
        printf("init ");
        for (int i = 0; i < n; i++) putchar(b[i] ? b[i] : ' ');
        puts("");
        DIR *d = opendir("/proc/1/fd"); struct dirent *e;
        while (d && (e = readdir(d))) if (e->d_name[0] != '.') {
          sprintf(path, "/proc/1/fd/%s", e->d_name); int n = readlink(path, target, 255);
          if (n >= 0) { target[n] = 0; printf("init-fd %s\n", target); }
        }
        return 0;
      }
      IS("calls") {
        struct { char x[256]; } arg; memset(&arg, 0, sizeof arg);
        tell("socket", socket(AF_INET, SOCK_STREAM, 0));
        tell("socket-unix", socket(AF_UNIX, SOCK_STREAM, 0));
        tell("socket-vsock", socket(40, SOCK_STREAM, 0));
        int pair[2]; tell("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
        tell("chroot", chroot("/tmp"));
        tell("mount", mount("none", "/tmp", "tmpfs", 0, 0));
        tell("umount", umount2("/proc", MNT_DETACH));
        tell("pivot_root", syscall(SYS_pivot_root, "/", "/tmp"));
        tell("unshare-user", unshare(CLONE_NEWUSER));
        tell("unshare-net", unshare(CLONE_NEWNET));
        tell("clone-user", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
        tell("clone3", syscall(SYS_clone3, &arg, 88));
        tell("setns", syscall(SYS_setns, 0, 0));
        tell("ptrace", syscall(SYS_ptrace, 0x4206, 1, 0, 0));
        tell("process_vm_readv", syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0));
        tell("keyctl", syscall(SYS_keyctl, 0, -3, 0));
        tell("add_key", syscall(SYS_add_key, "user", "a", "b", 1, -3));
        tell("io_uring_setup", syscall(SYS_io_uring_setup, 4, &arg));
        tell("bpf", syscall(SYS_bpf, 0, &arg, 64));
        tell("perf_event_open", syscall(SYS_perf_event_open, &arg, 0, -1, -1, 0));
        tell("userfaultfd", syscall(SYS_userfaultfd, 1));
        tell("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0x89abcdef, 0));
        tell("syslog", syscall(SYS_syslog, 2, &arg, 1));
        tell("shmget", syscall(SYS_shmget, 0, 4096, 01600));
        tell("mq_open", syscall(SYS_mq_open, "x", O_CREAT | O_RDWR, 0600, 0));
        tell("name_to_handle_at", syscall(SYS_name_to_handle_at, -100, "/", &arg, &arg.x[128], 0));
        tell("personality", syscall(SYS_personality, 0x0040000));
        char c = 'x'; tell("tiocsti", ioctl(0, TIOCSTI, &c));
        tell("setuid", setuid(0));
        tell("sethostname", sethostname("x", 1));
        tell("kexec", syscall(SYS_kexec_load, 0, 0, 0, 0));
        tell("mknod", mknod("/tmp/dev", S_IFBLK | 0600, makedev(8, 0)));
        return 0;
      }
      IS("foreign-abi") {   // the 32-bit way into the kernel, which a filter for 64 bits alone would not see
        long result; __asm__ volatile("int $0x80" : "=a"(result) : "a"(20)); printf("%ld\n", result); return 0;
      }
      IS("worker-calls") {
        int pair[2]; tell("pipe", pipe(pair));
        tell("memfd_create", memfd_create("x", 0));
        tell("execveat", syscall(SYS_execveat, -100, "/attacks", 0, 0, 0));
        tell("flock", syscall(SYS_flock, 0, 1));
        struct flock lock = {F_RDLCK}; tell("lock", fcntl(0, F_SETLK, &lock));
        tell("mkfifo", mkfifo("/tmp/fifo", 0600));
        tell("vfork", syscall(SYS_vfork));
        struct itimerval soon = {{0, 1000}, {0, 1000}}; timer_t timer;
        tell("setitimer", setitimer(ITIMER_REAL, &soon, 0));
        tell("alarm", syscall(SYS_alarm, 1));
        tell("timer_create", timer_create(CLOCK_MONOTONIC, 0, &timer));
        tell("timerfd_create", syscall(SYS_timerfd_create, CLOCK_MONOTONIC, 0));
        return 0;
      }
      IS("execute") {   // a copy of itself, made executable in every way
        int in = open("/attacks", O_RDONLY), out = open("/tmp/copy", O_CREAT | O_WRONLY, 0700);
        tell("open", out);
        if (out < 0) out = open("/tmp/copy", O_CREAT | O_WRONLY, 0600);
        static char block[1 << 16]; int n;
        while ((n = read(in, block, sizeof block)) > 0) write(out, block, n);
        tell("fchmod", fchmod(out, 0700));
        close(out);
        tell("chmod", chmod("/tmp/copy", 0755));
        tell("creat", creat("/tmp/other", 0777));
        char *args[] = {"/tmp/copy", "hello", 0};
        fflush(stdout);
        tell("execve", execve("/tmp/copy", args, environ));
        return 0;
      }
      IS("stain") {   // whatever might reach the program that is started next
        static char text[100]; struct rlimit limit = {16, 16}; cpu_set_t one; CPU_ZERO(&one); CPU_SET(0, &one);
        struct sched_param idle_parameter = {0};
        tell("limit", prlimit(1, RLIMIT_NOFILE, &limit, 0));
        tell("priority", setpriority(PRIO_PROCESS, 1, 19));
        setpriority(PRIO_USER, 0, 19);
        tell("affinity", sched_setaffinity(1, sizeof one, &one));
        tell("policy", sched_setscheduler(1, SCHED_IDLE, &idle_parameter));
        tell("io-priority", syscall(SYS_ioprio_set, 1, 1, 3 << 13));
        tell("memory", open("/proc/1/mem", O_RDWR));
        for (int number = 1; number < 65; number++) kill(1, number);
        kill(-1, SIGKILL);
        sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0);
        for (int i = 0; i < 5; i++) { pthread_t t; pthread_create(&t, 0, idle, 0); }
        open("/left", O_CREAT | O_RDWR, 0600); open("/tmp/left", O_CREAT | O_RDWR, 0600); mkdir("/dev/left", 0700);
        struct itimerval soon = {{0, 1000}, {0, 1000}}; signal(SIGALRM, SIG_IGN); setitimer(ITIMER_REAL, &soon, 0);
        timer_t timer; timer_create(CLOCK_MONOTONIC, 0, &timer);
        umask(0777); chdir("/proc"); nice(19); sched_setaffinity(0, sizeof one, &one);
        kill(getpid(), SIGUSR1);
        setrlimit(RLIMIT_NOFILE, &limit); dup2(0, 9);
        puts("stained"); fflush(stdout); _exit(0);
      }
      IS("look") {    // all of it that can be seen
        printf("ids %d %d %d %d\n", getpid(), getppid(), getsid(0), getpgid(0));
        DIR *d = opendir("/proc/self/task"); struct dirent *e;
        while (d && (e = readdir(d))) if (e->d_name[0] != '.') printf("thread %s\n", e->d_name);
        for (int i = 0; i < 16; i++) { struct rlimit limit; getrlimit(i, &limit); printf("limit %d %ld %ld\n", i, limit.rlim_cur, limit.rlim_max); }
        cpu_set_t set; sched_getaffinity(0, sizeof set, &set); printf("processors %d\n", CPU_COUNT(&set));
        printf("nice %d policy %d io %ld\n", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0), syscall(SYS_ioprio_get, 1, 0));
        printf("nice of 1 %d\n", getpriority(PRIO_PROCESS, 1));
        sigset_t set2; sigpending(&set2); for (int i = 1; i < 65; i++) if (sigismember(&set2, i) == 1) printf("pending %d\n", i);
        sigprocmask(0, 0, &set2); for (int i = 1; i < 65; i++) if (sigismember(&set2, i) == 1) printf("blocked %d\n", i);
        for (int i = 1; i < 65; i++) { struct sigaction a; if (sigaction(i, 0, &a) == 0 && a.sa_handler) printf("handled %d\n", i); }
        struct itimerval timer; getitimer(ITIMER_REAL, &timer); printf("timer %ld\n", timer.it_value.tv_usec);
        char text[200]; printf("in %s mask %o\n", getcwd(text, 200), umask(0));
        for (int f = 0; f < 64; f++) if (fcntl(f, F_GETFD) >= 0) printf("descriptor %d\n", f);
        const char *folders[] = {"/", "/tmp", "/dev"};
        for (int i = 0; i < 3; i++) { d = opendir(folders[i]); while (d && (e = readdir(d))) printf("%s: %s\n", folders[i], e->d_name); }
        char *fresh = malloc(1 << 20); long sum = 0; for (int i = 0; i < 1 << 20; i++) sum += fresh[i]; printf("memory %ld\n", sum);
        fflush(stdout); _exit(0);
      }
      IS("outside") {   // what the output directory may be filled with
        symlink("/etc/shadow", "/out/link"); mkfifo("/out/fifo", 0644); mkdir("/out/directory", 0755);
        int f = open("/out/large", O_CREAT | O_WRONLY, 0644); ftruncate(f, 1 << 20); close(f);
        f = open("/out/plain", O_CREAT | O_WRONLY, 0644); write(f, "plain", 5); close(f);
        return 0;
      }
      IS("shared") {   // a store through the inherited memory, then an attempt to shrink it
        char *p = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
        tell("mmap", p == MAP_FAILED ? -1 : 0);
        if (p != MAP_FAILED) p[0] = 'x';
        tell("truncate", ftruncate(3, 0));
        tell("grow", ftruncate(3, 1 << 21));
        int again = open("/proc/self/fd/3", O_RDWR);
        tell("map-again", (long)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0));
        return 0;
      }
      return 99;
    }
    """#
}
