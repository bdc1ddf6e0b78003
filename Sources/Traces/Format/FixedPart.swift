/// The start of a trace file, checked against the file's length before anything is reserved for it.
struct FixedPart {
  private(set) var headerBytes: [UInt8] = []
  let operationCount: Int
  let slotCount: Int
  let indexOffset: Int
  let hash: UInt64
  let version: Int

  var blockCount: Int { (operationCount + TraceFormat.blockCapacity - 1) / TraceFormat.blockCapacity }

  init(of file: borrowing TraceFile, byteCount: Int) throws(TraceError) {
    let path = file.path
    let bytes = try file.read(at: 0, count: TraceFormat.fixedLength)
    guard bytes.starts(with: TraceFormat.signature) else { throw .foreign(path: path) }
    let checksum: UInt64
    let headerLength: Int
    var reader = ByteReader(bytes, from: TraceFormat.signature.count)
    do throws(ByteFault) {
      version = Int(try reader.uint32())
      headerLength = Int(try reader.uint32())
      operationCount = Int(clamping: try reader.uint64())
      slotCount = Int(clamping: try reader.uint64())
      indexOffset = Int(clamping: try reader.uint64())
      hash = try reader.uint64()
      checksum = try reader.uint64()
    } catch {
      throw .damaged(path: path, offset: error.position, reason: error.reason)
    }
    guard (1...TraceFormat.version).contains(version) else { throw .unsupportedVersion(path: path, version: version) }
    guard headerLength <= TraceFormat.headerLimit, TraceFormat.fixedLength + headerLength <= byteCount else {
      throw .damaged(path: path, offset: 12, reason: "a header of \(headerLength) bytes in a file of \(byteCount)")
    }
    headerBytes = try file.read(at: TraceFormat.fixedLength, count: headerLength)
    guard ContentHash.checksum(bytes.prefix(TraceFormat.checkedLength) + headerBytes) == checksum else {
      throw .damaged(
        path: path, offset: TraceFormat.checkedLength, reason: "the header does not match its checksum")
    }
    do throws(ByteFault) { try check(byteCount: byteCount) } catch {
      throw .damaged(path: path, offset: error.position, reason: error.reason)
    }
  }

  /// The counts' bounds: a checksum can be forged, so each is checked against the file's length or a fixed limit.
  private func check(byteCount: Int) throws(ByteFault) {
    guard slotCount <= TraceFormat.slotLimit else {
      throw ByteFault(position: 24, reason: "\(slotCount) slots, more than \(TraceFormat.slotLimit)")
    }
    guard operationCount <= TraceFormat.blockLimit * TraceFormat.blockCapacity else {
      throw ByteFault(position: 16, reason: "\(operationCount) operations in a file of \(byteCount) bytes")
    }
    let indexLength = blockCount * TraceFormat.indexEntryLength + TraceFormat.checksumLength
    guard indexOffset == byteCount - indexLength, indexOffset >= TraceFormat.fixedLength + headerBytes.count else {
      throw ByteFault(
        position: 32, reason: "an index of \(indexLength) bytes at \(indexOffset) in a file of \(byteCount) bytes")
    }
  }
}
