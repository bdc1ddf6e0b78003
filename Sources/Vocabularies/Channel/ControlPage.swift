/// The control page at the start of a channel: its fields by name and type, for both sides of the wall.
///
/// Each read is one load of a word. What the judge reads is the worker's claim; what the numbers may be is checked where they
/// are used.
///
///     words    0 …  7   magic, request, response, command, first index, count, capacity, slot count
///             11        the operation that the worker is at
///             12 … 16   damage
///             20 … 24   stray access
///             26 … 62   crash: signal, address, frames
///             64 … 158  parameters
///            160        the vocabulary's driver
///            168 … 174  the heap's counters
///            176 … 178  words of answers that there is room for, bytes of the tables' memory, words of answers used
///            190 … 511  what the subject found wrong with itself
@safe @frozen public struct ControlPage {
  @usableFromInline let words: UnsafeMutablePointer<UInt64>

  /// - Parameter words: the first word of a channel's memory, which outlives this value.
  @unsafe @inlinable public init(at words: UnsafeMutablePointer<UInt64>) { unsafe self.words = words }

  /// The places of the fields that others point to.
  @usableFromInline enum Place {
    @usableFromInline static let request = 1
    @usableFromInline static let response = 2
    @usableFromInline static let current = 11
    @usableFromInline static let damage = 12
    @usableFromInline static let stray = 20
    @usableFromInline static let crash = 26
    @usableFromInline static let frameCount = 30
    @usableFromInline static let frames = 31
    @usableFromInline static let parameterCount = 64
    @usableFromInline static let parameters = 65
    @usableFromInline static let driver = 160
    @usableFromInline static let heap = 168
    @usableFromInline static let answers = 176
    @usableFromInline static let tables = 177
    @usableFromInline static let answersUsed = 178
    @usableFromInline static let finding = 190
    @usableFromInline static let findingText = 192
  }

  /// Parameters that fit.
  public static let parameterLimit = 47
  /// Return addresses of a crash that fit.
  public static let frameLimit = 32
  /// Bytes of a finding that fit.
  public static let findingLimit = 8 * (Channel.controlBytes / 8 - Place.findingText)

  // Safe, here and in all fields: every place is below the page's 512 words.
  @inlinable func word(_ place: Int) -> UInt64 { unsafe words[place] }
  @inlinable func set(_ place: Int, _ value: UInt64) { unsafe words[place] = value }

  // MARK: - The judge's words

  /// `Channel.magic` once the page is laid out.
  public var magic: UInt64 {
    get { word(0) }
    nonmutating set { set(0, newValue) }
  }

  /// A command's raw value.
  public var command: UInt64 {
    get { word(3) }
    nonmutating set { set(3, newValue) }
  }

  /// The index, in the trace, of the first operation in the channel.
  public var firstIndex: UInt64 {
    get { word(4) }
    nonmutating set { set(4, newValue) }
  }

  /// Operations in the channel.
  public var count: UInt64 {
    get { word(5) }
    nonmutating set { set(5, newValue) }
  }

  /// Operations that the channel has room for.
  public var capacity: UInt64 {
    get { word(6) }
    nonmutating set { set(6, newValue) }
  }

  /// Slots behind the outcomes.
  public var slotCount: UInt64 {
    get { word(7) }
    nonmutating set { set(7, newValue) }
  }

  /// The trace's parameters, by the hashes of their names; at most `parameterLimit`.
  public func setParameters(_ parameters: [(name: String, value: Int)]) {
    precondition(parameters.count <= Self.parameterLimit, "the parameters fit into the control page")
    for (number, parameter) in parameters.enumerated() {
      set(Place.parameters + 2 * number, Channel.hash(ofParameter: parameter.name))
      set(Place.parameters + 2 * number + 1, UInt64(bitPattern: Int64(parameter.value)))
    }
    set(Place.parameterCount, UInt64(parameters.count))
  }

  /// The parameter of that name, or nil where there is none.
  public func parameter(_ name: String) -> Int? {
    let hash = Channel.hash(ofParameter: name)
    let count = min(word(Place.parameterCount), UInt64(Self.parameterLimit))
    for pair in 0..<Int(count) where word(Place.parameters + 2 * pair) == hash {
      return Int(truncatingIfNeeded: word(Place.parameters + 2 * pair + 1))
    }
    return nil
  }

  /// The most bytes that the heap may hold.
  public var heapLimit: UInt64 {
    get { word(Place.heap + 1) }
    nonmutating set { set(Place.heap + 1, newValue) }
  }

  /// Words of answers that the channel has room for.
  public var answerWords: UInt64 {
    get { word(Place.answers) }
    nonmutating set { set(Place.answers, newValue) }
  }

  /// Bytes of the memory that `TableDirectory` lays out; 0 where there is none.
  public var tableBytes: UInt64 {
    get { word(Place.tables) }
    nonmutating set { set(Place.tables, newValue) }
  }

  /// From where the heap's random numbers go on; from one subject to the next of the same trace they do.
  public var heapSeed: UInt64 {
    get { word(Place.heap + 6) }
    nonmutating set { set(Place.heap + 6, newValue) }
  }

  // MARK: - The worker's words

  /// The index of the operation that the worker is at.
  @inlinable public var current: UInt64 {
    get { word(Place.current) }
    nonmutating set { set(Place.current, newValue) }
  }

  /// Left to the vocabulary's driver.
  @inlinable public var driver: UInt64 {
    get { word(Place.driver) }
    nonmutating set { set(Place.driver, newValue) }
  }

  /// Words of answers that the request's operations have taken so far.
  public var answersUsed: UInt64 {
    get { word(Place.answersUsed) }
    nonmutating set { set(Place.answersUsed, newValue) }
  }

  /// Where the heap ends.
  public var heapEnd: UInt64 {
    get { word(Place.heap) }
    nonmutating set { set(Place.heap, newValue) }
  }

  /// Makes the heap empty and forgets its faults; the limit stays, and random numbers go on.
  public func resetHeap() {
    heapEnd = 0
    for place in 2..<6 { set(Place.heap + place, 0) }
  }

  /// What the worker's own checks found first since the subject began; nil where nothing, or no report is there.
  public var damage: DamageReport? { DamageReport(words: (0..<5).map { word(Place.damage + $0) }) }

  /// Reports damage; the first report stands.
  public func report(_ damage: DamageReport) {
    guard word(Place.damage) == 0 else { return }
    for (place, value) in damage.words.enumerated() { set(Place.damage + place, value) }
  }

  /// Forgets what was reported of an earlier subject.
  public func clearReports() {
    for place in 0..<5 { set(Place.damage + place, 0) }
    set(Place.finding, 0)
  }

  /// An access outside the heap.
  public struct Stray {
    public let access, address, byteCount, heapEnd: Int

    public init(access: Int, address: Int, byteCount: Int, heapEnd: Int) {
      self.access = access
      self.address = address
      self.byteCount = byteCount
      self.heapEnd = heapEnd
    }
  }

  /// The access that ended the worker, if one did.
  public var stray: Stray? {
    guard word(Place.stray) == 1 else { return nil }
    let values = (1...4).map { Int(truncatingIfNeeded: word(Place.stray + $0)) }
    return Stray(access: values[0], address: values[1], byteCount: values[2], heapEnd: values[3])
  }

  public func report(_ stray: Stray) {
    set(Place.stray + 1, UInt64(bitPattern: Int64(stray.access)))
    set(Place.stray + 2, UInt64(bitPattern: Int64(stray.address)))
    set(Place.stray + 3, UInt64(bitPattern: Int64(stray.byteCount)))
    set(Place.stray + 4, UInt64(bitPattern: Int64(stray.heapEnd)))
    set(Place.stray, 1)
  }

  /// The signal that ended the worker, and the address that it was about; zeros where none did.
  public var crash: (signal: UInt64, address: UInt64) { (word(Place.crash), word(Place.crash + 1)) }

  /// Return addresses at the worker's end, each relative to where the program was loaded.
  public var frames: [UInt64] {
    let count = min(word(Place.frameCount), UInt64(Self.frameLimit))
    return (0..<Int(count)).map { word(Place.frames + $0) }
  }

  /// What the subject found wrong with itself, and after which operation: bytes that should be UTF-8.
  public var finding: (operation: UInt64, text: [UInt8])? {
    let operation = word(Place.finding)
    guard operation > 0 else { return nil }
    let length = Int(min(word(Place.finding + 1), UInt64(Self.findingLimit)))
    let bytes = (0..<(length + 7) / 8).flatMap { place in
      let word = word(Place.findingText + place)
      return (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    return (operation - 1, Array(bytes.prefix(length)))
  }

  /// Reports a finding; the first one stands. What does not fit is cut off.
  public func report(finding: String, afterOperation index: UInt64) {
    guard word(Place.finding) == 0 else { return }
    var length = 0
    var packed: UInt64 = 0
    for byte in finding.utf8.prefix(Self.findingLimit) {
      packed |= UInt64(byte) << UInt64(8 * (length % 8))
      length += 1
      if length % 8 == 0 {
        set(Place.findingText + length / 8 - 1, packed)
        packed = 0
      }
    }
    if length % 8 > 0 { set(Place.findingText + length / 8, packed) }
    set(Place.finding + 1, UInt64(length))
    set(Place.finding, index &+ 1)
  }

  // MARK: - What others point to

  // Each is the low half of a word, little-endian; nobody uses the word as a whole.

  /// Counts requests: a futex.
  public var request: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutableRawPointer(words + Place.request).assumingMemoryBound(to: UInt32.self)
  }

  /// Counts responses: a futex. The first says that the worker is ready.
  public var response: UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutableRawPointer(words + Place.response).assumingMemoryBound(to: UInt32.self)
  }

  /// `HeapCounters`: end, limit, calls of grow, three words for faults, and the state of random numbers.
  public var heapCounters: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(words + Place.heap) }

  /// Two words, one word, and `frameLimit` words, for a handler of signals to write to.
  public var crashWords: UnsafeMutablePointer<UInt64> { unsafe words + Place.crash }
  public var frameCountWord: UnsafeMutablePointer<UInt64> { unsafe words + Place.frameCount }
  public var frameWords: UnsafeMutablePointer<UInt64> { unsafe words + Place.frames }
}
