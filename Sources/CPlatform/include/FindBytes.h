// Finding bytes in bytes: the GNU library's memmem, which its headers hide from Swift.
#pragma once
#include <stdbool.h>
#include <stddef.h>

void *memmem(const void *bytes, size_t count, const void *piece, size_t piece_count);

/// Whether a piece stands anywhere in some bytes.
static inline bool cp_contains(const void *bytes, size_t count, const void *piece, size_t piece_count) {
  return memmem(bytes, count, piece, piece_count) != NULL;
}
