import Vocabularies

/// Where a table stands in a trace file, as the header says.
struct TableEntry: Hashable, Sendable {
  /// Where the header says it, counted from the variable part's start.
  let position: Int
  let name: String
  let elementBytes: Int
  let count: Int
  let offset: Int
  let checksum: UInt64

  var byteCount: Int { count * elementBytes }

  private static let fixedBytes = 25

  /// Appends the entries of tables that stand one after the other, right behind the variable part that ends with them.
  static func write(_ tables: [NamedTable], to writer: inout ByteWriter) {
    writer.append(UInt32(tables.count))
    let entries = tables.reduce(0) { $0 + 4 + $1.name.utf8.count + fixedBytes }
    var offset = TraceFormat.fixedLength + writer.bytes.count + entries
    for table in tables {
      writer.append(table.name)
      writer.append(UInt8(table.elementBytes))
      writer.append(UInt64(table.count))
      writer.append(UInt64(offset))
      writer.append(ContentHash.checksum(bytes(of: table)))
      offset += table.byteCount
    }
  }

  /// A table's elements, little-endian.
  static func bytes(of table: NamedTable) -> [UInt8] {
    switch table.contents {
    case .bytes(let bytes): return bytes
    case .words(let words):
      return unsafe [UInt8](unsafeUninitializedCapacity: 8 * words.count) { buffer, filled in
        // Safe: eight bytes a word are just the capacity.
        for (place, word) in words.enumerated() {
          unsafe UnsafeMutableRawBufferPointer(buffer).storeBytes(
            of: word.littleEndian, toByteOffset: 8 * place, as: UInt64.self)
        }
        filled = 8 * words.count
      }
    }
  }

  static func read(from reader: inout ByteReader) throws(ByteFault) -> [TableEntry] {
    let start = reader.position
    let count = Int(try reader.uint32())
    guard (1...TableDirectory.tableLimit).contains(count) else {
      throw ByteFault(position: start, reason: "\(count) tables, where there are 1 to \(TableDirectory.tableLimit)")
    }
    var entries: [TableEntry] = []
    for _ in 0..<count {
      let position = reader.position
      let name = try reader.string()
      let elementBytes = Int(try reader.uint8())
      let elements = Int(clamping: try reader.uint64())
      let offset = Int(clamping: try reader.uint64())
      let checksum = try reader.uint64()
      guard elementBytes == 1 || elementBytes == 8 else {
        throw ByteFault(
          position: position, reason: "table '\(name)' has elements of \(elementBytes) bytes, not of 1 or 8")
      }
      guard elements <= TableDirectory.byteLimit / elementBytes else {
        throw ByteFault(
          position: position, reason: "table '\(name)' has \(elements) elements of \(elementBytes) bytes, too many")
      }
      guard !entries.contains(where: { $0.name == name }) else {
        throw ByteFault(position: position, reason: "there are two tables '\(name)'")
      }
      entries.append(
        TableEntry(
          position: position, name: name, elementBytes: elementBytes, count: elements, offset: offset,
          checksum: checksum))
    }
    return entries
  }

  /// Tables stand one after the other from `start` on, and end at `limit` at the latest.
  static func check(_ entries: [TableEntry], from start: Int, before limit: Int) throws(ByteFault) {
    var (end, before) = (start, "the header")
    for entry in entries {
      guard entry.offset == end else {
        let relation = entry.offset < end ? "they overlap" : "there is a gap"
        throw ByteFault(
          position: entry.position,
          reason: "table '\(entry.name)' begins at \(entry.offset), and \(before) ends at \(end): \(relation)")
      }
      guard entry.byteCount <= limit - end, end - start + entry.byteCount <= TableDirectory.byteLimit else {
        throw ByteFault(
          position: entry.position,
          reason:
            "table '\(entry.name)' of \(entry.byteCount) bytes from \(end) on is cut off: the index begins at \(limit)")
      }
      end += entry.byteCount
      before = "table '\(entry.name)'"
    }
  }

  /// Writes the tables' elements one after the other; where they end.
  static func write(
    _ tables: [NamedTable], to file: borrowing TraceFile, at start: Int
  ) throws(TraceError) -> Int {
    var offset = start
    for table in tables {
      let bytes = bytes(of: table)
      do throws(TraceError) { try file.write(bytes, at: offset) } catch {
        TraceFile.remove(file.path)
        throw error
      }
      offset += bytes.count
    }
    return offset
  }

  /// The tables, from a file that is long enough.
  static func read(_ entries: [TableEntry], from file: borrowing TraceFile) throws(TraceError) -> [NamedTable] {
    var tables: [NamedTable] = []
    for entry in entries { tables.append(try entry.read(from: file)) }
    return tables
  }

  private func read(from file: borrowing TraceFile) throws(TraceError) -> NamedTable {
    let bytes = try file.read(at: offset, count: byteCount)
    guard bytes.count == byteCount, ContentHash.checksum(bytes) == checksum else {
      throw .damaged(path: file.path, offset: offset, reason: "table '\(name)' does not match its checksum")
    }
    guard elementBytes == 8 else { return NamedTable(name, bytes: bytes) }
    var reader = ByteReader(bytes)
    do throws(ByteFault) { return NamedTable(name, words: try reader.words64(count: UInt64(count))) } catch {
      throw .damaged(path: file.path, offset: offset + error.position, reason: error.reason)
    }
  }
}
