#define _GNU_SOURCE
#include "NativeLibrary.h"

#include <errno.h>
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>

void *cp_own_symbol(void *library, const char *name) {
  if (!library) return dlsym(RTLD_DEFAULT, name);
  struct link_map *own = NULL, *home = NULL;
  Dl_info info;
  void *found = dlsym(library, name);
  if (!found || dlinfo(library, RTLD_DI_LINKMAP, &own) != 0) return NULL;
  if (!dladdr1(found, &info, (void **)&home, RTLD_DL_LINKMAP)) return NULL;
  return own == home ? found : NULL;
}

const char *cp_program_name(void) { return program_invocation_name; }
