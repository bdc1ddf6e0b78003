internal import AllocLab
internal import CPlatform
internal import Glibc
public import Vocabularies

/// An allocator with the interface of the CS:APP malloc lab, linked with this worker, as a source of blocks.
///
/// It works on the session's heap, mapped a second time at the address that the lab's driver has it at: so each run is like the one before,
/// and where that is below 2 GiB, pointers survive a cast to `int`.
@safe @frozen public struct CSAppSource: BlockSource, ~Copyable {
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let malloc: @convention(c) (Int) -> UnsafeMutableRawPointer?
  @usableFromInline let free: @convention(c) (UnsafeMutableRawPointer?) -> Void
  @usableFromInline let realloc: @convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer?
  @usableFromInline let calloc: (@convention(c) (Int, Int) -> UnsafeMutableRawPointer?)?
  /// Whether the next allocation or deallocation is made by `realloc`.
  @usableFromInline var goesByReallocation = false

  public init(_ session: Session) {
    let heap = session.heap
    let place = UInt(clamping: session.parameter(CSAppParameter.base) ?? CSAppParameter.lowBase)
    guard let mapped = unsafe cp_csapp_map(Channel.heapDescriptor, place, heap.limit) else {
      Self.fail("the heap's place in memory is taken")
    }
    unsafe base = mapped
    let context = UnsafeMutablePointer<Session>.allocate(capacity: 1)
    unsafe context.initialize(to: session)
    // Safe, here and below: the context is the session that was put there, and is never given back.
    var system = unsafe cp_csapp_heap(
      base: base.assumingMemoryBound(to: CChar.self),
      grow: { context, byteCount in
        let heap = unsafe context.assumingMemoryBound(to: Session.self).pointee.heap
        return heap.grow(by: Int(byteCount)).map { Int64($0.offset) } ?? -1
      },
      end: { unsafe Int64($0.assumingMemoryBound(to: Session.self).pointee.heap.end.offset) },
      reset: { context in
        unsafe context.assumingMemoryBound(to: Session.self).pointee.control.heapEnd = 0
      },
      context: UnsafeMutableRawPointer(context))
    unsafe cp_csapp_use(&system)
    // What it prints arrives, however the process ends.
    cp_csapp_print_at_once()
    let allocator = cp_csapp_linked()
    guard let initialize = unsafe allocator.`init`, let malloc = unsafe allocator.malloc,
      let free = unsafe allocator.free, let realloc = unsafe allocator.realloc
    else { Self.fail("mm_init, mm_malloc, mm_free or mm_realloc is missing") }
    unsafe self.malloc = malloc
    unsafe self.free = free
    unsafe self.realloc = realloc
    unsafe calloc = allocator.calloc
    let ranges = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 1)
    unsafe ranges.initialize(to: nil)
    let status = unsafe initialize(UnsafeMutableRawPointer(ranges))
    // Of a Boolean only the lowest byte means anything.
    if session.parameter(CSAppParameter.boolean) == 1 {
      if status & 0xff == 0 { Self.fail("mm_init returned false") }
    } else if status < 0 {
      Self.fail("mm_init returned \(status)")
    }
  }

  private static func fail(_ reason: String) -> Never {
    let message = "\(reason)\n"
    _ = unsafe write(2, message, message.utf8.count)
    exit(70)
  }

  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    guard goesByReallocation else { return unsafe word(malloc(size)) }
    goesByReallocation = false
    return unsafe word(realloc(nil, size))
  }

  public mutating func allocateZeroed(size: Int, alignment: Int) -> UInt64? {
    unsafe calloc.map { unsafe word($0(1, size)) }
  }

  @inlinable public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 {
    unsafe word(realloc(base + Int(truncatingIfNeeded: block), size))
  }

  /// What `realloc` to no bytes answers is not looked at: labs differ.
  @inlinable public mutating func deallocate(_ block: UInt64) {
    let pointer = unsafe base + Int(truncatingIfNeeded: block)
    guard goesByReallocation else { return unsafe free(pointer) }
    goesByReallocation = false
    _ = unsafe realloc(pointer, 0)
  }

  public mutating func freeNull() { free(nil) }

  @inlinable public mutating func goByReallocation() { goesByReallocation = true }

  /// The offset into the heap; one that no heap has where the pointer leads elsewhere, and all ones for null.
  @inlinable func word(_ pointer: UnsafeMutableRawPointer?) -> UInt64 {
    guard let pointer = unsafe pointer else { return AllocationVocabulary.noAddress }
    let offset = unsafe UInt64(UInt(bitPattern: pointer)) &- UInt64(UInt(bitPattern: base))
    return min(offset, AllocationVocabulary.noAddress - 1)
  }
}
