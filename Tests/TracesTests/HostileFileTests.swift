import SystemPackage
import Testing
import Traces

/// Damaged and forged files give an error or the equal trace; reaching the end of a test is half of what it shows.
@Suite struct HostileFileTests {
  let directory: TemporaryDirectory
  let trace: Trace
  let bytes: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    trace = programTrace(operations: 400)
    let path = directory.path.appending("good.trace")
    try trace.write(to: path)
    bytes = try TemporaryDirectory.bytes(of: path)
  }

  /// Reads the bytes as a file: the trace, or nil where an error was thrown that names the file.
  func read(_ bytes: [UInt8]) throws -> Trace? {
    let path = try directory.write(bytes, to: "bad.trace")
    do { return try Trace(contentsOf: path) } catch {
      #expect(error.description.hasPrefix(path.string))
      return nil
    }
  }

  @Test func everyFlippedByteIsNoticed() throws {
    for index in bytes.indices {
      for bits: UInt8 in [0x01, 0x80, 0xff] {
        var damaged = bytes
        damaged[index] ^= bits
        #expect(try read(damaged) == nil, "byte \(index) ^ \(bits)")
      }
    }
  }

  @Test func everyTruncationIsNoticed() throws {
    for count in bytes.indices { #expect(try read(Array(bytes.prefix(count))) == nil, "\(count) bytes") }
    #expect(try read(bytes + [0]) == nil)
    #expect(try read(bytes) == trace)
  }

  @Test func garbageIsForeign() throws {
    var random = SeededGenerator(state: 3)
    for length in 0..<300 {
      let garbage = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(try read(garbage) == nil)
      #expect(try read(Array(bytes.prefix(56)) + garbage) == nil)
      #expect(try read(Array(bytes.prefix(8)) + garbage) == nil)
    }
    let text = try directory.write("20000\n1\n1\n1\na 0 8\n", to: "a.rep")
    #expect(throws: TraceError.foreign(path: text)) { try Trace(contentsOf: text) }
    #expect(throws: TraceError.self) { try Trace(contentsOf: directory.path) }
    #expect(throws: TraceError.self) { try Trace(contentsOf: "/nonexistent") }
  }

  /// Damage whose checksums were made to fit reaches the block decoder.
  @Test func forgedBlocksDoNotBreakTheDecoder() throws {
    let index = Int(littleEndian64(bytes, at: 32))
    let block = Int(littleEndian64(bytes, at: index))
    var random = SeededGenerator(state: 5)
    for round in 0..<4000 {
      var forged = bytes
      for _ in 0...(round % 3) {
        let at = block + Int(random.next() % UInt64(index - block))
        forged[at] = round % 2 == 0 ? UInt8(truncatingIfNeeded: random.next()) : forged[at] ^ (1 << (random.next() % 8))
      }
      if round % 5 == 0 { forged[block + Int(random.next() % 40)] = 0xff }
      seal(&forged, index: index, block: block)
      let copy = try read(forged)
      #expect(copy == nil || copy == trace)
    }
  }

  /// A reader that streams has only the decoder's own checks, once the checksums fit.
  @Test func streamsNoticeForgedBlocks() throws {
    let index = Int(littleEndian64(bytes, at: 32))
    let block = Int(littleEndian64(bytes, at: index))
    var noticed = 0
    for at in block..<index {
      var forged = bytes
      forged[at] ^= 0x10
      seal(&forged, index: index, block: block)
      let path = try directory.write(forged, to: "bad.trace")
      var reader = try TraceReader(path)
      var words: [UInt64] = []
      do throws(TraceError) { while try reader.read(into: &words) {} } catch { noticed += 1 }
    }
    // What remains is damage to the bits that follow numbers: they may be any.
    #expect(noticed * 100 > (index - block) * 88, "\(noticed) of \(index - block)")
  }

  /// The same for the header and the index: no count is believed because its checksum fits.
  @Test func forgedCountsAreRefused() throws {
    let index = Int(littleEndian64(bytes, at: 32))
    let block = Int(littleEndian64(bytes, at: index))
    let values: [UInt64] = [
      0, 1, 399, 401, 65_536, 1 << 31, 1 << 32, 1 << 36, 1 << 47, 1 << 62, 1 << 63, .max - 7, .max,
    ]
    var places = [(8, 4), (12, 4), (16, 8), (24, 8), (32, 8), (40, 8), (index, 8), (index + 8, 8), (index + 24, 4)]
    places.append((index + 28, 4))
    for offset in 56..<block { places.append((offset, 4)) }
    for (offset, length) in places {
      for value in values {
        var forged = bytes
        for byte in 0..<length { forged[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
        if forged == bytes { continue }
        seal(&forged, index: index, block: block, blockToo: false)
        let copy = try read(forged)
        // A name, seed, origin or slot count may be changed by who can change the file.
        #expect(copy == nil || copy?.operations == trace.operations, "offset \(offset), value \(value)")
        if offset == 24, value > 1 << 24 { #expect(copy == nil) }
        if offset < 24 || offset >= 32 && offset < 56 || offset >= index { #expect(copy == nil) }
      }
    }
  }

  @Test func aLaterVersionIsNamed() throws {
    var later = bytes
    later[8] = 3
    let path = try directory.write(later, to: "later.trace")
    #expect(throws: TraceError.unsupportedVersion(path: path, version: 3)) { try Trace(contentsOf: path) }
  }

  @Test func damageIsLocated() throws {
    let index = Int(littleEndian64(bytes, at: 32))
    let block = Int(littleEndian64(bytes, at: index))
    var damaged = bytes
    damaged[block + 5] ^= 1
    let path = try directory.write(damaged, to: "bad.trace")
    let error = #expect(throws: TraceError.self) { try Trace(contentsOf: path) }
    guard case .damaged(_, let offset, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(offset == block)
  }

  private func littleEndian64(_ bytes: [UInt8], at offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  /// Makes the checksums of block, index and header fit.
  private func seal(_ bytes: inout [UInt8], index: Int, block: Int, blockToo: Bool = true) {
    func put(_ value: UInt64, at offset: Int) {
      for byte in 0..<8 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
    }
    if blockToo { put(ContentHash.checksum(bytes[block..<index]), at: index + 16) }
    put(ContentHash.checksum(bytes[index..<bytes.count - 8]), at: bytes.count - 8)
    put(ContentHash.checksum(bytes[0..<48] + bytes[56..<block]), at: 48)
  }
}
