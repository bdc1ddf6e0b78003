// A program with planted leaks: it makes an object graph, has memcheck look for leaks, and writes an image of the very memory that
// memcheck looked through. Its own records of blocks are disguised, so that they are no roots.
//
//     leaky SCENARIO SEED FILE

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <valgrind/memcheck.h>

extern void *__libc_stack_end;
extern char __data_start, _end;

enum { block_limit = 4096, root_limit = 64 };

// In memory of its own; an address is kept with all bits turned.
struct record { uint64_t disguised, size, site; };
static struct record *records;
static uint64_t record_count;
static uint64_t state;

// What keeps blocks alive.
static void *volatile globals[root_limit];

static uint64_t below(uint64_t bound) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return (z ^ z >> 31) % bound;
}

// The number of a new block, all of whose bytes are zero: memcheck does not look at words that were never written.
static uint64_t allocate(uint64_t size, uint64_t site) {
  char *block = malloc(size);
  memset(block, 0, size);
  records[record_count] = (struct record){~(uint64_t)block, size, site};
  return record_count++;
}

static uint64_t address(uint64_t number) { return ~records[number].disguised; }

// Puts a pointer to `target` plus some bytes into `holder`.
static void link_to(uint64_t holder, uint64_t offset, uint64_t target, int64_t plus) {
  uint64_t word = address(target) + plus;
  if (offset + 8 <= records[holder].size) memcpy((char *)address(holder) + offset, &word, 8);
}

static void keep(uint64_t number, uint64_t target, int64_t plus) { globals[number] = (void *)(address(target) + plus); }

// A list, of which the first node is kept by nobody, or the middle by an inner pointer.
static void lists(void) {
  for (uint64_t list = 0; list < 6; list++) {
    uint64_t first = allocate(24, 1), last = first;
    for (int i = 0; i < 9; i++) {
      uint64_t node = allocate(24, 2);
      link_to(last, 0, node, 0);
      if (list % 2) link_to(node, 8, last, 0);
      if (i == 4 && list == 3) keep(10, node, 8);
      last = node;
    }
    if (list == 0) keep(0, first, 0);
    if (list == 1) keep(1, first, 16);
  }
}

// Trees with a table of children each; one has lost its root, another a subtree.
static void trees(void) {
  for (uint64_t tree = 0; tree < 4; tree++) {
    uint64_t first = record_count;
    for (uint64_t i = 0; i < 40; i++) {
      uint64_t node = allocate(32 + below(40), 3 + tree);
      if (i > 0 && !(tree == 2 && i == 2)) link_to(first + (i - 1) / 3, 8 * ((i - 1) % 3), node, 0);
    }
    if (tree != 1) keep(20 + tree, first, tree == 3 ? 5 : 0);
  }
}

// Circles, entered here and there from outside.
static void circles(void) {
  for (uint64_t length = 1; length < 7; length++)
    for (uint64_t entry = 0; entry <= length; entry++)
      for (int late = 0; late < 2; late++) {
        uint64_t outside = late ? 0 : allocate(16, 7), first = record_count;
        for (uint64_t i = 0; i < length; i++) allocate(40, 8);
        for (uint64_t i = 0; i < length; i++) link_to(first + i, 8, first + (i + 1) % length, below(2) * 3);
        if (late) outside = allocate(16, 9);
        if (entry < length) link_to(outside, 0, first + entry, 0);
      }
}

// Blocks of 0 bytes and of a few, pointed to at every place, one past the end as well.
static void edges(void) {
  static const uint64_t sizes[] = {0, 1, 7, 8, 9, 16, 31};
  uint64_t root = 0;
  for (int i = 0; i < 7; i++)
    for (int64_t plus = -1; plus <= 2; plus++) {
      uint64_t target = allocate(sizes[i], 10 + i);
      keep(root++, target, plus == 2 ? (int64_t)sizes[i] : plus);
    }
  for (uint64_t offset = 0; offset < 16; offset++) {
    uint64_t holder = allocate(24, 20), target = allocate(24, 21);
    keep(root++, holder, 0);
    link_to(holder, offset, target, 0);
    uint64_t cut = allocate(8 + offset % 8, 22), other = allocate(8, 23);
    link_to(cut, offset % 8, other, 0);
  }
}

// Any graph.
static void random_graph(void) {
  uint64_t count = 50 + below(600), first = record_count, density = 3 + below(20);
  for (uint64_t i = 0; i < count; i++) allocate(below(8) == 0 ? below(9) : 8 + below(100), 100 + below(40));
  for (uint64_t i = 0; i < count * density / 10; i++) {
    uint64_t from = first + below(count), to = first + below(count);
    uint64_t offset = below(12) == 0 ? below(64) : 8 * below(8);
    link_to(from, offset, to, below(3) == 0 ? (int64_t)below(records[to].size + 2) : 0);
  }
  uint64_t roots = below(root_limit);
  for (uint64_t i = 0; i < roots; i++) {
    uint64_t to = first + below(count);
    keep(i, to, below(3) == 0 ? (int64_t)below(records[to].size + 2) : 0);
  }
}

// What two registers are to hold: blocks' addresses and more, disguised; all ones for nothing.
static uint64_t held[2] = {~0ull, ~0ull};

static void hold_in_registers(void) {
  for (int i = 0; i < 2; i++) held[i] = ~(address(below(record_count)) + below(4) * i);
}

static int file;

static void put(uint64_t word) { if (write(file, &word, 8) != 8) _exit(3); }

// A region: kind, start, byte count, then the bytes.
static void put_region(uint64_t kind, const char *start, const char *end) {
  put(kind);
  put((uint64_t)start);
  put(end - start);
  while (start < end) {
    ssize_t written = write(file, start, end - start);
    if (written <= 0) _exit(3);
    start += written;
  }
}

// What is held, the blocks, a region for each block, the globals, and the stack from here on.
static void dump(const char *path) {
  char here = 0;
  file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  put(~held[0]);
  put(~held[1]);
  put(record_count);
  for (uint64_t i = 0; i < record_count; i++) {
    put(address(i));
    put(records[i].size);
    put(records[i].site);
  }
  for (uint64_t i = 0; i < record_count; i++)
    put_region(0, (char *)address(i), (char *)address(i) + (records[i].size ? records[i].size : 1));
  put_region(1, &__data_start, &_end);
  put_region(2, &here, (char *)__libc_stack_end);
  close(file);
}

// Nothing of what the functions before had in their frames is left.
static void __attribute__((noinline)) wipe_stack(void) {
  volatile char frames[32768];
  for (unsigned i = 0; i < sizeof frames; i++) frames[i] = 0;
}

static void __attribute__((noinline)) build(int scenario) {
  static void (*const scenarios[])(void) = {lists, trees, circles, edges, random_graph};
  scenarios[scenario]();
}

// Has memcheck look while two registers hold what they are to, and the others nothing of what was done before.
static void __attribute__((noinline)) check(void) {
  register uint64_t first asm("r12") = ~held[0];
  register uint64_t second asm("r13") = ~held[1];
  asm volatile(
      "xor %%eax, %%eax\n xor %%ebx, %%ebx\n xor %%ecx, %%ecx\n xor %%edx, %%edx\n xor %%esi, %%esi\n xor %%edi, %%edi\n"
      "xor %%r8d, %%r8d\n xor %%r9d, %%r9d\n xor %%r10d, %%r10d\n xor %%r11d, %%r11d\n xor %%r14d, %%r14d\n"
      "xor %%r15d, %%r15d"
      : "+r"(first), "+r"(second)
      :
      : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r14", "r15", "cc", "memory");
  VALGRIND_DO_LEAK_CHECK;
  asm volatile("" : "+r"(first), "+r"(second));
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  records = mmap(0, block_limit * sizeof *records, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  state = strtoull(arguments[2], 0, 10);
  wipe_stack();
  build(atoi(arguments[1]));
  hold_in_registers();
  wipe_stack();
  check();
  dump(arguments[3]);
  return 0;
}
