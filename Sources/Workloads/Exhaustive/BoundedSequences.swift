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
  }

  package let alphabet: [Step]
  package let depth: Int
  /// Where more blocks are live, one letter is each of the first, the last, and the one in the middle.
  private static let namedBlocks = 5

  package init(_ alphabet: [Step], depth: Int) {
    self.alphabet = alphabet
    self.depth = depth
  }

  /// The lives one after the other, as a trace.
  package func trace(name: String, parameters: [TraceParameter]) -> Trace {
    var writer = Writer(alphabet: alphabet)
    for length in 1...max(depth, 1) { writer.write(length) }
    return Trace(
      vocabulary: AllocationVocabulary.name, name: name, origin: "every sequence of up to \(depth) steps",
      parameters: parameters, slotCount: writer.slotCount,
      operations: writer.operations)
  }

  /// Walks through the sequences of one length, in the order of the alphabet.
  private struct Writer {
    let alphabet: [Step]
    var operations: [UInt64] = []
    var slotCount = 1
    /// The life so far.
    private var life: [UInt64] = []
    private var live: [Int] = []
    /// Each block of a life has a slot of its own.
    private var blocks = 0
    /// The blocks that were live when each mark that holds was taken.
    private var marks: [[Int]] = []
    /// What the heap does.
    private var fault = Hostility.growthWorks

    init(alphabet: [Step]) { self.alphabet = alphabet }

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
            descend(AllocationOperation(.reallocate, slot: live[place], size: size, alignment: alignment), rest)
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
      operations.append(AllocationOperation(.restart).word)
      operations += life
      for slot in live { operations.append(AllocationOperation(.deallocate, slot: slot).word) }
      slotCount = max(slotCount, blocks + 1)
    }
  }
}
