package import SystemPackage
package import Vocabularies

/// A whole trace in memory.
package struct Trace: Hashable, Sendable {
  /// What it says about itself.
  package var header: TraceHeader
  /// One word each, as the vocabulary packs them.
  package var operations: [UInt64]

  package init(header: TraceHeader, operations: [UInt64]) {
    self.header = header
    self.operations = operations
  }

  package init(
    vocabulary: String, name: String, seed: UInt64? = nil, origin: String = "", parameters: [TraceParameter] = [],
    slotCount: Int = 0, tables: [NamedTable] = [], operations: [UInt64]
  ) {
    header = TraceHeader(
      vocabulary: vocabulary, name: name, seed: seed, origin: origin, parameters: parameters, slotCount: slotCount,
      tables: tables)
    self.operations = operations
  }

  package var vocabulary: String {
    get { header.vocabulary }
    set { header.vocabulary = newValue }
  }

  package var name: String {
    get { header.name }
    set { header.name = newValue }
  }

  package var seed: UInt64? {
    get { header.seed }
    set { header.seed = newValue }
  }

  package var origin: String {
    get { header.origin }
    set { header.origin = newValue }
  }

  package var parameters: [TraceParameter] {
    get { header.parameters }
    set { header.parameters = newValue }
  }

  package var slotCount: Int {
    get { header.slotCount }
    set { header.slotCount = newValue }
  }

  package var tables: [NamedTable] {
    get { header.tables }
    set { header.tables = newValue }
  }

  /// Words that it has in all: its operations, and what its tables take.
  package var wordCount: Int { operations.count + tables.reduce(0) { $0 + ($1.byteCount + 7) / 8 } }

  /// Words that all of its answers together may have.
  package var answerWords: Int { min(max(parameter(Channel.answerParameter) ?? 0, 0), Channel.answerLimit) }

  /// The value of the first parameter of that name.
  package func parameter(_ name: String) -> Int? { parameters.first { $0.name == name }?.value }

  /// The same trace with one parameter added or changed.
  package func settingParameter(_ name: String, _ value: Int) -> Trace {
    var trace = self
    if let place = parameters.firstIndex(where: { $0.name == name }) {
      trace.parameters[place] = TraceParameter(name: name, value: value)
    } else {
      trace.parameters.append(TraceParameter(name: name, value: value))
    }
    return trace
  }

  /// Whether its subjects hand out blocks, whose payloads are written and checked.
  package var hasPayloads: Bool { VocabularyRegistry.vocabulary(named: vocabulary)?.hasPayloads ?? false }

  /// Sixteen hexadecimal digits over vocabulary, parameters, tables and operations. Takes a pass over the operations.
  package var contentHash: String {
    var hash = ContentHash(of: header)
    hash.update(operations)
    return hash.hexadecimal
  }
}

extension Trace {
  /// The most operations that are loaded at once unless the caller says otherwise: 1 GiB.
  package static let loadLimit = 1 << 27

  /// Loads a trace file. Longer ones than `limit` operations are for `TraceReader`.
  package init(contentsOf path: FilePath) throws(TraceError) { try self.init(contentsOf: path, limit: Self.loadLimit) }

  package init(contentsOf path: FilePath, limit: Int) throws(TraceError) {
    var reader = try TraceReader(path)
    guard reader.operationCount <= limit else {
      throw .tooLarge(
        path: path, reason: "\(reader.operationCount) operations, more than the \(limit) that are loaded at once")
    }
    var operations: [UInt64] = []
    var hash = ContentHash(of: reader.header)
    var block: [UInt64] = []
    while try reader.read(into: &block) {
      hash.update(block)
      operations.append(contentsOf: block)
    }
    guard hash.value == reader.statedHash else {
      throw .damaged(path: path, offset: 40, reason: "the operations do not match the content hash")
    }
    self.init(header: reader.header, operations: operations)
  }

  /// Writes a trace file, replacing what has that name once the new one is whole.
  package func write(to path: FilePath) throws(TraceError) {
    var writer = try TraceWriter(path, header: header)
    try writer.append(operations)
    try writer.finish()
  }
}
