#define _GNU_SOURCE
#include "Placement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { bind_strictly = 2, word_bits = 8 * sizeof(unsigned long) };

int cp_pages_on_node(int node, int pages) {
  if (node < 0 || node >= 1024 || pages <= 0 || pages > 4096) return -EINVAL;
  size_t page = (size_t)sysconf(_SC_PAGESIZE), count = (size_t)pages;
  char *base = mmap(NULL, count * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return -errno;
  unsigned long mask[1024 / word_bits] = {0};
  mask[node / word_bits] = 1ul << node % word_bits;
  int result = 0;
  void **places = calloc(count, sizeof *places);
  int *nodes = calloc(count, sizeof *nodes);
  if (!places || !nodes || syscall(SYS_mbind, base, count * page, bind_strictly, mask, 1025, 0) != 0) {
    result = -(errno ? errno : ENOMEM);
  } else {
    memset(base, 1, count * page);
    for (size_t number = 0; number < count; number++) places[number] = base + number * page;
    if (syscall(SYS_move_pages, 0, count, places, NULL, nodes, 0) != 0) result = -errno;
    for (size_t number = 0; number < count && result >= 0; number++) result += nodes[number] == node;
  }
  free(places);
  free(nodes);
  munmap(base, count * page);
  return result;
}
