import SystemPackage
import Testing
import Traces
import Vocabularies

/// A trace's tables come back as they were, and a damaged one is told with its place.
@Suite struct TableTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  static let tables = [
    NamedTable("words", words: [1, .max, 0, 1 << 63]), NamedTable("bytes", bytes: [1, 2, 3]),
    NamedTable("none", words: []), NamedTable("last", words: [7]),
  ]

  private func trace(_ tables: [NamedTable] = Self.tables, operations: Int = 100) -> Trace {
    var trace = programTrace(operations: operations)
    trace.tables = tables
    return trace
  }

  private func written(_ trace: Trace) throws -> [UInt8] {
    let path = directory.path.appending("good.trace")
    try trace.write(to: path)
    return try TemporaryDirectory.bytes(of: path)
  }

  @Test(arguments: [0, 1, 65_537]) func roundTrip(operations: Int) throws {
    let trace = trace(operations: operations)
    let path = directory.path.appending("a.trace")
    try trace.write(to: path)
    let copy = try Trace(contentsOf: path)
    #expect(copy == trace)
    #expect(copy.contentHash == trace.contentHash)
    let reader = try TraceReader(path)
    #expect(reader.header.tables == Self.tables)
    #expect(reader.tableOffsets.count == 4)
    // Each stands where the header says.
    let bytes = try TemporaryDirectory.bytes(of: path)
    #expect(Array(bytes[reader.tableOffsets[1]..<reader.tableOffsets[1] + 3]) == [1, 2, 3])
  }

  /// Who has no tables writes what was always written, so that programs of before read it.
  @Test func withoutTablesNothingHasChanged() throws {
    let plain = trace([])
    #expect(try written(plain)[8] == 1)
    #expect(try written(trace())[8] == 2)
    #expect(plain.contentHash == programTrace(operations: 100).contentHash)
  }

  @Test func whatATableHoldsIsPartOfTheContent() {
    var hashes = Set([trace().contentHash, trace([]).contentHash])
    for place in Self.tables.indices {
      var others = Self.tables
      others[place].name += "2"
      hashes.insert(trace(others).contentHash)
      others = Self.tables
      others[place].contents = .words([9])
      hashes.insert(trace(others).contentHash)
      others.remove(at: place)
      hashes.insert(trace(others).contentHash)
    }
    hashes.insert(trace([NamedTable("words", bytes: [1])]).contentHash)
    hashes.insert(trace([NamedTable("words", words: [1])]).contentHash)
    #expect(hashes.count == 2 + 3 * Self.tables.count + 2)
  }

  @Test func everyFlippedByteAndEveryTruncationIsNoticed() throws {
    let bytes = try written(trace())
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x80
      #expect(try fault(of: damaged) != nil, "byte \(index)")
      #expect(try fault(of: Array(bytes.prefix(index))) != nil, "\(index) bytes")
    }
    #expect(try fault(of: bytes) == nil)
  }

  /// What is wrong with some bytes as a file.
  private func fault(of bytes: [UInt8]) throws -> TraceError? {
    let path = try directory.write(bytes, to: "bad.trace")
    do throws(TraceError) {
      _ = try Trace(contentsOf: path)
      return nil
    } catch { return error }
  }

  /// A file whose header says something else of a table, with checksums that fit.
  private func forged(_ change: (inout [UInt8], _ entry: Int) -> Void) throws -> (
    fault: String, offset: Int, entry: Int
  )? {
    var bytes = try written(trace())
    let name = Array("bytes".utf8)
    let entry = try #require(bytes.indices.first { bytes[$0...].starts(with: name) }) - 4
    change(&bytes, entry)
    let header = (0..<4).reduce(0) { $0 | Int(bytes[12 + $1]) << (8 * $1) }
    let checksum = ContentHash.checksum(bytes[0..<48] + bytes[56..<56 + header])
    for byte in 0..<8 { bytes[48 + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(byte))) }
    guard case .damaged(_, let offset, let reason) = try fault(of: bytes) else { return nil }
    return (reason, offset, entry)
  }

  // An entry: length 4, name 5, element bytes 1, elements 8, offset 8, checksum 8.

  @Test(arguments: [0, 2, 4, 7, 255] as [UInt8]) func aWrongElementSizeIsTold(size: UInt8) throws {
    let found = try #require(try forged { bytes, entry in bytes[entry + 9] = size })
    #expect(found.fault == "table 'bytes' has elements of \(size) bytes, not of 1 or 8")
    #expect(found.offset == found.entry)
  }

  @Test func overlapsAndGapsAreTold() throws {
    let overlap = try #require(try forged { bytes, entry in bytes[entry + 18] -= 8 })
    #expect(overlap.fault.hasPrefix("table 'bytes' begins at "))
    #expect(overlap.fault.hasSuffix("they overlap"))
    #expect(overlap.offset == overlap.entry)
    let gap = try #require(try forged { bytes, entry in bytes[entry + 18] += 1 })
    #expect(gap.fault.hasSuffix("there is a gap"))
    let longer = try #require(try forged { bytes, entry in bytes[entry + 10] += 1 })
    #expect(longer.fault.hasPrefix("table 'none' begins at "))
  }

  @Test func whatIsCutOffIsTold() throws {
    let found = try #require(try forged { bytes, entry in bytes[entry + 12] = 1 })
    #expect(found.fault.hasPrefix("table 'bytes' of 65539 bytes from "))
    #expect(found.fault.contains("is cut off"))
    for value: UInt8 in [0x10, 0x7f, 0xff] {
      let found = try #require(try forged { bytes, entry in bytes[entry + 17] = value })
      #expect(found.fault.hasSuffix("too many"))
    }
  }

  @Test func oneNameTwiceIsTold() throws {
    let twice = [NamedTable("a", words: [1]), NamedTable("a", words: [2])]
    let error = try #require(try fault(of: written(trace(twice))))
    #expect("\(error)".contains("there are two tables 'a'"))
  }

  @Test func contentsThatDoNotMatchTheirChecksumAreTold() throws {
    var bytes = try written(trace())
    let reader = try TraceReader(directory.path.appending("good.trace"))
    bytes[reader.tableOffsets[0] + 3] ^= 1
    guard case .damaged(_, let offset, let reason) = try fault(of: bytes) else {
      Issue.record("the damage was not noticed")
      return
    }
    #expect(offset == reader.tableOffsets[0])
    #expect(reason == "table 'words' does not match its checksum")
  }

  @Test func summariesNameTables() {
    let text = TraceSummary(trace()).text()
    #expect(text.contains("words, 4 words"))
    #expect(text.contains("bytes, 3 bytes"))
    #expect(text.contains("last, 1 word\n"))
    #expect(
      TraceListing.text(Self.tables)
        == """
         table  words, 4 words: 0x1 0xffffffffffffffff 0x0 0x8000000000000000
         table  bytes, 3 bytes: 0x1 0x2 0x3
         table  none, 0 words:\u{20}
         table  last, 1 word: 0x7

        """)
  }
}
