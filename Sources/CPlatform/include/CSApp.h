// The memory system of the CS:APP malloc lab (memlib), over a heap that the judge sees too, and the functions of an
// allocator that was written for it.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The heap that `mem_sbrk` and its like work on.
struct cp_csapp_heap {
  /// Its first byte.
  char *_Nonnull base;
  /// Moves the end up, and gives where it was; below zero where it cannot.
  int64_t (*_Nonnull grow)(void *_Nonnull context, int64_t byte_count);
  /// Where the end is.
  int64_t (*_Nonnull end)(void *_Nonnull context);
  /// Moves the end back to the start.
  void (*_Nonnull reset)(void *_Nonnull context);
  void *_Nonnull context;
};

/// From now on `mem_sbrk` and its like work on this heap.
void cp_csapp_use(const struct cp_csapp_heap *_Nonnull heap);

/// From now on nothing that is written to standard output waits in a buffer.
void cp_csapp_print_at_once(void);

/// Maps the file behind a descriptor at `place`, so that every run has the same addresses; null where something else is there.
void *_Nullable cp_csapp_map(int descriptor, uintptr_t place, size_t byte_count);

/// The allocator that the program was linked with, each function null where it has none.
struct cp_csapp_allocator {
  /// Later labs pass a pointer, to where ranges to be left alone are listed.
  int (*_Nullable init)(void *_Nullable);
  void *_Nullable (*_Nullable malloc)(size_t);
  void (*_Nullable free)(void *_Nullable);
  void *_Nullable (*_Nullable realloc)(void *_Nullable, size_t);
  void *_Nullable (*_Nullable calloc)(size_t, size_t);
};
struct cp_csapp_allocator cp_csapp_linked(void);
