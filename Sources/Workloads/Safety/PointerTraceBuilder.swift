package import Traces
package import Vocabularies

/// Writes what a program does with pointers: a trace of the pointer vocabulary.
package struct PointerTraceBuilder {
  package private(set) var operations: [UInt64] = []
  /// Names that are not in use, the last first.
  private var unused: [Int] = []
  package private(set) var nameCount = 0

  private var none: Int?
  /// By name, the size of the object that was made for it last.
  private var sizes: [Int: Int] = [:]

  package init() {}

  /// The size of the object that was made for a name.
  package func size(of name: Int) -> Int { sizes[name] ?? 0 }

  package mutating func append(_ kind: PointerOperation.Kind, _ name: Int, _ number: Int = 0) {
    operations.append(PointerOperation(kind, name, number).word)
  }

  /// A name that nothing else is kept in.
  package mutating func name() -> Int {
    if let name = unused.popLast() { return name }
    nameCount += 1
    return nameCount - 1
  }

  /// A name for what is refused, ever the same.
  package mutating func nameOfNone() -> Int {
    let name = none ?? name()
    none = name
    return name
  }

  /// Gives a name back.
  package mutating func forget(_ name: Int) { unused.append(name) }

  /// A new object, in a name of its own; all of its bytes are written at once.
  package mutating func allocate(_ byteCount: Int, writes: Bool = true) -> Int {
    let name = name()
    append(.allocate, name, byteCount)
    sizes[name] = byteCount
    if writes, byteCount > 0 { append(.write, name, byteCount) }
    return name
  }

  /// A copy of a pointer, that many bytes farther.
  package mutating func copy(of name: Int, advancedBy byteCount: Int = 0) -> Int {
    let copy = self.name()
    append(.copy, copy, name)
    if byteCount != 0 { append(.advance, copy, byteCount) }
    return copy
  }

  /// An access at some distance from a pointer, by a copy of it.
  package mutating func access(_ name: Int, at position: Int, _ byteCount: Int, writes: Bool = false) {
    let pointer = copy(of: name, advancedBy: position)
    append(writes ? .write : .read, pointer, byteCount)
    forget(pointer)
  }

  /// A copy of a pointer, made into a word of the program's own.
  package mutating func forge(_ name: Int, _ forgery: WordForgery) -> Int {
    copy(of: name, advancedBy: forgery.number)
  }

  /// Ends an object by the pointer to its first byte.
  package mutating func deallocate(_ name: Int) {
    append(.deallocate, name)
    forget(name)
  }

  package func trace(heapLimit: Int, vocabulary: any Vocabulary.Type = PointerVocabulary.self) -> Trace {
    Trace(
      vocabulary: vocabulary.name, name: "pointers", origin: "generated",
      parameters: [TraceParameter(name: "heap.limit", value: heapLimit)], slotCount: max(nameCount, 1),
      operations: operations)
  }
}
