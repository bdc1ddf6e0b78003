import Examining
import Traces
import Vocabularies
import Workloads

/// An attacker who has run the same program at home, and knows from there how far blocks lie from each other.
///
/// Nothing has to be known of where memory begins. Of each block of one process he takes the next one above, as it was given, and how far that
/// is; in the process after it, he writes as far from the same block, and hopes to hit the same other one. So where blocks lie in the second
/// process is told by a subject of the framework's own, `PlacedBlocksDriver`, which puts them where they were, and writes.
struct PlacedAttack {
  /// A write: from one block to another, by their numbers in the program.
  struct Aim: Equatable {
    let from: Int
    let to: Int
    let distance: Int
  }

  /// Processes one after the other that do the same: their operations, and where their blocks lay.
  fileprivate struct Life {
    var operations: [UInt64] = []
    var addresses: [Int] = []
  }

  private(set) var operations: [UInt64] = []
  private(set) var addresses: [UInt64] = []
  /// Of each write in the operations, which block it is aimed at: the name that holds it.
  private(set) var targets: [Int] = []

  /// Of a trace and its outcomes. Only processes that do nothing but allocate are played over again.
  init(_ trace: Trace, _ outcomes: [UInt64]) {
    var lives = [Life()]
    for (word, outcome) in zip(trace.operations, outcomes) {
      if AttackOperation(word: word).kind == .restart {
        lives.append(Life())
      } else {
        lives[lives.count - 1].operations.append(word)
        lives[lives.count - 1].addresses.append(Int(clamping: outcome))
      }
    }
    for (known, attacked) in zip(lives, lives.dropFirst()) where known.isAlike(attacked) {
      let aims = Self.aims(known.addresses)
      operations += attacked.operations
      addresses += attacked.addresses.map { UInt64($0) }
      let names = attacked.operations.map { AttackOperation(word: $0).name }
      for aim in aims {
        operations.append(AttackOperation(scribble: names[aim.from], at: aim.distance, Self.bytes).word)
        targets.append(names[aim.to])
      }
      operations.append(AttackOperation(.restart).word)
    }
  }

  /// Bytes that are written at once.
  static let bytes = 8
  /// How far a write can reach.
  private static let reach = 1 << 23

  /// Of each block the one above, as far away as it is.
  static func aims(_ addresses: [Int]) -> [Aim] {
    let order = addresses.indices.sorted { addresses[$0] < addresses[$1] }
    return zip(order, order.dropFirst()).compactMap { from, to in
      let distance = addresses[to] - addresses[from]
      return distance > 0 && distance < reach ? Aim(from: from, to: to, distance: distance) : nil
    }
  }

  func trace(after trace: Trace) -> Trace {
    Trace(
      vocabulary: AttackVocabulary.name, name: "what follows from \(trace.name)", origin: trace.name,
      parameters: [TraceParameter(name: "heap.limit", value: trace.heapLimit)], slotCount: trace.slotCount,
      tables: [NamedTable(AttackVocabulary.addresses, words: addresses)], operations: operations)
  }
}

extension PlacedAttack.Life {
  /// Whether another process asks for the same blocks, and all were given in both.
  fileprivate func isAlike(_ other: Self) -> Bool {
    operations == other.operations && addresses.count > 1
      && operations.allSatisfy { AttackOperation(word: $0).kind == .allocate }
      && (addresses + other.addresses).allSatisfy { $0 < 1 << 40 }
  }
}

/// Counts how often such an attacker hits what he aims at.
///
/// Where each block is in one of 64 places that are as likely, he does once in 64 times; what is held against an allocator is what is held
/// against it where an address is guessed (`AddressGuesser`).
struct PlacedAttackOracle: Oracle {
  private let targets: [Int]
  private var addresses: [Int: Int] = [:]
  private var aimed = 0
  private(set) var hits = 0
  private var example: String?

  init(_ attack: PlacedAttack) { targets = attack.targets }

  func endsWindow(_ operation: UInt64) -> Bool { isWrite(operation) }
  func beginsWindow(_ operation: UInt64) -> Bool { isWrite(operation) }

  private func isWrite(_ operation: UInt64) -> Bool { AttackOperation(word: operation).kind == .scribble }

  mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    for place in operations.indices {
      let operation = AttackOperation(word: operations[place])
      switch operation.kind {
      case .allocate: addresses[operation.name] = Int(clamping: outcomes[place])
      case .scribble:
        if let heap = window.heap { look(operation, heap) }
      default: addresses.removeAll(keepingCapacity: true)
      }
    }
    return nil
  }

  /// Whether a write has hit, which then is as if it had not been.
  private mutating func look(_ operation: AttackOperation, _ heap: HeapView) {
    guard aimed < targets.count, let from = addresses[operation.name], let target = addresses[targets[aimed]] else {
      return
    }
    aimed += 1
    if heap.byte(at: target) != 0 {
      hits += 1
      example =
        "for example: \(operation.offset) bytes from the block at \(hexadecimal(UInt64(clamping: from))) there was, as in the process "
        + "before, the block in p\(targets[aimed - 1]), at \(hexadecimal(UInt64(clamping: target)))"
    }
    let written = from + operation.offset
    if written >= 0, written <= heap.byteCount - PlacedAttack.bytes { heap.store(0, at: written) }
  }

  mutating func finish(heap: HeapView?) -> Violation? {
    guard AddressGuesser.isTooMuch(hits, of: aimed) else { return nil }
    return Violation(
      .neighbourForeseen, at: nil,
      "an attacker who knows how far blocks are from each other in one process wrote to \(aimed) of them in another, and hit \(hits); "
        + "1 in 64 may be hit",
      evidence: example.map { [$0] } ?? [])
  }

  func verdict(onEnd violation: Violation) -> Violation? { violation }

  var measurements: [Measurement] {
    [Measurement("aimed", Double(aimed), ""), Measurement("hit", Double(hits), "")]
  }
}

extension Hardening: FollowedExercise {
  static func isFollowed(_ trace: Trace) -> Bool { trace.parameter(HardeningOracle.guessedParameter) == 1 }

  static func followUp(to trace: Trace, _ outcomes: [UInt64], _ answers: Answers) -> FollowUp? {
    let attack = PlacedAttack(trace, outcomes)
    guard !attack.targets.isEmpty else { return nil }
    return FollowUp(
      driver: "PlacedBlocksDriver", trace: attack.trace(after: trace), oracle: PlacedAttackOracle(attack))
  }
}
