// What `stopped.c` and its library have in common.

#define own __attribute__((noinline, noclone))
// The debugger is told, and stands behind this.
#define stop_here() __asm__ volatile("int3" ::: "memory")

// Calls back, from `depth` calls below; where there is nobody to call, stops.
long lab_library(long depth, long (*call)(long));
