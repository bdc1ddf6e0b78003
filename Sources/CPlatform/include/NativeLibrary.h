// Symbols of one shared library, and the program's own name.
#pragma once

/// The address of a symbol that `library`, as of `dlopen`, defines itself, and none of the libraries that it needs; or null.
///
/// With a null `library`: a symbol of this process.
void *_Nullable cp_own_symbol(void *_Nullable library, const char *_Nonnull name);

/// The name under which this program was started. (Swift's own list of arguments comes from `/proc`, which a worker has not.)
const char *_Nonnull cp_program_name(void);
