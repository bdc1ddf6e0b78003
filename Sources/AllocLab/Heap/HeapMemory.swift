/// A heap of a program's own, for trying an allocator out in a test or a playground.
///
///     let memory = HeapMemory(limit: 1 << 20)
///     var pool = PoolAllocator(heap: memory.heap, block: Layout(size: 48, alignment: 16))
///
/// The heap is valid for as long as this value lives. Its pages cannot be protected: `protect` answers false.
@safe public struct HeapMemory: ~Copyable {
  private let base: UnsafeMutableRawPointer
  private let counters: UnsafeMutablePointer<HeapCounters>
  private let system: UnsafeMutablePointer<HeapSystem>

  /// An empty heap that can grow to `limit` bytes.
  ///
  /// - Parameter seed: of the heap's random numbers, which are the same for the same seed.
  /// - Complexity: O(`limit`): the bytes are zeroed at once.
  public init(limit: Int, seed: UInt64 = 0) {
    precondition(limit >= 0, "a limit is not negative")
    unsafe base = .allocate(byteCount: max(limit, 1), alignment: Heap.pageSize)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: limit)
    unsafe counters = .allocate(capacity: 1)
    unsafe counters.initialize(to: HeapCounters(limit: limit, seed: seed))
    unsafe system = .allocate(capacity: 1)
    unsafe system.initialize(
      to: HeapSystem(
        report: { _ in },
        protect: { _, _, _ in false },
        decommit: { start, byteCount in
          // Safe: a heap asks only for pages inside itself.
          unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
          return true
        }))
  }

  deinit {
    unsafe system.deinitialize(count: 1)
    unsafe system.deallocate()
    unsafe counters.deallocate()
    unsafe base.deallocate()
  }

  /// Makes the heap refuse to grow, to see how an allocator bears it.
  public func inject(_ fault: GrowthFault) { unsafe counters.pointee.inject(fault) }

  /// The heap in this memory; all copies of it are the same heap.
  public var heap: Heap {
    unsafe Heap(base: base, counters: counters, system: UnsafePointer(system))
  }
}
