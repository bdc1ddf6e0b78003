package import Traces
import Vocabularies

/// Writes what a program does with its memory: a trace of the access vocabulary.
package struct AccessTraceBuilder {
  package private(set) var operations: [UInt64] = []
  /// Names that are not in use, the last first.
  private var unused: [Int] = []
  private var nameCount = 0

  package init() {}

  /// A name that nothing else is kept in.
  package mutating func name() -> Int {
    if let name = unused.popLast() { return name }
    nameCount += 1
    return nameCount - 1
  }

  /// Gives a name back.
  package mutating func forget(_ name: Int) { unused.append(name) }

  /// A new object, in a name of its own.
  package mutating func allocate(_ byteCount: Int, writes: Bool = false) -> Int {
    let name = name()
    allocate(byteCount, in: name)
    if writes, byteCount > 0 { write(name, byteCount) }
    return name
  }

  package mutating func allocate(_ byteCount: Int, in name: Int) {
    operations.append(AccessOperation(.allocate, name, byteCount).word)
  }

  package mutating func read(_ name: Int, at offset: Int = 0, _ byteCount: Int) {
    access(.read, name, offset, byteCount)
  }

  package mutating func write(_ name: Int, at offset: Int = 0, _ byteCount: Int) {
    access(.write, name, offset, byteCount)
  }

  package mutating func use(_ name: Int, at offset: Int = 0, _ byteCount: Int) {
    access(.use, name, offset, byteCount)
  }

  /// An offset that is too large for an access gets a name of its own.
  private mutating func access(_ kind: AccessOperation.Kind, _ name: Int, _ offset: Int, _ byteCount: Int) {
    if (-AccessOperation.offsetLimit..<AccessOperation.offsetLimit).contains(offset) {
      operations.append(AccessOperation(kind, name, byteCount, offset: offset).word)
      return
    }
    let pointer = point(name, offset)
    operations.append(AccessOperation(kind, pointer, byteCount).word)
    forget(pointer)
  }

  /// A name for the address so many bytes behind that in another; of distances of 2²² and more the lowest bits are lost.
  package mutating func point(_ name: Int, _ distance: Int) -> Int {
    let pointer = self.name()
    operations.append(AccessOperation(.point, pointer, name, number: distance).word)
    return pointer
  }

  /// Copies between two names.
  package mutating func copy(_ source: Int, to destination: Int, _ byteCount: Int) {
    operations.append(AccessOperation(.copy, destination, source, number: byteCount).word)
  }

  /// Copies between places at some distance from two names.
  package mutating func copy(
    _ source: Int, at sourceOffset: Int, to destination: Int, at destinationOffset: Int, _ byteCount: Int
  ) {
    let (from, to) = (point(source, sourceOffset), point(destination, destinationOffset))
    copy(from, to: to, byteCount)
    forget(from)
    forget(to)
  }

  /// Asks for the end of the object at a name's address, or at some distance from it.
  package mutating func deallocate(_ name: Int, at distance: Int = 0) {
    guard distance != 0 else {
      operations.append(AccessOperation(.deallocate, name).word)
      return
    }
    let pointer = point(name, distance)
    operations.append(AccessOperation(.deallocate, pointer).word)
    forget(pointer)
  }

  /// Ends an object, and gives its name back.
  package mutating func end(_ name: Int) {
    deallocate(name)
    forget(name)
  }

  package func trace(heapLimit: Int) -> Trace {
    Trace(
      vocabulary: AccessVocabulary.name, name: "accesses", origin: "generated",
      parameters: [TraceParameter(name: "heap.limit", value: heapLimit)], slotCount: max(nameCount, 1),
      operations: operations)
  }
}
