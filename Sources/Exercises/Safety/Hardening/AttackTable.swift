package import Traces
import Vocabularies
import Workloads

/// Attacks that are made on any allocator, to see which kinds get through where.
///
/// Each is a trace of the attack vocabulary, short, for a process of its own; `AttackWitness` says what came of it. They are the textbook's
/// first steps (heap overflow, double free, use after free, as CWE-122, 415 and 416 have them), no ways to run code.
package enum AttackTable {
  /// What an attack is after.
  package enum Goal: Sendable {
    /// Nothing is said when the block ends whose canary has changed.
    case silence
    /// Bytes of another live block have changed.
    case neighbour
    /// Two live blocks share bytes.
    case overlap
    /// A new block holds what another one held.
    case secrets
    /// A block that has ended still holds what it held.
    case remains
    /// The byte is accessed.
    case access
    /// The block that ended last is handed out again at once.
    case reuse
  }

  /// A row of the table.
  package struct Row: Sendable {
    package let title: String
    package let goal: Goal
    /// The sizes of the blocks that it is made with.
    package let sizes: [Int]
    let attack: @Sendable (inout AttackTraceBuilder, Int, inout SeededGenerator) -> Void

    /// One trace for each size and each of so many draws.
    package func traces(draws: Int, seed: UInt64) -> [Trace] {
      sizes.flatMap { size in
        (0..<draws).map { draw in
          var generator = SeededGenerator(seed: seed &+ UInt64(draw), purpose: "attack \(title) \(size)")
          var builder = AttackTraceBuilder()
          attack(&builder, size, &generator)
          return builder.trace(heapLimit: Hardening.limit, parameters: [TraceParameter(name: "draw", value: draw)])
        }
      }
    }
  }

  private static let small = [24, 120, 1000]

  package static let rows: [Row] = [
    Row(title: "overflow by a byte, then the block ends", goal: .silence, sizes: small) { builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.overflow(victim, by: 1)
      builder.deallocate(victim)
    },
    Row(title: "overflow by 8 bytes, then the block ends", goal: .silence, sizes: small) { builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.overflow(victim, by: 8)
      builder.deallocate(victim)
    },
    Row(title: "overflow by 8 bytes, into a neighbour", goal: .neighbour, sizes: small) { builder, size, generator in
      builder.overflow(crowd(&builder, size, &generator), by: 8)
    },
    Row(title: "overflow by 24 bytes, then blocks come and go", goal: .overlap, sizes: small) {
      builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.overflow(victim, by: 24)
      builder.deallocate(victim)
      comeAndGo(&builder, size)
    },
    Row(title: "underflow by 16 bytes, then blocks come and go", goal: .overlap, sizes: small) {
      builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.underflow(victim, by: 16)
      builder.deallocate(victim)
      comeAndGo(&builder, size)
    },
    Row(title: "double free, at once", goal: .overlap, sizes: small) { builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.deallocate(victim)
      builder.deallocate(victim)
      comeAndGo(&builder, size)
    },
    Row(title: "double free, eight others in between", goal: .overlap, sizes: small) { builder, size, generator in
      let others = (0..<8).map { _ in builder.allocate(size) }
      let victim = crowd(&builder, size, &generator)
      for other in others.prefix(7) { builder.deallocate(other) }
      builder.deallocate(victim)
      builder.deallocate(others[7])
      builder.deallocate(victim)
      comeAndGo(&builder, size)
    },
    Row(title: "double free, after somebody else has the memory", goal: .overlap, sizes: small) {
      builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.deallocate(victim)
      for _ in 0..<8 { _ = builder.allocate(size) }
      builder.deallocate(victim)
      comeAndGo(&builder, size)
    },
    Row(title: "free of an address inside a block", goal: .overlap, sizes: [120, 1000, 40_000]) {
      builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.deallocate(victim, at: 16 << generator.below(3))
      comeAndGo(&builder, size)
      comeAndGo(&builder, 24)
    },
    Row(title: "write after free, to the first 16 bytes", goal: .overlap, sizes: small) { builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.deallocate(victim)
      builder.scribble(victim, at: 0, 16)
      comeAndGo(&builder, size)
    },
    Row(title: "what new blocks hold", goal: .secrets, sizes: small + [40_000]) { builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.overwrite(victim)
      builder.deallocate(victim)
      for _ in 0..<16 { _ = builder.allocate(size) }
    },
    Row(title: "what blocks hold that have ended", goal: .remains, sizes: small + [40_000]) {
      builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.overwrite(victim)
      builder.deallocate(victim)
    },
    Row(title: "access 4 KiB before or behind a large block", goal: .access, sizes: [20_000, 40_000, 300_000]) {
      builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.touch(victim, at: generator.oneIn(2) ? -AttackVocabulary.page : size - 1 + AttackVocabulary.page)
    },
    Row(title: "the memory again at once", goal: .reuse, sizes: small) { builder, size, generator in
      let victim = crowd(&builder, size, &generator)
      builder.deallocate(victim)
      for _ in 0..<4 { _ = builder.allocate(size) }
    },
  ]

  /// Requests by which addresses are foreseen, the same in each process.
  package static func processes(_ count: Int) -> [Trace] {
    (0..<count).map { number in
      var generator = SeededGenerator(seed: 1, purpose: "foreseen addresses")
      var builder = AttackTraceBuilder()
      // It does nothing, since the name holds no address yet; but a heap's random numbers follow from the operations.
      builder.touch(0, at: number)
      var live: [Int] = []
      for _ in 0..<256 {
        live.append(builder.allocate(48))
        if live.count > 40 { builder.end(live.remove(at: generator.below(live.count))) }
      }
      return builder.trace(heapLimit: Hardening.limit)
    }
  }

  /// An estimate of the min-entropy of the next small block's address, in bits, given those before it; `AddressGuesser` says how.
  package static func entropy(_ traces: [Trace], outcomes: [[UInt64]]) -> (bits: Double, guesses: Int) {
    var guesser = AddressGuesser()
    for (trace, outcomes) in zip(traces, outcomes) {
      guesser.restart()
      for (word, outcome) in zip(trace.operations, outcomes) where AttackOperation(word: word).kind == .allocate {
        guesser.see(Int(truncatingIfNeeded: outcome))
      }
    }
    return (guesser.bits, guesser.guesses.max() ?? 0)
  }

  /// Some blocks of a size that live, one of them the victim.
  private static func crowd(_ builder: inout AttackTraceBuilder, _ size: Int, _ generator: inout SeededGenerator) -> Int
  {
    let names = (0..<16).map { _ in builder.allocate(size) }
    return names[generator.pick(4...11)]
  }

  /// What the program does afterwards.
  private static func comeAndGo(_ builder: inout AttackTraceBuilder, _ size: Int) {
    let names = (0..<12).map { _ in builder.allocate(size) }
    for name in names.prefix(6) { builder.deallocate(name) }
    for _ in 0..<12 { _ = builder.allocate(size) }
  }
}
