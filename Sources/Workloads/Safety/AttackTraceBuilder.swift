package import Traces
import Vocabularies

/// Writes what a program and its attacker do: a trace of the attack vocabulary.
package struct AttackTraceBuilder {
  package private(set) var operations: [UInt64] = []
  /// Names that are not in use, the last first.
  private var unused: [Int] = []
  private var nameCount = 0
  /// By name, the size of its block.
  private var sizes: [Int: Int] = [:]

  package init() {}

  /// A new block, in a name of its own.
  package mutating func allocate(_ size: Int, alignment: Int = 1) -> Int {
    let name = unused.popLast() ?? nameCount
    nameCount = max(nameCount, name + 1)
    sizes[name] = size
    operations.append(AttackOperation(allocate: name, size: size, alignment: alignment).word)
    return name
  }

  /// Ends a block, or what lies at some distance from its first byte. The name keeps its address.
  package mutating func deallocate(_ name: Int, at distance: Int = 0) {
    operations.append(AttackOperation(.deallocate, name, distance).word)
  }

  /// Gives a name back.
  package mutating func forget(_ name: Int) { unused.append(name) }

  /// Ends a block, and gives its name back.
  package mutating func end(_ name: Int) {
    deallocate(name)
    forget(name)
  }

  /// Ends what the program made up.
  package mutating func forge(_ address: Int) { operations.append(AttackOperation(.forge, 0, address).word) }

  /// Changes bytes, counted from the block's first one.
  package mutating func scribble(_ name: Int, at offset: Int, _ count: Int) {
    operations.append(AttackOperation(scribble: name, at: offset, count).word)
  }

  /// Changes bytes from `distance` bytes behind the block's end on.
  package mutating func overflow(_ name: Int, by count: Int, at distance: Int = 0) {
    scribble(name, at: (sizes[name] ?? 0) + distance, count)
  }

  /// Changes all bytes of a block.
  package mutating func overwrite(_ name: Int) { scribble(name, at: 0, sizes[name] ?? 0) }

  /// Changes the bytes right before a block.
  package mutating func underflow(_ name: Int, by count: Int) { scribble(name, at: -count, count) }

  /// Accesses a byte, counted from the block's first one.
  package mutating func touch(_ name: Int, at distance: Int) {
    operations.append(AttackOperation(.touch, name, distance).word)
  }

  /// Reads the eight bytes behind a block.
  package mutating func learn(_ name: Int) { operations.append(AttackOperation(.learn, name).word) }

  /// Writes the bytes that were read last behind a block.
  package mutating func replay(_ name: Int) { operations.append(AttackOperation(.replay, name).word) }

  /// Begins another process: no name holds an address.
  package mutating func restart() {
    operations.append(AttackOperation(.restart).word)
    unused = (0..<nameCount).reversed()
  }

  package func trace(heapLimit: Int, parameters: [TraceParameter] = []) -> Trace {
    Trace(
      vocabulary: AttackVocabulary.name, name: "attacks", origin: "generated",
      parameters: [TraceParameter(name: "heap.limit", value: heapLimit)] + parameters, slotCount: max(nameCount, 1),
      operations: operations)
  }
}
