// C code that was built for 32 bits, in a program of 64: for allocators of malloc labs from when pointers had 4 bytes.
//
// The processor runs such code in a 64-bit process once the code segment is the one for it, so all that it takes is memory below 4 GiB and
// a jump to the other segment and back. The code is linked into one piece, the image, with what little of a C library it needs, and
// asks the program for the rest.
//
//     0xc0000000  the image: control block, code, variables      its first words: `struct cp_csapp32_control`
//     0xd0000000  its stack
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CSApp.h"

/// The image's first bytes. The same layout stands in the image's own source.
struct cp_csapp32_control {
  uint32_t magic;
  uint32_t image_end;
  uint32_t init, malloc, free, realloc, calloc;
  /// Where its functions return to.
  uint32_t leave;
  /// Far pointers: to the function that is called, and to where it goes on after a service.
  struct {
    uint32_t offset;
    uint32_t selector;
  } enter, resume;
  uint64_t guest_stack;
  uint64_t host_stack;
  /// Where the program goes on when the function has returned, and when it asks for a service.
  uint64_t host_return, host_service;
};

/// Whether the program was linked with an image.
int cp_csapp32_is_linked(void);

/// The functions in the image, as functions of this program; what they answer is below 4 GiB.
struct cp_csapp_allocator cp_csapp32_allocator(void);
