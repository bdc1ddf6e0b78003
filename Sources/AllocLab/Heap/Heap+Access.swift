extension Heap {
  /// Where `byteCount` bytes at `address` lie in memory, once it is certain that they are inside the heap.
  @inlinable @inline(__always) func pointer(
    to address: Address, byteCount: Int, for access: HeapAccess
  ) -> UnsafeMutableRawPointer {
    // Two comparisons cannot overflow where one sum could: the offset is below `end` before the rest is measured.
    let end = unsafe counters.pointee.end
    guard UInt(bitPattern: address.offset) < UInt(bitPattern: end), byteCount == 1 || byteCount <= end &- address.offset
    else {
      stray(access, address, byteCount)
    }
    // Safe: the bytes address ..< address + byteCount have just been found to be inside the heap.
    let pointer = unsafe base + address.offset
    #if ALLOCLAB_PROBED
      if access == .load || access == .store {
        unsafe system.pointee.probe?.pointee.record(pointer, byteCount, isStore: access == .store)
      }
    #endif
    return unsafe pointer
  }

  @usableFromInline @inline(never) func stray(_ access: HeapAccess, _ address: Address, _ byteCount: Int) -> Never {
    unsafe system.pointee.report(
      StrayAccess(access: access, address: address.offset, byteCount: byteCount, heapEnd: end.offset))
    // No access outside may ever happen, whoever reports it: where the framework does not end the program, this does.
    fatalError("access outside the heap")
  }

  /// The value of type `type` at `address`, which need not be aligned.
  @inlinable public func load<T: BitwiseCopyable>(_ type: T.Type = T.self, at address: Address) -> T {
    unsafe pointer(to: address, byteCount: MemoryLayout<T>.size, for: .load).loadUnaligned(as: T.self)
  }

  /// Writes `value` at `address`, which need not be aligned.
  @inlinable public func store<T: BitwiseCopyable>(_ value: T, at address: Address) {
    unsafe pointer(to: address, byteCount: MemoryLayout<T>.size, for: .store).storeBytes(of: value, as: T.self)
  }

  /// Copies `byteCount` bytes from `source` to `destination`; the two ranges may overlap.
  ///
  /// - Complexity: O(`byteCount`).
  public func copy(from source: Address, to destination: Address, byteCount: Int) {
    precondition(byteCount >= 0, "a byte count is not negative")
    guard byteCount > 0 else { return }
    let from = unsafe pointer(to: source, byteCount: byteCount, for: .load)
    unsafe pointer(to: destination, byteCount: byteCount, for: .store).copyMemory(from: from, byteCount: byteCount)
  }

  /// Sets `byteCount` bytes from `address` on to `byte`.
  ///
  /// - Complexity: O(`byteCount`).
  public func fill(at address: Address, byteCount: Int, with byte: UInt8 = 0) {
    precondition(byteCount >= 0, "a byte count is not negative")
    guard byteCount > 0 else { return }
    unsafe pointer(to: address, byteCount: byteCount, for: .store)
      .initializeMemory(as: UInt8.self, repeating: byte, count: byteCount)
  }

  /// Sets what may be done with the pages that lie wholly inside `byteCount` bytes from `address`.
  ///
  /// - Returns: whether the system agreed.
  @discardableResult
  public func protect(_ protection: Protection, at address: Address, byteCount: Int) -> Bool {
    guard let (start, count) = wholePages(at: address, byteCount: byteCount, for: .protect) else { return true }
    return unsafe system.pointee.protect(base + start, count, protection)
  }

  /// Gives back the memory of the pages that lie wholly inside `byteCount` bytes from `address`; they read as zero again.
  ///
  /// The addresses stay yours: a page is committed anew when it is next touched.
  /// - Returns: the bytes given back, a multiple of the page size.
  @discardableResult
  public func decommit(at address: Address, byteCount: Int) -> Int {
    guard let (start, count) = wholePages(at: address, byteCount: byteCount, for: .decommit) else { return 0 }
    return unsafe system.pointee.decommit(base + start, count) ? count : 0
  }

  private func wholePages(at address: Address, byteCount: Int, for access: HeapAccess) -> (start: Int, count: Int)? {
    precondition(byteCount >= 0, "a byte count is not negative")
    guard byteCount > 0 else { return nil }
    _ = unsafe pointer(to: address, byteCount: byteCount, for: access)
    let start = address.alignedUp(to: Self.pageSize).offset
    let end = (address + byteCount).alignedDown(to: Self.pageSize).offset
    return start < end ? (start, end - start) : nil
  }
}

/// What an access to the heap does.
@frozen public enum HeapAccess: UInt8, Sendable {
  case load, store, protect, decommit
}

/// What may be done with a page.
@frozen public enum Protection: UInt8, Sendable {
  /// Any access to the page stops the program.
  case none
  /// A store to the page stops the program.
  case readOnly
  /// The page is as it was at first.
  case readWrite
}

/// An access that strayed outside the heap.
@frozen public struct StrayAccess: Sendable {
  /// What it would have done.
  public let access: HeapAccess
  /// The first byte that it asked for, from the heap's start; may be negative.
  public let address: Int
  /// How many bytes it asked for.
  public let byteCount: Int
  /// The heap's end at that time.
  public let heapEnd: Int
}
