internal import CPlatform
internal import Glibc
internal import Vocabularies

/// The malloc of a shared library as a source of blocks; the worker's first argument names the library, `libc` this process's own.
///
/// Outcomes are the pointers themselves. The parameter `memory.limit` bounds what the process may take from the system, so that
/// an allocator meets the end of memory as it would anywhere: by a call that fails.
@safe @frozen public struct NativeSource: BlockSource, ~Copyable {
  @usableFromInline let malloc: @convention(c) (Int) -> UnsafeMutableRawPointer?
  @usableFromInline let free: @convention(c) (UnsafeMutableRawPointer?) -> Void
  @usableFromInline let calloc: (@convention(c) (Int, Int) -> UnsafeMutableRawPointer?)?
  @usableFromInline let realloc: (@convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer?)?
  @usableFromInline let alignedAlloc: (@convention(c) (Int, Int) -> UnsafeMutableRawPointer?)?
  /// The sizes of live blocks, for libraries that cannot reallocate.
  private var sizes: [UInt64: Int] = [:]

  public init(_ session: Session) {
    let name = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "libc"
    let library = unsafe name == "libc" ? nil : dlopen(name, RTLD_NOW | RTLD_LOCAL)
    if name != "libc", unsafe library == nil {
      let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "it cannot be loaded"
      Self.fail("\(name): \(reason)")
    }
    // A library's dependencies have such symbols too, but another's free is none for its blocks.
    func symbol(_ symbol: String) -> UnsafeMutableRawPointer? { unsafe cp_own_symbol(library, symbol) }
    guard let malloc = unsafe symbol("malloc"), let free = unsafe symbol("free") else {
      Self.fail("\(name) has no malloc and free")
    }
    // Safe, here and below: the C standard gives these names these types.
    unsafe self.malloc = unsafeBitCast(malloc, to: (@convention(c) (Int) -> UnsafeMutableRawPointer?).self)
    unsafe self.free = unsafeBitCast(free, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    unsafe calloc = symbol("calloc").map {
      unsafe unsafeBitCast($0, to: (@convention(c) (Int, Int) -> UnsafeMutableRawPointer?).self)
    }
    unsafe realloc = symbol("realloc").map {
      unsafe unsafeBitCast($0, to: (@convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer?).self)
    }
    let aligned = unsafe symbol("aligned_alloc") ?? symbol("memalign")
    unsafe alignedAlloc = aligned.map {
      unsafe unsafeBitCast($0, to: (@convention(c) (Int, Int) -> UnsafeMutableRawPointer?).self)
    }
    if let limit = session.parameter(AllocationVocabulary.memoryParameter) { Self.limitMemory(to: limit) }
  }

  private static func fail(_ reason: String) -> Never {
    let message = "alloclab worker: \(reason)\n"
    _ = unsafe write(2, message, message.utf8.count)
    exit(70)
  }

  /// From now on the system gives this process so many bytes, and no more.
  private static func limitMemory(to byteCount: Int) {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, rlim_t(dataBytes + max(byteCount, 0)))
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
  }

  /// What the kernel counts against that limit now: the sixth number of `/proc/self/statm`, in pages.
  private static var dataBytes: Int {
    let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = unsafe read(file, &text, text.count)
    let fields = text.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
    return fields.count > 5 ? (Int(String(decoding: fields[5], as: UTF8.self)) ?? 0) * 4096 : 0
  }

  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    if Self.isPlain(size, alignment), unsafe realloc != nil { return unsafe word(malloc(size)) }
    return allocateSeldom(size: size, alignment: alignment)
  }

  /// Whether malloc promises the alignment: 16, but for blocks that are smaller than that.
  @inlinable static func isPlain(_ size: Int, _ alignment: Int) -> Bool {
    alignment <= 8 || alignment == 16 && size >= 16
  }

  @usableFromInline @inline(never) mutating func allocateSeldom(size: Int, alignment: Int) -> UInt64 {
    let block: UInt64
    if Self.isPlain(size, alignment) {
      block = unsafe word(malloc(size))
    } else {
      // `aligned_alloc` wants a multiple of the alignment. A sum that wraps around asks for more than there is.
      let rounded = (size &+ alignment &- 1) & ~(alignment &- 1)
      block = unsafe alignedAlloc.map { unsafe word($0(alignment, rounded)) } ?? AllocationVocabulary.noAddress
    }
    if unsafe realloc == nil { sizes[block] = size }
    return block
  }

  public mutating func allocateZeroed(size: Int, alignment: Int) -> UInt64? {
    guard let calloc = unsafe calloc, Self.isPlain(size, alignment) else { return nil }
    let block = unsafe word(calloc(1, size))
    if unsafe realloc == nil { sizes[block] = size }
    return block
  }

  /// A block that is to have no bytes keeps one: to C, that would be its end.
  public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 {
    if let realloc = unsafe realloc {
      return unsafe word(realloc(UnsafeMutableRawPointer(bitPattern: UInt(block)), max(size, 1)))
    }
    guard let new = unsafe malloc(max(size, 1)), let old = unsafe UnsafeMutableRawPointer(bitPattern: UInt(block))
    else { return AllocationVocabulary.noAddress }
    // Safe: both blocks are as large as the smaller of the two sizes.
    unsafe new.copyMemory(from: old, byteCount: min(size, sizes.removeValue(forKey: block) ?? 0))
    unsafe free(old)
    sizes[unsafe word(new)] = size
    return unsafe word(new)
  }

  @inlinable public mutating func deallocate(_ block: UInt64) {
    unsafe free(UnsafeMutableRawPointer(bitPattern: UInt(block)))
  }

  @inlinable public static func pointer(to address: UInt64, in session: Session) -> UnsafeMutableRawPointer {
    // Safe: no live block has the null pointer's address.
    unsafe UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
  }

  /// A library may place its blocks anywhere; what is not there stops the worker at the first write.
  @inlinable public static func isInside(_ address: UInt64, size: Int, in session: Session) -> Bool { address != 0 }

  @inlinable func word(_ pointer: UnsafeMutableRawPointer?) -> UInt64 {
    // All ones, where malloc gives null: the word for a request that was refused.
    unsafe UInt64(UInt(bitPattern: pointer)) &- (pointer == nil ? 1 : 0)
  }
}

/// Serves every request with the same address: what a replay costs without an allocator.
@frozen public struct NullSource: BlockSource, ~Copyable {
  @inlinable public init(_ session: Session) {}
  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 { 0 }
  @inlinable public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 { 0 }
  @inlinable public mutating func deallocate(_ block: UInt64) {}
}
