// Which processor a process runs on.
#pragma once

/// Keeps the first thread of a process, and all that it starts from now on, on one processor: the `number`th, counted
/// round, of those that this process may use. Returns 0, or -1 where nothing was changed.
int cp_pin(int process, int number);
