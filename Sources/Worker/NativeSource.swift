internal import Glibc
internal import Vocabularies

/// The malloc of a shared library as a source of blocks; the worker's first argument names the library, `libc` this process's own.
///
/// Outcomes are the pointers themselves, so the judge can compare and time, but not look into payloads.
@safe @frozen public struct NativeSource: BlockSource, ~Copyable {
  @usableFromInline let malloc: @convention(c) (Int) -> UnsafeMutableRawPointer?
  @usableFromInline let free: @convention(c) (UnsafeMutableRawPointer?) -> Void
  @usableFromInline let realloc: @convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer?
  @usableFromInline let alignedAlloc: @convention(c) (Int, Int) -> UnsafeMutableRawPointer?

  public init(_ session: Session) {
    let name = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "libc"
    let library = unsafe name == "libc" ? nil : dlopen(name, RTLD_NOW | RTLD_LOCAL)
    func symbol(_ symbol: String) -> UnsafeMutableRawPointer {
      if let found = unsafe dlsym(library, symbol) { return unsafe found }
      let message = "alloclab worker: \(name) has no \(symbol), or cannot be loaded\n"
      _ = unsafe write(2, message, message.utf8.count)
      exit(70)
    }
    // Safe: the C standard gives these names these types.
    unsafe malloc = unsafeBitCast(symbol("malloc"), to: (@convention(c) (Int) -> UnsafeMutableRawPointer?).self)
    unsafe free = unsafeBitCast(symbol("free"), to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    unsafe realloc = unsafeBitCast(
      symbol("realloc"), to: (@convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer?).self)
    unsafe alignedAlloc = unsafeBitCast(
      symbol("aligned_alloc"), to: (@convention(c) (Int, Int) -> UnsafeMutableRawPointer?).self)
  }

  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    if alignment <= 16 { return unsafe word(malloc(size)) }
    return unsafe word(alignedAlloc(alignment, (size &+ alignment &- 1) & ~(alignment &- 1)))
  }

  @inlinable public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 {
    unsafe word(realloc(UnsafeMutableRawPointer(bitPattern: UInt(block)), size))
  }

  @inlinable public mutating func deallocate(_ block: UInt64) {
    unsafe free(UnsafeMutableRawPointer(bitPattern: UInt(block)))
  }

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
