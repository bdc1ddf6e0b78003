/// What C code that is built for 32 bits is linked with, into one piece that a worker of 64 bits carries along
/// (`CPlatform/include/CSApp32.h` has its layout).
///
/// There is no C library of 32 bits in it, so nothing has to be installed: an allocator needs few functions of one, and these are here.
enum CSApp32Image {
  /// Files beside the headers, by name.
  static let files: [(name: String, text: String)] = [
    (support, supportText), (script, scriptText), (carrier, carrierText), ("gnu/stubs-32.h", ""),
  ]

  /// The C file that every image has.
  static let support = "support32.c"
  /// How the linker puts it together.
  static let script = "image.ld"
  /// The file that takes it into a program of 64 bits; it is read from `/objects/image`.
  static let carrier = "carrier.s"

  private static let scriptText = #"""
    SECTIONS {
      . = 0xc0000000;
      .image : {
        KEEP(*(.control))
        *(.text .text.*) *(.rodata .rodata.*) *(.data .data.*) *(.bss .bss.*) *(COMMON)
        . = ALIGN(16);
        cp_image_end = .;
      }
      /DISCARD/ : { *(.comment .note* .eh_frame* .debug*) }
    }

    """#

  private static let carrierText = #"""
    .section .rodata.cp_csapp32,"a"
    .globl cp_csapp32_image, cp_csapp32_image_end
    .balign 16
    cp_csapp32_image: .incbin "/objects/image"
    cp_csapp32_image_end:
    .section .note.GNU-stack,"",@progbits

    """#

  private static let supportText = #"""
    typedef unsigned int size;
    typedef unsigned long long wide;
    typedef __builtin_va_list arguments;

    int mm_init(void *);
    void *mm_malloc(size);
    void mm_free(void *);
    void *mm_realloc(void *, size);
    __attribute__((weak)) void *mm_calloc(size, size);

    extern char cp_image_end[], cp_leave[], cp_resume[];
    unsigned cp_service(unsigned number, unsigned a, unsigned b, unsigned c);

    __attribute__((section(".control"), used)) struct {
      unsigned magic;
      void *image_end, *init, *malloc, *free, *realloc, *calloc, *leave;
      struct { void *offset; unsigned selector; } enter, resume;
      wide guest_stack, host_stack, host_return, host_service;
    } cp_control = {0x32337363, cp_image_end, mm_init, mm_malloc, mm_free, mm_realloc, mm_calloc, cp_leave,
      {0, 0x23}, {cp_resume, 0x23}};

    // To 64 bits and back. The last two are code of 64 bits: mov $0xc0000000, %r8d, and jmp *64(%r8) or jmp *72(%r8).
    __asm__(
      ".text\n"
      "cp_leave: ljmp $0x33, $cp_return\n"
      ".globl cp_service\n"
      "cp_service:\n"
      "  push %ebp\n  push %ebx\n  push %esi\n  push %edi\n"
      "  mov 20(%esp), %eax\n  mov 24(%esp), %edx\n  mov 28(%esp), %ecx\n  mov 32(%esp), %ebx\n"
      "  mov %esp, 0xc0000030\n"
      "  ljmp $0x33, $cp_serve\n"
      "cp_resume:\n"
      "  pop %edi\n  pop %esi\n  pop %ebx\n  pop %ebp\n"
      "  ret\n"
      "cp_return: .byte 0x41, 0xb8, 0, 0, 0, 0xc0, 0x41, 0xff, 0x60, 0x40\n"
      "cp_serve: .byte 0x41, 0xb8, 0, 0, 0, 0xc0, 0x41, 0xff, 0x60, 0x48\n"
      ".globl cp_leave, cp_resume\n");

    void mem_init(void) {}
    void mem_deinit(void) {}
    void *mem_sbrk(int count) { return (void *)cp_service(0, count, 0, 0); }
    void *mem_heap_lo(void) { return (void *)cp_service(1, 0, 0, 0); }
    void *mem_heap_hi(void) { return (void *)cp_service(2, 0, 0, 0); }
    size mem_heapsize(void) { return cp_service(3, 0, 0, 0); }
    void mem_reset_brk(void) { cp_service(4, 0, 0, 0); }
    size mem_pagesize(void) { return 4096; }
    int getpagesize(void) { return 4096; }
    void exit(int status) { cp_service(6, status, 0, 0); __builtin_unreachable(); }
    void _exit(int status) { exit(status); }
    void abort(void) { cp_service(7, 0, 0, 0); __builtin_unreachable(); }

    void *memcpy(void *to, const void *from, size count) {
      void *start = to;
      __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
      return start;
    }
    void *memset(void *to, int value, size count) {
      void *start = to;
      __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
      return start;
    }
    void *memmove(void *to, const void *from, size count) {
      if ((size)to - (size)from >= count) return memcpy(to, from, count);
      void *last = (char *)to + count - 1;
      const void *source = (const char *)from + count - 1;
      __asm__ volatile("std; rep movsb; cld" : "+D"(last), "+S"(source), "+c"(count) : : "memory");
      return to;
    }
    int memcmp(const void *left, const void *right, size count) {
      const unsigned char *a = left, *b = right;
      for (; count; count--, a++, b++) if (*a != *b) return *a - *b;
      return 0;
    }
    void bzero(void *to, size count) { memset(to, 0, count); }
    void *mem_memcpy(void *to, const void *from, size count) { return memcpy(to, from, count); }
    void *mem_memset(void *to, int value, size count) { return memset(to, value, count); }
    void *mm_memcpy(void *to, const void *from, size count) { return memcpy(to, from, count); }
    void *mm_memset(void *to, int value, size count) { return memset(to, value, count); }
    wide mem_read(const void *from, size count) {
      wide value = 0;
      memcpy(&value, from, count < sizeof value ? count : sizeof value);
      return value;
    }
    void mem_write(void *to, wide value, size count) { memcpy(to, &value, count < sizeof value ? count : sizeof value); }

    size strlen(const char *text) {
      size count = 0;
      while (text[count]) count++;
      return count;
    }
    char *strcpy(char *to, const char *from) { return memcpy(to, from, strlen(from) + 1); }
    int strncmp(const char *a, const char *b, size count) {
      for (; count; count--, a++, b++) if (*a != *b || !*a) return *(const unsigned char *)a - *(const unsigned char *)b;
      return 0;
    }
    int strcmp(const char *a, const char *b) { return strncmp(a, b, -1); }
    int abs(int value) { return value < 0 ? -value : value; }

    static int error;
    int *__errno_location(void) { return &error; }

    // Streams are descriptors.
    void *stdin = (void *)0, *stdout = (void *)1, *stderr = (void *)2;

    struct sink {
      int descriptor;
      char *text;
      size room, count;
    };
    static void add(struct sink *sink, const char *bytes, size count) {
      if (sink->descriptor >= 0) cp_service(5, sink->descriptor, (unsigned)bytes, count);
      for (size i = 0; i < count && sink->descriptor < 0; i++)
        if (sink->count + i + 1 < sink->room) sink->text[sink->count + i] = bytes[i];
      sink->count += count;
    }
    static void pad(struct sink *sink, char with, int count) { while (count-- > 0) add(sink, &with, 1); }

    static wide divided(wide value, wide by, wide *rest) {
      wide quotient = 0;
      *rest = 0;
      if (!by) __builtin_trap();
      for (int bit = 63; bit >= 0; bit--) {
        *rest = *rest << 1 | (value >> bit & 1);
        if (*rest >= by) {
          *rest -= by;
          quotient |= 1ull << bit;
        }
      }
      return quotient;
    }
    static char *digits(wide value, unsigned base, int upper, char *end) {
      wide rest;
      do {
        value = divided(value, base, &rest);
        *--end = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[rest];
      } while (value);
      return end;
    }

    // What allocators print with: flags - 0 + #, width, precision, lengths, and d i u x X o p c s f g e %.
    static int print(struct sink *sink, const char *form, arguments list) {
      while (*form) {
        const char *plain = form;
        while (*form && *form != '%') form++;
        add(sink, plain, form - plain);
        if (!*form++) break;
        int left = 0, zero = 0, plus = 0, alternate = 0, width = 0, precision = -1, length = 0;
        for (;; form++) {
          if (*form == '-') left = 1;
          else if (*form == '0') zero = 1;
          else if (*form == '+' || *form == ' ') plus = *form;
          else if (*form == '#') alternate = 1;
          else break;
        }
        if (*form == '*') { width = __builtin_va_arg(list, int); form++; }
        while (*form >= '0' && *form <= '9') width = width * 10 + *form++ - '0';
        if (width < 0) { left = 1; width = -width; }
        if (*form == '.') {
          precision = 0;
          if (*++form == '*') { precision = __builtin_va_arg(list, int); form++; }
          while (*form >= '0' && *form <= '9') precision = precision * 10 + *form++ - '0';
        }
        for (; *form == 'l' || *form == 'h' || *form == 'z' || *form == 't' || *form == 'j'; form++)
          length += *form == 'l' ? 1 : *form == 'j' ? 2 : 0;
        char buffer[72], *end = buffer + sizeof buffer, *text = end;
        const char *sign = "";
        size count;
        char kind = *form ? *form++ : 0;
        if (kind == 'd' || kind == 'i') {
          long long value = length > 1 ? __builtin_va_arg(list, long long) : __builtin_va_arg(list, int);
          text = digits(value < 0 ? -(wide)value : (wide)value, 10, 0, end);
          sign = value < 0 ? "-" : plus == '+' ? "+" : plus ? " " : "";
          count = end - text;
        } else if (kind == 'u' || kind == 'x' || kind == 'X' || kind == 'o' || kind == 'p') {
          wide value = kind == 'p' ? (size)__builtin_va_arg(list, void *)
            : length > 1 ? __builtin_va_arg(list, wide) : __builtin_va_arg(list, unsigned);
          text = digits(value, kind == 'u' ? 10 : kind == 'o' ? 8 : 16, kind == 'X', end);
          if (kind == 'p' || (alternate && kind != 'u' && value)) sign = kind == 'o' ? "0" : kind == 'X' ? "0X" : "0x";
          count = end - text;
        } else if (kind == 'f' || kind == 'g' || kind == 'e') {
          double value = __builtin_va_arg(list, double);
          if (value < 0) { sign = "-"; value = -value; }
          int places = precision < 0 ? 6 : precision < 9 ? precision : 9;
          wide scale = 1;
          for (int i = 0; i < places; i++) scale *= 10;
          wide rest, whole = divided((wide)(value * scale + 0.5), scale, &rest);
          if (places) {
            text = digits(rest, 10, 0, end);
            while (end - text < places) *--text = '0';
            *--text = '.';
          }
          text = digits(whole, 10, 0, text);
          count = end - text;
          precision = -1;
        } else if (kind == 'c') {
          *--text = (char)__builtin_va_arg(list, int);
          count = 1;
          zero = 0;
        } else if (kind == 's') {
          text = __builtin_va_arg(list, char *);
          if (!text) text = "(null)";
          for (count = 0; (precision < 0 || count < (size)precision) && text[count];) count++;
          zero = 0;
          precision = -1;
        } else {
          *--text = kind ? kind : '%';
          count = 1;
        }
        int zeros = precision > (int)count && kind != 'c' && kind != '%' ? precision - count : 0;
        int filled = strlen(sign) + zeros + count;
        if (zero && !left && precision < 0 && width > filled) { zeros += width - filled; filled = width; }
        if (!left) pad(sink, ' ', width - filled);
        add(sink, sign, strlen(sign));
        pad(sink, '0', zeros);
        add(sink, text, count);
        if (left) pad(sink, ' ', width - filled);
      }
      return sink->count;
    }

    int vfprintf(void *stream, const char *form, arguments list) {
      struct sink sink = {(int)stream, 0, 0, 0};
      return print(&sink, form, list);
    }
    int vprintf(const char *form, arguments list) { return vfprintf(stdout, form, list); }
    int vsnprintf(char *text, size room, const char *form, arguments list) {
      struct sink sink = {-1, text, room, 0};
      int count = print(&sink, form, list);
      if (room) text[count < (int)room ? count : (int)room - 1] = 0;
      return count;
    }
    #define CALLING(call) arguments list; __builtin_va_start(list, form); int count = call; __builtin_va_end(list); return count
    int printf(const char *form, ...) { CALLING(vprintf(form, list)); }
    int fprintf(void *stream, const char *form, ...) { CALLING(vfprintf(stream, form, list)); }
    int sprintf(char *text, const char *form, ...) { CALLING(vsnprintf(text, 1u << 30, form, list)); }
    int snprintf(char *text, size room, const char *form, ...) { CALLING(vsnprintf(text, room, form, list)); }
    int fputs(const char *text, void *stream) { return fprintf(stream, "%s", text); }
    int puts(const char *text) { return printf("%s\n", text); }
    int fputc(int character, void *stream) { fprintf(stream, "%c", character); return character; }
    int putc(int character, void *stream) { return fputc(character, stream); }
    int putchar(int character) { return fputc(character, stdout); }
    size fwrite(const void *bytes, size each, size count, void *stream) {
      cp_service(5, (unsigned)stream, (unsigned)bytes, each * count);
      return count;
    }
    int fflush(void *stream) { return 0; }
    void perror(const char *text) { fprintf(stderr, "%s: failed\n", text); }
    void __assert_fail(const char *what, const char *file, unsigned line, const char *function) {
      fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, what);
      abort();
    }

    // What compilers call for arithmetic on numbers of 64 bits.
    wide __udivdi3(wide a, wide b) { wide rest; return divided(a, b, &rest); }
    wide __umoddi3(wide a, wide b) { wide rest; divided(a, b, &rest); return rest; }
    static wide magnitude(long long value) { return value < 0 ? -(wide)value : (wide)value; }
    long long __divdi3(long long a, long long b) {
      wide quotient = __udivdi3(magnitude(a), magnitude(b));
      return (a < 0) == (b < 0) ? quotient : -quotient;
    }
    long long __moddi3(long long a, long long b) {
      wide rest = __umoddi3(magnitude(a), magnitude(b));
      return a < 0 ? -rest : rest;
    }

    """#
}
