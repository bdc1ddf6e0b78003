public import AllocLab
internal import Glibc
public import Vocabularies

/// What a driver is given: the heap, the trace's parameters, and the memory that it shares with the judge.
@safe public struct Session {
  /// The heap of the subject.
  public let heap: Heap
  /// The heap's first byte in this process.
  @usableFromInline let heapBase: UnsafeMutableRawPointer
  @usableFromInline let control: ControlPage
  /// `Channel.slotWords` words a slot: address, size and key; where nothing is written into blocks, an address alone.
  @usableFromInline let slots: UnsafeMutablePointer<UInt64>
  /// What may be done with the heap's pages.
  private let protections: PageProtections
  /// The first word of answers; there are as many as the control page says.
  let answers: UnsafeMutablePointer<UInt64>
  let tables: TableDirectory?
  /// Where the heap writes down what is accessed, if it is probed.
  @usableFromInline let probe: UnsafeMutablePointer<HeapProbe>

  init(
    heap: Heap, heapBase: UnsafeMutableRawPointer, control: ControlPage,
    slots: UnsafeMutablePointer<UInt64>, protections: PageProtections, answers: UnsafeMutablePointer<UInt64>,
    tables: TableDirectory?, probe: UnsafeMutablePointer<HeapProbe>
  ) {
    self.heap = heap
    unsafe self.probe = probe
    unsafe self.answers = answers
    self.tables = tables
    self.protections = protections
    unsafe self.heapBase = heapBase
    self.control = control
    unsafe self.slots = slots
  }

  /// The trace's parameter of that name, or nil where it has none.
  public func parameter(_ name: String) -> Int? { control.parameter(name) }

  /// Empties the heap for another subject of the same trace: its bytes are zero, its end is at 0, and it grows as it should.
  @usableFromInline func emptyHeap() {
    let end = min(heap.end.offset, heap.limit)
    guard end >= 0 else { return }
    if protections.areAny {
      unsafe _ = mprotect(heapBase, end, PROT_READ | PROT_WRITE)
      protections.clear()
    }
    // Safe: the heap's memory is mapped up to its limit.
    unsafe _ = memset(heapBase, 0, end)
    control.resetHeap()
  }

  /// Whether a program's access to a byte of the heap would be let through: it lies below the heap's end, in a page that is not protected.
  func mayAccess(_ address: Int) -> Bool {
    address >= 0 && address < min(heap.end.offset, heap.limit)
      && protections[address / Heap.pageSize] == .readWrite
  }

  /// Makes the heap refuse to grow.
  func inject(_ fault: GrowthFault) {
    // Safe: the heap's counters lie in the control page, which stays mapped.
    unsafe control.heapCounters.assumingMemoryBound(to: HeapCounters.self).pointee.inject(fault)
  }

  /// Tells the judge what the subject found wrong with itself after an operation; the first report stands.
  func report(finding: String, afterOperation index: UInt64) {
    control.report(finding: finding, afterOperation: index)
  }

  /// Tells the judge of damage; the first report stands.
  @usableFromInline func report(_ damage: DamageReport) { control.report(damage) }
}
