// The calls that a program makes, each passed on to glibc and written down. Everything here runs for every call: it
// takes no lock, makes no system call and allocates nothing, and on most calls writes eight bytes.
import InterposeC

@c(interpose_malloc)
public func malloc(size: UInt) -> UnsafeMutableRawPointer? {
  let block = unsafe __libc_malloc(Int(bitPattern: size))
  unsafe Stream.append(.allocate, block, size: size)
  return unsafe block
}

@c(interpose_calloc)
public func calloc(count: UInt, size: UInt) -> UnsafeMutableRawPointer? {
  let block = unsafe __libc_calloc(Int(bitPattern: count), Int(bitPattern: size))
  // A product that overflows gave no block.
  unsafe Stream.append(.allocateZeroed, block, size: count &* size)
  return unsafe block
}

@c(interpose_memalign)
public func memalign(alignment: UInt, size: UInt) -> UnsafeMutableRawPointer? {
  let block = unsafe __libc_memalign(Int(bitPattern: alignment), Int(bitPattern: size))
  // glibc rounds up to a power of two.
  let shift = alignment <= 1 ? 0 : UInt.bitWidth &- (alignment &- 1).leadingZeroBitCount
  unsafe Stream.append(.allocate, block, size: size, alignmentShift: UInt64(truncatingIfNeeded: shift))
  return unsafe block
}

@c(interpose_realloc)
public func realloc(block: UnsafeMutableRawPointer?, size: UInt) -> UnsafeMutableRawPointer? {
  guard let block = unsafe block else { return unsafe malloc(size: size) }
  if size == 0 {
    unsafe free(block: block)
    return nil
  }
  unsafe Stream.append(.moveFrom, block)
  let moved = unsafe __libc_realloc(block, Int(bitPattern: size))
  if unsafe moved == nil {
    unsafe Stream.append(.moveFailed, block, size: 0)
  } else {
    unsafe Stream.append(.moveTo, moved, size: size)
  }
  return unsafe moved
}

@c(interpose_free)
public func free(block: UnsafeMutableRawPointer?) {
  guard let block = unsafe block else { return }
  unsafe Stream.append(.deallocate, block)
  unsafe __libc_free(block)
}

@c(interpose_start)
public func start() {
  _ = unsafe Stream.refilled()
}
