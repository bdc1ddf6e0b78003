package import Vocabularies

/// A number that the workload's subject is told before the first operation, for example `heap.limit`.
package struct TraceParameter: Hashable, Sendable {
  package var name: String
  package var value: Int

  package init(name: String, value: Int) {
    self.name = name
    self.value = value
  }
}

/// What a trace says about itself.
package struct TraceHeader: Hashable, Sendable {
  /// The name of the operations' vocabulary, for example `allocation`.
  package var vocabulary: String
  /// A short name, for example `pool-churn`.
  package var name: String
  /// The generator's seed, or nil for a trace that was recorded or imported.
  package var seed: UInt64?
  /// Where the operations come from, for example `recorded: sqlite3 :memory: …`.
  package var origin: String
  /// In the order in which the subject is told.
  package var parameters: [TraceParameter]
  /// One more than the highest slot used; 0 for vocabularies without slots.
  package var slotCount: Int
  /// What the subject may look at besides; most traces have none.
  package var tables: [NamedTable]

  package init(
    vocabulary: String, name: String, seed: UInt64? = nil, origin: String = "", parameters: [TraceParameter] = [],
    slotCount: Int = 0, tables: [NamedTable] = []
  ) {
    self.vocabulary = vocabulary
    self.name = name
    self.seed = seed
    self.origin = origin
    self.parameters = parameters
    self.slotCount = slotCount
    self.tables = tables
  }
}

extension TraceHeader {
  /// The format's version that it needs.
  var version: Int { tables.isEmpty ? 1 : TraceFormat.version }

  /// The variable part of the file's header.
  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.append(vocabulary)
    writer.append(name)
    writer.append(origin)
    writer.append(UInt8(seed == nil ? 0 : 1))
    writer.append(seed ?? 0)
    writer.append(UInt32(truncatingIfNeeded: parameters.count))
    for parameter in parameters {
      writer.append(parameter.name)
      writer.append(UInt64(bitPattern: Int64(parameter.value)))
    }
    if !tables.isEmpty { TableEntry.write(tables, to: &writer) }
    return writer.bytes
  }

  /// Reads the variable part; the tables' places are still to be followed.
  ///
  /// - Returns: them, in their order.
  static func decode(
    _ bytes: [UInt8], version: Int, slotCount: Int
  ) throws(ByteFault) -> (header: TraceHeader, tables: [TableEntry]) {
    var reader = ByteReader(bytes)
    let header = try TraceHeader(from: &reader, slotCount: slotCount)
    let tables = version > 1 ? try TableEntry.read(from: &reader) : []
    guard reader.isAtEnd else {
      throw ByteFault(position: reader.position, reason: "the header goes on past its fields")
    }
    return (header, tables)
  }

  private init(from reader: inout ByteReader, slotCount: Int) throws(ByteFault) {
    vocabulary = try reader.string()
    name = try reader.string()
    origin = try reader.string()
    let flag = try reader.uint8()
    let value = try reader.uint64()
    guard flag <= 1 else {
      throw ByteFault(position: reader.position - 9, reason: "seed flag \(flag) is neither 0 nor 1")
    }
    seed = flag == 1 ? value : nil
    let count = Int(try reader.uint32())
    // Grows with the bytes that are there, whatever the count says.
    parameters = []
    for _ in 0..<count {
      let name = try reader.string()
      parameters.append(TraceParameter(name: name, value: Int(Int64(bitPattern: try reader.uint64()))))
    }
    self.slotCount = slotCount
    tables = []
  }
}
