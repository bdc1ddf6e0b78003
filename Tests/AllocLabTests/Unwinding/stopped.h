// What `stopped.c` and its library have in common.

#define own __attribute__((noinline, noclone))
// The debugger is told, and stands behind this.
#define stop_here() __asm__ volatile("int3" ::: "memory")

// A function that calls nothing has a frame pointer only if it asks for one.
#define have_frame() __asm__ volatile("" ::"r"(__builtin_frame_address(0)))

// Calls back, from `depth` calls below; where there is nobody to call, stops.
long lab_library(long depth, long (*call)(long));
