import AllocLab

/// A debug allocator: every block between two tags, behind a record, in a chunk that is never anything else; ended blocks wait in a queue.
///
/// **Idea.** Damage can be found where it is known what the bytes should be. So the bytes around a block hold one pattern, those of a block that
/// has ended another, and nobody uses them until that was looked at. What is known of a block lies in front of its tag, where the program
/// does not write. A map says where chunks begin, so that any address finds the block that it is in or near.
///
/// **The heap**, grown to its limit at once, since pages cost nothing until they are touched:
///
///     0          512                    chunks                         fresh                limit
///     +----------+----------------------+--------+-----+------------+--+ - - - - - - - - - -+
///     | lists    | map: a bit for each  | chunk  | … chunk …            |  never used        |
///     | of free  | 16 bytes of the heap |        |                      |                    |
///     +----------+----------------------+--------+-----+------------+--+ - - - - - - - - - -+
///
/// **A chunk** has one of four sizes in each doubling, and keeps it. It begins and ends at multiples of 16.
///
///     +0                        +32        +48                       +48 + size
///     +-------------------------+----------+=========================+----------+- - - - +
///     | record                  | tag      | block                   | tag      |        |
///     +-------------------------+----------+=========================+----------+- - - - +
///
/// **A record** is three words; the link leads to the next free chunk of that size, or to the kept block that ended next:
///
///      63            56 55     48 47               32 31                0
///     +----------------+---------+-------------------+------------------+
///     | link / 16                                    | size             |
///     +----------------+---------+-------------------+------------------+
///     | state, family  | class   | file              | line             |    where it was made
///     +----------------+---------+-------------------+------------------+
///     |                          | file              | line             |    where it was ended
///     +----------------+---------+-------------------+------------------+
///
/// **Invariants.** Chunks lie one behind the other, and each begins where the map has a bit. A chunk is live, kept or free; what is kept is in the
/// queue, oldest first, and its charges are those that are counted; what is free is in the list of its class. No byte of a kept block
/// or of a tag has changed but by the program.
///
/// **Costs.** O(size) for a block that is made, ended or let go: bytes are filled twice and looked at once, eight at a time. 64 bytes a block, and
/// a quarter of what is left by rounding. An address that is no block's first byte is looked for in the map, 64 times 16 bytes at a time.
///
/// Source: the debug heap of Microsoft's C library (CRT), whose patterns these are; Hastings and Joyce, "Purify", USENIX Winter 1992, for tags and
/// delayed reuse; Serebryany et al., "AddressSanitizer", USENIX ATC 2012, for the queue.
public struct DebugHeap: DebugAllocator, ~Copyable {
  /// What becomes of a chunk.
  enum State: UInt64 { case free, live, kept }

  static var recordBytes: Int { 32 }
  static var tagBytes: Int { 16 }
  static var front: Int { 48 }
  private static var tagWord: UInt64 { 0xfdfd_fdfd_fdfd_fdfd }
  private static var freedWord: UInt64 { UInt64(freed) &* 0x0101_0101_0101_0101 }
  private static var map: Int { 512 }

  let heap: Heap
  /// Where the first chunk begins.
  let chunks: Int
  /// Where what was never used begins.
  private(set) var unused: Int
  /// The kept blocks' chunks; 0 is none.
  private(set) var (oldest, youngest) = (0, 0)
  /// Their charges.
  private(set) var keptBytes = 0

  public init(heap: Heap) {
    self.heap = heap
    chunks = (Self.map + heap.limit / 128 + 64) & ~15
    unused = chunks
    _ = heap.grow(by: heap.limit)
  }

  // MARK: - What the program asks for

  public mutating func allocate(_ size: Int, as family: BlockFamily, at site: Site) -> Address? {
    guard let chunk = takeChunk(size) else { return nil }
    let start = Address(chunk + Self.front)
    setLink(0, size: size, of: chunk)
    setMade(.live, family, at: site, of: chunk)
    heap.fill(at: start, byteCount: size, with: Self.fresh)
    writeTag(at: start - Self.tagBytes)
    writeTag(at: start + size)
    return start
  }

  public mutating func deallocate(
    _ address: Address, as family: BlockFamily, at site: Site, reporting reports: inout MisuseReportList
  ) {
    guard let chunk = liveChunk(at: address) else {
      return reportWrongFree(address, at: site, &reports)
    }
    lookOver(chunk, family, at: site, &reports)
    end(chunk, at: site, &reports)
  }

  public mutating func reallocate(
    _ address: Address, to size: Int, at site: Site, reporting reports: inout MisuseReportList
  ) -> Address? {
    guard let chunk = liveChunk(at: address) else {
      reportWrongFree(address, at: site, &reports)
      return nil
    }
    lookOver(chunk, .malloc, at: site, &reports)
    guard let new = allocate(size, as: .malloc, at: site) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(size, self.size(chunk)))
    end(chunk, at: site, &reports)
    return new
  }

  public mutating func check(at site: Site, reporting reports: inout MisuseReportList) {
    var chunk = chunks
    while chunk < unused {
      if state(chunk) != .free { lookForDamage(chunk, at: site, &reports) }
      chunk += Self.bytes(ofClass: sizeClass(chunk))
    }
  }

  public mutating func shutDown(at site: Site, reporting reports: inout MisuseReportList) {
    check(at: site, reporting: &reports)
    var chunk = chunks
    while chunk < unused {
      if state(chunk) == .live { reports.append(report(.leak, chunk, at: site)) }
      chunk += Self.bytes(ofClass: sizeClass(chunk))
    }
  }

  // MARK: - Damage

  /// Tells what is wrong with a live block that is to end.
  private func lookOver(_ chunk: Int, _ family: BlockFamily, at site: Site, _ reports: inout MisuseReportList) {
    lookForDamage(chunk, at: site, &reports)
    if self.family(chunk) != family.rawValue { reports.append(report(.mismatchedFree, chunk, at: site)) }
  }

  /// Tells damage of a live or kept block, and mends it.
  private func lookForDamage(_ chunk: Int, at site: Site, _ reports: inout MisuseReportList) {
    let (start, size) = (Address(chunk + Self.front), size(chunk))
    lookForDamage(.underflow, chunk, start - Self.tagBytes, Self.tagBytes, Self.tagWord, at: site, &reports)
    lookForDamage(.overflow, chunk, start + size, Self.tagBytes, Self.tagWord, at: site, &reports)
    guard state(chunk) == .kept else { return }
    lookForDamage(.writeAfterFree, chunk, start, size, Self.freedWord, at: site, &reports)
  }

  @inline(__always) private func lookForDamage(
    _ kind: MisuseReport.Kind, _ chunk: Int, _ start: Address, _ count: Int, _ word: UInt64, at site: Site,
    _ reports: inout MisuseReportList
  ) {
    let place = soundBytes(at: start, count, word)
    if place < count { tell(kind, chunk, start, from: place, count, word, at: site, &reports) }
  }

  /// How many of the bytes are certainly as they were left: all of them, or those before the words with the first that is not.
  @inline(__always) private func soundBytes(at start: Address, _ count: Int, _ word: UInt64) -> Int {
    var place = 0
    while place + 32 <= count, heap.load(FourWords.self, at: start + place).areAll(word) { place += 32 }
    if place + 16 <= count, heap.load(TwoWords.self, at: start + place).areAll(word) { place += 16 }
    if place + 8 <= count, heap.load(UInt64.self, at: start + place) == word { place += 8 }
    guard place < count, place + 8 > count, count >= 8 else { return place }
    // The last word again, with bytes before it, rather than what is left one by one.
    return heap.load(UInt64.self, at: start + (count - 8)) == word ? count : place
  }

  /// Read at once, since each access asks whether it is inside the heap.
  private struct TwoWords: BitwiseCopyable {
    let a, b: UInt64

    @inline(__always) func areAll(_ word: UInt64) -> Bool { (a ^ word) | (b ^ word) == 0 }
  }

  private struct FourWords: BitwiseCopyable {
    let a, b: TwoWords

    @inline(__always) func areAll(_ word: UInt64) -> Bool { a.areAll(word) && b.areAll(word) }
  }

  /// Tells damage of which nothing is known but that no byte before `first` is damaged.
  @inline(never) private func tell(
    _ kind: MisuseReport.Kind, _ chunk: Int, _ start: Address, from first: Int, _ count: Int, _ word: UInt64,
    at site: Site, _ reports: inout MisuseReportList
  ) {
    var place = first
    let byte = UInt8(truncatingIfNeeded: word)
    while place < count, heap.load(UInt8.self, at: start + place) == byte { place += 1 }
    guard place < count else { return }
    var last = count - 1
    while heap.load(UInt8.self, at: start + last) == byte { last -= 1 }
    var report = report(kind, chunk, at: site)
    report.offset = start + place - Address(chunk + Self.front)
    report.count = last - place + 1
    reports.append(report)
    heap.fill(at: start + place, byteCount: report.count, with: byte)
  }

  private func writeTag(at place: Address) {
    heap.store(Self.tagWord, at: place)
    heap.store(Self.tagWord, at: place + 8)
  }

  // MARK: - Ends

  private func reportWrongFree(_ address: Address, at site: Site, _ reports: inout MisuseReportList) {
    guard let chunk = owner(of: address) else {
      return reports.append(MisuseReport(.wildFree, block: address, foundAt: site))
    }
    let distance = address - Address(chunk + Self.front)
    var report = report(distance == 0 ? .doubleFree : .innerFree, chunk, at: site)
    report.offset = distance
    reports.append(report)
  }

  /// Makes a live block a kept one, and lets the oldest go that are too many.
  private mutating func end(_ chunk: Int, at site: Site, _ reports: inout MisuseReportList) {
    let size = size(chunk)
    setEnded(at: site, of: chunk)
    heap.fill(at: Address(chunk + Self.front), byteCount: size, with: Self.freed)
    if youngest == 0 { oldest = chunk } else { setLink(chunk, size: self.size(youngest), of: youngest) }
    youngest = chunk
    keptBytes += Self.charge(size)
    while keptBytes > heap.limit / 16 { letOldestGo(at: site, &reports) }
  }

  private mutating func letOldestGo(at site: Site, _ reports: inout MisuseReportList) {
    let chunk = oldest
    lookForDamage(chunk, at: site, &reports)
    oldest = link(chunk)
    if oldest == 0 { youngest = 0 }
    keptBytes -= Self.charge(size(chunk))
    setState(.free, of: chunk)
    let list = Self.list(sizeClass(chunk))
    setLink(Int(heap.load(UInt32.self, at: list)) << 4, size: 0, of: chunk)
    heap.store(UInt32(truncatingIfNeeded: chunk >> 4), at: list)
  }

  static func charge(_ size: Int) -> Int { size + 64 }

  private func report(_ kind: MisuseReport.Kind, _ chunk: Int, at site: Site) -> MisuseReport {
    MisuseReport(
      kind, block: Address(chunk + Self.front), size: size(chunk), allocatedAt: Self.site(made(chunk)),
      freedAt: state(chunk) == .kept ? Self.site(ended(chunk)) : nil, foundAt: site)
  }

  // MARK: - Chunks

  /// A chunk for a block of that size, one that was used before or the first of those that never were.
  private mutating func takeChunk(_ size: Int) -> Int? {
    guard size <= heap.limit else { return nil }
    let sizeClass = Self.sizeClass(of: size + Self.front + Self.tagBytes)
    let list = Self.list(sizeClass)
    let first = Int(heap.load(UInt32.self, at: list)) << 4
    if first != 0 {
      heap.store(UInt32(truncatingIfNeeded: link(first) >> 4), at: list)
      return first
    }
    let byteCount = Self.bytes(ofClass: sizeClass)
    guard byteCount <= heap.limit - unused else { return nil }
    let chunk = unused
    unused += byteCount
    setSizeClass(sizeClass, of: chunk)
    let place = Address(Self.map + (chunk >> 10) << 3)
    heap.store(heap.load(UInt64.self, at: place) | 1 << UInt64(chunk >> 4 & 63), at: place)
    return chunk
  }

  /// The class of the smallest chunks that have so many bytes.
  static func sizeClass(of byteCount: Int) -> Int {
    let units = (byteCount + 15) >> 4
    guard units > 4 else { return 0 }
    let shift = Int.bitWidth - 3 - (units - 1).leadingZeroBitCount
    return 4 * shift + (units - 1) >> shift - 3
  }

  static func bytes(ofClass sizeClass: Int) -> Int {
    sizeClass == 0 ? 64 : ((sizeClass - 1) & 3 + 5) << (4 + (sizeClass - 1) >> 2)
  }

  static func list(_ sizeClass: Int) -> Address { Address(4 * sizeClass) }

  /// The chunk of the live block that begins at an address.
  private func liveChunk(at address: Address) -> Int? {
    // Below, and compared first: addresses may be any number.
    guard address.offset & 15 == 0, address.offset >= chunks + Self.front, address.offset < unused else { return nil }
    let chunk = address.offset - Self.front
    return isChunk(chunk) && state(chunk) == .live ? chunk : nil
  }

  func isChunk(_ place: Int) -> Bool {
    heap.load(UInt64.self, at: Address(Self.map + (place >> 10) << 3)) >> UInt64(place >> 4 & 63) & 1 == 1
  }

  /// The chunk of the live or kept block whose byte an address is, or whose tags'.
  private func owner(of address: Address) -> Int? {
    guard address.offset >= chunks, address.offset < unused else { return nil }
    var place = Self.map + (address.offset >> 10) << 3
    let above = UInt64(63 - (address.offset >> 4) & 63)
    var bits = (heap.load(UInt64.self, at: Address(place)) << above) >> above
    while bits == 0 {
      place -= 8
      bits = heap.load(UInt64.self, at: Address(place))
    }
    let chunk = (place - Self.map) << 7 + (63 - bits.leadingZeroBitCount) << 4
    let start = chunk + Self.front
    guard state(chunk) != .free, address.offset >= start - Self.tagBytes,
      address.offset < start + size(chunk) + Self.tagBytes
    else { return nil }
    return chunk
  }

  // MARK: - Records

  func size(_ chunk: Int) -> Int { Int(heap.load(UInt32.self, at: Address(chunk))) }
  func link(_ chunk: Int) -> Int { Int(heap.load(UInt32.self, at: Address(chunk + 4))) << 4 }
  private func setLink(_ next: Int, size: Int, of chunk: Int) {
    heap.store(UInt64(next >> 4) << 32 | UInt64(size), at: Address(chunk))
  }

  private func made(_ chunk: Int) -> UInt64 { heap.load(UInt64.self, at: Address(chunk + 8)) }
  private func ended(_ chunk: Int) -> UInt64 { heap.load(UInt64.self, at: Address(chunk + 16)) }
  private func family(_ chunk: Int) -> UInt8 { UInt8(truncatingIfNeeded: made(chunk) >> 60) }
  func state(_ chunk: Int) -> State { State(rawValue: made(chunk) >> 56 & 15) ?? .free }
  func sizeClass(_ chunk: Int) -> Int { Int(made(chunk) >> 48 & 0xff) }

  private func setMade(_ state: State, _ family: BlockFamily, at site: Site, of chunk: Int) {
    let kind = UInt64(family.rawValue) << 60 | state.rawValue << 56
    heap.store(kind | made(chunk) & 0xff << 48 | Self.word(site), at: Address(chunk + 8))
  }

  private func setState(_ state: State, of chunk: Int) {
    heap.store(made(chunk) & ~(15 << 56) | state.rawValue << 56, at: Address(chunk + 8))
  }

  private func setSizeClass(_ sizeClass: Int, of chunk: Int) {
    heap.store(UInt64(sizeClass) << 48, at: Address(chunk + 8))
  }

  private func setEnded(at site: Site, of chunk: Int) {
    setState(.kept, of: chunk)
    heap.store(Self.word(site), at: Address(chunk + 16))
  }

  private static func word(_ site: Site) -> UInt64 { UInt64(site.file) << 32 | UInt64(site.line) }

  private static func site(_ word: UInt64) -> Site {
    Site(file: UInt16(truncatingIfNeeded: word >> 32), line: UInt32(truncatingIfNeeded: word))
  }
}
