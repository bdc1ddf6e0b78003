package import Traces
package import Vocabularies

/// Every sequence of up to so many steps over a small alphabet, the shortest first, each the whole life of a subject of its own.
///
/// What goes wrong at all mostly goes wrong on a small input (Jackson's small scope hypothesis; Boyapati, Khurshid, Marinov 2002). So
/// the alphabet holds the limits, heaps are full after a few blocks, and nothing is drawn: that nothing is wrong here is proved, up
/// to the bound, and what is wrong shows on a sequence that no shorter one of this alphabet can replace.
///
/// A life ends with the frees of all blocks that are live, the oldest first: each is looked at once more.
package struct BoundedSequences: Sendable {
  /// A letter of the alphabet.
  package enum Step: Sendable {
    /// So many new blocks.
    case allocate(Int, alignment: Int = 1, count: Int = 1)
    /// A request that nobody can serve.
    case ask(Int, alignment: Int = 1)
    /// A live block gets another size: one letter for each of them.
    case reallocate(to: Int, alignment: Int = 1)
    /// A live block gets a size that none can have.
    case reallocateBeyond(Int)
    /// A live block ends: one letter for each of them.
    case deallocate
    /// All live blocks end, the newest first.
    case deallocateAll
    case reap
    /// A mark is taken inside those that hold, up to two.
    case mark
    /// Back to a mark: one letter for each that holds.
    case release
    /// All blocks end.
    case reset
    /// The heap refuses to grow, in one of the ways of `Hostility`, or grows again.
    case fault(Hostility, Int = 1)
    /// The block that was freed by the last step is freed once more.
    case freeAgain
    /// An address so many bytes inside a live block is freed: one letter for each that is larger.
    case freeInside(Int)
    /// An address so many bytes past the heap's end is freed.
    case freeBeyond(Int)
  }

  /// What is done once a life's steps are: between them and the frees, and after these.
  package struct Ending: Sendable {
    /// One life for each: the same steps, and then these operations, none of which makes a block or ends one.
    package var probes: [[AllocationOperation]] = [[]]
    /// After the frees: so many bytes each are asked for, and freed again in the same order.
    package var sizes: [Int] = []
    /// The last operations of a life; of the same sort as the probes.
    package var last: [AllocationOperation] = []

    package init(probes: [[AllocationOperation]] = [[]], sizes: [Int] = [], last: [AllocationOperation] = []) {
      self.probes = probes
      self.sizes = sizes
      self.last = last
    }
  }

  package let alphabet: [Step]
  package let depth: Int
  package let ending: Ending
  /// Where more blocks are live, one letter is each of the first, the last, and the one in the middle.
  private static let namedBlocks = 5

  package init(_ alphabet: [Step], depth: Int, ending: Ending = Ending()) {
    self.alphabet = alphabet
    self.depth = depth
    self.ending = ending
  }

  /// The lives one after the other, as a trace.
  package func trace(name: String, parameters: [TraceParameter]) -> Trace {
    var writer = Writer(alphabet: alphabet, ending: ending)
    for length in 1...max(depth, 1) { writer.write(length) }
    return Trace(
      vocabulary: AllocationVocabulary.name, name: name, origin: "every sequence of up to \(depth) steps",
      parameters: parameters, slotCount: writer.slotCount,
      operations: writer.operations)
  }

  /// Walks through the sequences of one length, in the order of the alphabet.
  private struct Writer {
    let alphabet: [Step]
    let ending: Ending
    var operations: [UInt64] = []
    var slotCount = 1
    /// The life so far.
    private var life: [UInt64] = []
    private var live: [Int] = []
    /// What each block was last asked to be.
    private var sizes: [Int: Int] = [:]
    /// Each block of a life has a slot of its own.
    private var blocks = 0
    /// The blocks that were live when each mark that holds was taken.
    private var marks: [[Int]] = []
    /// What the heap does.
    private var fault = Hostility.growthWorks

    init(alphabet: [Step], ending: Ending) {
      self.alphabet = alphabet
      self.ending = ending
    }

    mutating func write(_ rest: Int) {
      guard rest > 0 else { return end() }
      let isLast = rest == 1
      for step in alphabet {
        switch step {
        case .allocate(let size, let alignment, let count):
          let before = (life.count, live.count, blocks)
          for _ in 0..<count {
            life.append(AllocationOperation(.allocate, slot: blocks, size: size, alignment: alignment).word)
            live.append(blocks)
            sizes[blocks] = size
            blocks += 1
          }
          write(rest - 1)
          life.removeLast(life.count - before.0)
          live.removeLast(live.count - before.1)
          blocks = before.2
        case .ask(let size, let alignment):
          // Where it is served all the same, the block has to end.
          life.append(AllocationOperation(.allocate, slot: blocks, size: size, alignment: alignment).word)
          descend(AllocationOperation(.deallocate, slot: blocks), rest)
          life.removeLast()
        case .reallocate(let size, let alignment):
          for place in places {
            let before = sizes.updateValue(size, forKey: live[place])
            descend(AllocationOperation(.reallocate, slot: live[place], size: size, alignment: alignment), rest)
            sizes[live[place]] = before
          }
        case .reallocateBeyond(let size):
          for place in places { descend(AllocationOperation(.reallocate, slot: live[place], size: size), rest) }
        case .deallocate:
          // With the oldest last, it is the sequence without that, which ends just so.
          for place in places where !isLast || place > 0 {
            let slot = live.remove(at: place)
            descend(AllocationOperation(.deallocate, slot: slot), rest)
            live.insert(slot, at: place)
          }
        case .deallocateAll:
          guard !live.isEmpty, !isLast || live.count > 1 else { continue }
          let (before, count) = (live, life.count)
          life += live.reversed().map { AllocationOperation(.deallocate, slot: $0).word }
          live = []
          write(rest - 1)
          life.removeLast(life.count - count)
          live = before
        case .reap: descend(AllocationOperation(.reap), rest)
        case .mark:
          guard marks.count < 2, !isLast else { continue }
          marks.append(live)
          descend(AllocationOperation(.mark, slot: marks.count - 1), rest)
          marks.removeLast()
        case .release:
          for number in marks.indices {
            let before = (live, marks)
            // Blocks from before the mark that have not ended since, or moved.
            let moved = Set(
              life[place(ofMark: number)...].map { AllocationOperation(word: $0) }
                .filter { $0.kind == .reallocate }.map(\.slot))
            live = live.filter { marks[number].contains($0) && !moved.contains($0) }
            marks.removeLast(marks.count - number - 1)
            descend(AllocationOperation(.release, slot: number), rest)
            (live, marks) = before
          }
        case .reset:
          let before = (live, marks)
          (live, marks) = ([], [])
          descend(AllocationOperation(.reset), rest)
          (live, marks) = before
        case .fault(let hostility, let call):
          // One after another, or as the last step, it changes nothing.
          let isIdle =
            hostility == fault || life.last.map { AllocationOperation(word: $0).hostility?.isFault == true } ?? false
          guard !isLast, !isIdle else { continue }
          let before = fault
          fault = hostility
          descend(AllocationOperation(hostility, size: call), rest)
          fault = before
        case .freeAgain:
          guard let last = life.last.map({ AllocationOperation(word: $0) }), last.kind == .deallocate else { continue }
          descend(AllocationOperation(.doubleFree, slot: last.slot), rest)
        case .freeInside(let offset):
          // Where a block that could not grow is no smaller than it was, that is still inside.
          for place in places where sizes[live[place]] ?? 0 > offset {
            descend(AllocationOperation(.interiorFree, slot: live[place], size: offset), rest)
          }
        case .freeBeyond(let offset): descend(AllocationOperation(.foreignFree, size: offset), rest)
        }
      }
    }

    private mutating func descend(_ operation: AllocationOperation, _ rest: Int) {
      life.append(operation.word)
      write(rest - 1)
      life.removeLast()
    }

    /// The live blocks that are letters.
    private var places: [Int] {
      live.count <= BoundedSequences.namedBlocks ? Array(live.indices) : [0, live.count / 2, live.count - 1]
    }

    /// The place in this life at which a mark that holds was taken.
    private func place(ofMark number: Int) -> Int {
      life.lastIndex(of: AllocationOperation(.mark, slot: number).word) ?? 0
    }

    private mutating func end() {
      for probe in ending.probes {
        operations.append(AllocationOperation(.restart).word)
        operations += life
        operations += probe.map(\.word)
        for slot in live { operations.append(AllocationOperation(.deallocate, slot: slot).word) }
        let slots = blocks..<blocks + ending.sizes.count
        for (slot, size) in zip(slots, ending.sizes) {
          operations.append(AllocationOperation(.allocate, slot: slot, size: size, alignment: 1).word)
        }
        for slot in slots { operations.append(AllocationOperation(.deallocate, slot: slot).word) }
        operations += ending.last.map(\.word)
      }
      slotCount = max(slotCount, blocks + ending.sizes.count + 1)
    }
  }
}
