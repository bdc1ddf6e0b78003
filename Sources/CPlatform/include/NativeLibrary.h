// Symbols of one shared library.
#pragma once

/// The address of a symbol that `library`, as of `dlopen`, defines itself, and none of the libraries that it needs; or null.
///
/// With a null `library`: a symbol of this process.
void *_Nullable cp_own_symbol(void *_Nullable library, const char *_Nonnull name);
