package import Traces
package import Vocabularies

/// Writes what a program does, and does wrong: a trace of the misuse vocabulary.
package struct MisuseTraceBuilder {
  package private(set) var operations: [UInt64] = []
  /// Names that are not in use, the last first.
  private var unused: [Int] = []
  private var nameCount = 0
  /// By name, the size of its block.
  private var sizes: [Int: Int] = [:]
  private var lines: SeededGenerator
  /// Lines that were drawn.
  private var drawn: [SiteCode] = []
  /// A program has no more lines that do anything with memory, so that they are met again and again.
  private static let mostSites = 1024

  /// - Parameter generator: from which the program's lines are drawn.
  package init(with generator: inout SeededGenerator) { lines = SeededGenerator(seed: generator.next()) }

  /// Any line of any file.
  package mutating func site() -> SiteCode {
    guard drawn.count < Self.mostSites else { return lines.pick(drawn) }
    drawn.append(SiteCode(lines.below(16), lines.pick(1...4095)))
    return drawn[drawn.count - 1]
  }

  private mutating func newName() -> Int {
    let name = unused.popLast() ?? nameCount
    nameCount = max(nameCount, name + 1)
    return name
  }

  /// Bytes of the block in a name.
  package func size(of name: Int) -> Int { sizes[name] ?? 0 }

  /// A new block, in a name of its own.
  package mutating func allocate(_ size: Int, family: Int = 0, on site: SiteCode? = nil) -> Int {
    let name = newName()
    sizes[name] = size
    operations.append(
      MisuseOperation(.allocate, name, size, family: family, site: site ?? self.site()).word)
    return name
  }

  /// Ends a block, or what lies at some distance from its first byte. The name keeps its address.
  package mutating func deallocate(_ name: Int, at distance: Int = 0, family: Int = 0, on site: SiteCode? = nil) {
    operations.append(MisuseOperation(.deallocate, name, distance, family: family, site: site ?? self.site()).word)
  }

  /// Gives a name back.
  package mutating func forget(_ name: Int) { unused.append(name) }

  /// Ends a block, and gives its name back.
  package mutating func end(_ name: Int, family: Int = 0) {
    deallocate(name, family: family)
    forget(name)
  }

  /// Ends what the program made up: a number, shifted.
  package mutating func forge(_ number: Int, shift: Int = 0, family: Int = 0) {
    operations.append(MisuseOperation(.forge, shift, number, family: family, site: site()).word)
  }

  /// The block in a name becomes one of another size, in the same name.
  package mutating func reallocate(_ name: Int, to size: Int, on site: SiteCode? = nil) {
    operations.append(MisuseOperation(.reallocate, name, size, site: site ?? self.site()).word)
    sizes[name] = size
  }

  /// Two names one after the other, the first with a new block: `reallocateBeside` puts what becomes of it into the second.
  package mutating func allocatePair(_ size: Int, family: Int = 0) -> (old: Int, new: Int) {
    let old = nameCount
    nameCount += 2
    sizes[old] = size
    operations.append(MisuseOperation(.allocate, old, size, family: family, site: site()).word)
    return (old, old + 1)
  }

  /// As `reallocate`, but the name keeps the old address, and the next one has the new one.
  package mutating func reallocateBeside(_ name: Int, to size: Int) {
    operations.append(MisuseOperation(.reallocate, name, size, family: 1, site: site()).word)
    sizes[name + 1] = size
  }

  /// Reallocates what lies at some distance from a block's first byte.
  package mutating func reallocate(_ name: Int, at distance: Int, to size: Int) {
    operations.append(MisuseOperation(.reallocateInner, name, at: distance, count: size).word)
  }

  /// Changes bytes, counted from the block's first one.
  package mutating func write(_ name: Int, at offset: Int, _ count: Int = 1) {
    operations.append(MisuseOperation(.write, name, at: offset, count: count).word)
  }

  /// Changes bytes, counted from the one behind the block's last one.
  package mutating func overflow(_ name: Int, at distance: Int = 0, _ count: Int = 1) {
    write(name, at: size(of: name) + distance, count)
  }

  package mutating func check() { operations.append(MisuseOperation(.check, site: site()).word) }

  /// The program ends, and another begins: no name holds an address.
  package mutating func shutDown() {
    operations.append(MisuseOperation(.shutDown, site: site()).word)
    unused = (0..<nameCount).reversed()
  }

  /// - Parameter answerWords: room for answers; nil for as much as all of them can have.
  package func trace(heapLimit: Int, answerWords: Int? = nil) -> Trace {
    var places: [SiteCode: Int] = [:]
    var sites: [UInt64] = []
    let operations = operations.map { word in
      let operation = MisuseOperation(word: word)
      guard operation.hasSite else { return word }
      if places[operation.site] == nil {
        places[operation.site] = sites.count
        sites.append(MisuseVocabulary.word(operation.site))
      }
      return operation.moved(to: SiteCode(bits: UInt64(places[operation.site] ?? 0))).word
    }
    let words = answerWords ?? 8 * MisuseVocabulary.reportWords * operations.count
    return Trace(
      vocabulary: MisuseVocabulary.name, name: "misuse", origin: "generated",
      parameters: [
        TraceParameter(name: "heap.limit", value: heapLimit),
        TraceParameter(name: Channel.answerParameter, value: min(words, Channel.answerLimit)),
      ], slotCount: max(nameCount, 1), tables: SiteTable.tables(sites), operations: operations)
  }
}
