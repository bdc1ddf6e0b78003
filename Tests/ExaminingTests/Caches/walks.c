// Accesses in several ways, in a program that has no library and so always the same addresses: a walk along a list in random order, rows
// and columns of a matrix, and words that lie in two lines.
struct node { struct node *next; long value; };

static struct node nodes[6000];
static int matrix[128][130];
static char bytes[1 << 16];
static unsigned order[6000];

static unsigned state = 12345;
static unsigned next(void) { return state = state * 1664525u + 1013904223u; }

static void walks(void) {
  for (unsigned i = 0; i < 6000; i++) order[i] = i;
  for (unsigned i = 5999; i > 0; i--) {
    unsigned j = (next() >> 8) % (i + 1), t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
  for (unsigned i = 0; i + 1 < 6000; i++) nodes[order[i]].next = &nodes[order[i + 1]];
  for (int round = 0; round < 2; round++)
    for (struct node *node = &nodes[order[0]]; node; node = node->next) node->value += round;
  for (int i = 0; i < 128; i++)
    for (int j = 0; j < 130; j++) matrix[i][j] = i ^ j;
  volatile int sum = 0;
  for (int j = 0; j < 130; j += 3)
    for (int i = 0; i < 128; i++) sum += matrix[i][j];
  for (int i = 0; i < 9000; i++) {
    volatile long *word = (volatile long *)(bytes + (next() >> 8) % (sizeof bytes - 8));
    *word = *word + 1;
  }
}

void _start(void) {
  walks();
  __asm__ volatile("syscall" : : "a"(60), "D"(0));
}
