internal import AllocLab
internal import CPlatform
internal import Glibc
public import Vocabularies

/// What the judge asks for.
@usableFromInline struct Request {
  @usableFromInline let command: Channel.Command
  @usableFromInline let firstIndex: UInt64
  @usableFromInline let count: Int
}

/// The worker's end of the channel.
@safe @usableFromInline struct Server {
  @usableFromInline let control: ControlPage
  @usableFromInline let operations: UnsafePointer<UInt64>
  @usableFromInline let outcomes: UnsafeMutablePointer<UInt64>
  @usableFromInline let session: Session
  private let capacity: Int
  private let heapBase: UnsafeMutableRawPointer
  private let heapBytes: Int
  private let protections: PageProtections

  /// Maps the two inherited memories and says that the worker is ready; ends the process where they are not what they should be.
  @usableFromInline init() {
    let (channel, channelBytes) = unsafe Self.map(Channel.descriptor, populate: true)
    unsafe (heapBase, heapBytes) = unsafe Self.map(Channel.heapDescriptor, populate: false)
    let first = unsafe channel.assumingMemoryBound(to: UInt64.self)
    control = unsafe ControlPage(at: first)
    guard control.magic == Channel.magic else { Self.fail("the channel is not laid out") }
    let capacity = Int(clamping: control.capacity)
    let slotCount = Int(clamping: control.slotCount)
    guard
      capacity <= channelBytes / 16, slotCount <= channelBytes / Channel.slotBytes,
      control.answerWords <= UInt64(channelBytes / 8),
      Channel.byteCount(capacity: capacity, slotCount: slotCount, answerWords: Int(control.answerWords))
        <= channelBytes
    else { Self.fail("the channel is too small") }
    self.capacity = capacity
    // Safe: the four regions lie inside the channel, whose size has just been checked.
    let words = unsafe first + Channel.controlBytes / 8
    unsafe operations = UnsafePointer(words)
    unsafe outcomes = words + capacity
    guard let protections = PageProtections(pageCount: heapBytes / Heap.pageSize + 1) else {
      Self.fail("there is no memory for a table of the heap's pages")
    }
    self.protections = protections
    let probe = UnsafeMutablePointer<HeapProbe>.allocate(capacity: 1)
    unsafe probe.initialize(to: HeapProbe(base: heapBase))
    unsafe session = Session(
      heap: Self.makeHeap(control: control, heapBase: heapBase, protections, probe), heapBase: heapBase,
      control: control, slots: words + 2 * capacity, protections: protections,
      answers: words + 2 * capacity + Channel.slotWords * slotCount, tables: Self.tables(control), probe: probe)
    var report = unsafe Self.crashReport(control)
    unsafe cp_report_crashes(&report)
    respond()
  }

  /// The memory with the tables, if the judge has given any.
  private static func tables(_ control: ControlPage) -> TableDirectory? {
    guard control.tableBytes >= UInt64(TableDirectory.byteCount) else { return nil }
    let (base, byteCount) = unsafe map(TableDirectory.descriptor, populate: true, isReadOnly: true)
    guard byteCount >= control.tableBytes else { fail("the tables' memory is too small") }
    return unsafe TableDirectory(in: UnsafeMutableRawBufferPointer(start: base, count: byteCount))
  }

  private static func map(_ descriptor: Int32, populate: Bool, isReadOnly: Bool = false) -> (
    UnsafeMutableRawPointer, Int
  ) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { fail("descriptor \(descriptor) is not open") }
    let byteCount = Int(status.st_size)
    let mapped = unsafe mmap(
      nil, byteCount, isReadOnly ? PROT_READ : PROT_READ | PROT_WRITE,
      MAP_SHARED | (populate ? Int32(MAP_POPULATE) : Int32(MAP_NORESERVE)), descriptor, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      fail("descriptor \(descriptor) cannot be mapped")
    }
    return unsafe (mapped, byteCount)
  }

  private static func fail(_ reason: String) -> Never {
    // The judge sees the exit status, and says that the worker did not start.
    let message = "alloclab worker: \(reason)\n"
    _ = unsafe write(2, message, message.utf8.count)
    exit(70)
  }

  private static func crashReport(_ control: ControlPage) -> cp_crash_report {
    unsafe cp_crash_report(
      crash: control.crashWords, frame_count: control.frameCountWord, frames: control.frameWords,
      frame_limit: UInt64(ControlPage.frameLimit))
  }

  private static func makeHeap(
    control: ControlPage, heapBase: UnsafeMutableRawPointer, _ protections: PageProtections,
    _ probe: UnsafeMutablePointer<HeapProbe>
  ) -> Heap {
    let system = UnsafeMutablePointer<HeapSystem>.allocate(capacity: 1)
    unsafe system.initialize(
      to: HeapSystem(
        report: { access in
          var report = unsafe crashReport(control)
          unsafe cp_capture_frames(&report)
          control.report(
            ControlPage.Stray(
              access: Int(access.access.rawValue), address: access.address, byteCount: access.byteCount,
              heapEnd: access.heapEnd))
          _exit(71)
        },
        protect: { start, byteCount, protection in
          let flags =
            switch protection {
            case .none: PROT_NONE
            case .readOnly: PROT_READ
            case .readWrite: PROT_READ | PROT_WRITE
            }
          guard unsafe mprotect(start, byteCount, flags) == 0 else { return false }
          let first = unsafe (start - heapBase) / Heap.pageSize
          protections.set(protection, pages: first..<first + byteCount / Heap.pageSize)
          return true
        },
        decommit: { start, byteCount in unsafe madvise(start, byteCount, Int32(MADV_REMOVE)) == 0 }, probe: probe))
    // Safe: both pointers stay valid for as long as the process lives.
    return unsafe Heap(
      base: heapBase,
      counters: control.heapCounters.assumingMemoryBound(to: HeapCounters.self),
      system: system)
  }

  /// Empties the heap for a new subject. The judge zeroes its bytes.
  @usableFromInline func reset() {
    control.resetHeap()
    unsafe _ = mprotect(heapBase, heapBytes, PROT_READ | PROT_WRITE)
    protections.clear()
  }

  /// Tells the judge that what it asked for is done.
  @usableFromInline func respond() {
    let word = unsafe control.response
    unsafe cp_store_release(word, cp_load_acquire(word) &+ 1)
    unsafe cp_futex_wake(word)
  }

  /// Waits for the judge. Spinning for a little while saves a system call, but costs CPU time that a timed replay would show.
  @usableFromInline func nextRequest(spinning: Bool) -> Request {
    let request = unsafe control.request
    let done = unsafe cp_load_acquire(control.response) &- 1
    var rounds = spinning ? 400 : 0
    while unsafe cp_load_acquire(request) == done {
      if rounds > 0 {
        rounds -= 1
        cp_pause()
      } else {
        _ = unsafe cp_futex_wait(request, done, -1)
      }
    }
    control.answersUsed = 0
    guard let command = Channel.Command(rawValue: control.command) else {
      Self.fail("unknown command")
    }
    return Request(
      command: command, firstIndex: control.firstIndex, count: min(Int(clamping: control.count), capacity))
  }

  @usableFromInline static func cycles() -> UInt64 { cp_cycles() }
}
