// Which processor a process runs on.
#pragma once

/// Keeps the first thread of a process, and all that it starts from now on, on one processor: the `number`th, counted
/// round, of those that this process may use. Returns 0, or -1 where nothing was changed.
int cp_pin(int process, int number);

/// Puts a process's first thread on the processor that the calling thread is on, and keeps both there, so that it runs only while
/// this thread sleeps, and stops in the middle of whatever it does as soon as this one wakes. The process stays idle in this sense; the
/// calling thread may move again after `cp_end_turns()`. Returns 0, or -1 where nothing was changed.
int cp_take_turns(int process);
void cp_end_turns(void);
