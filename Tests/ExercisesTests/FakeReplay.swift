import Examining
import Exercises
import Testing
import Traces
import Vocabularies

/// An operation and its outcome, as a subject in a test would have it.
struct Step {
  let operation: AllocationOperation
  let outcome: UInt64

  static func allocate(_ slot: Int, _ size: Int, alignment: Int = 1, at address: Int?, serial: UInt64 = 0) -> Step {
    Step(
      operation: AllocationOperation(.allocate, slot: slot, size: size, alignment: alignment),
      outcome: word(address, serial))
  }
  static func allocateZeroed(_ slot: Int, _ size: Int, at address: Int) -> Step {
    Step(
      operation: AllocationOperation(.allocateZeroed, slot: slot, size: size, alignment: 1), outcome: word(address, 0))
  }
  static func reallocate(_ slot: Int, _ size: Int, alignment: Int = 1, at address: Int?) -> Step {
    Step(
      operation: AllocationOperation(.reallocate, slot: slot, size: size, alignment: alignment),
      outcome: word(address, 0))
  }
  static func deallocate(_ slot: Int) -> Step {
    Step(operation: AllocationOperation(.deallocate, slot: slot), outcome: 0)
  }
  static let reap = Step(operation: AllocationOperation(.reap), outcome: 0)

  static func rejected(_ slot: Int) -> Step {
    Step(
      operation: AllocationOperation(.deallocate, slot: slot), outcome: AllocationVocabulary.rejected)
  }
  static func hostile(_ hostility: Hostility, slot: Int = 0, size: Int = 0, _ outcome: UInt64) -> Step {
    Step(operation: AllocationOperation(hostility, slot: slot, size: size), outcome: outcome)
  }

  private static func word(_ address: Int?, _ serial: UInt64) -> UInt64 {
    address.map { UInt64($0) | serial << AllocationVocabulary.serialShift } ?? AllocationVocabulary.noAddress
  }
}

/// Feeds an exercise's oracle with hand-made outcomes, over a heap whose payloads are filled as the worker fills them.
final class FakeReplay {
  private var oracle: any Oracle
  private let heap: UnsafeMutableRawPointer
  private let limit: Int
  private let reserved: Int
  /// By slot, the operation that made the block there.
  private var patterns: [Int: Int] = [:]
  private var count = 0
  /// Bytes in touched pages, as the judge would be told.
  var touchedBytes = 0

  /// - Parameters:
  ///   - reserved: bytes at the start of every block that hold a serial number.
  ///   - steps: the whole trace, for oracles that look ahead.
  init(
    _ id: String, _ parameters: [(String, Int)] = [], limit: Int = 1 << 16, slots: Int = 64, reserved: Int = 0,
    steps: [Step] = []
  ) throws {
    guard let exercise = Catalogue.all.exercise(id) else { throw Unknown(id: id) }
    let parameters = (parameters + [("heap.limit", limit)]).map { TraceParameter(name: $0.0, value: $0.1) }
    oracle = exercise.oracle(
      Trace(
        vocabulary: exercise.vocabulary.name, name: "test", parameters: parameters, slotCount: slots,
        operations: steps.map(\.operation.word)))
    heap = .allocate(byteCount: limit, alignment: 4096)
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: limit)
    self.limit = limit
    self.reserved = reserved
  }

  deinit { heap.deallocate() }

  struct Unknown: Error { let id: String }

  /// The oracle becomes the subject's program, so that nothing else writes payloads.
  func attend() {
    oracle.attend(secret: 7)
    isAttended = true
  }

  private var isAttended = false

  /// A window: its payloads are written, `meanwhile` happens, and the oracle looks.
  func window(
    _ steps: [Step], damage: DamageReport? = nil, heapEnd: Int? = nil, hasHeap: Bool = true,
    meanwhile: (UnsafeMutableRawPointer) -> Void = { _ in }
  ) -> Violation? {
    if isAttended {
      let words = steps.map(\.operation.word)
      if let violation = oracle.prepare(for: words.span, firstIndex: count, heap: view) { return violation }
    } else {
      for (place, step) in steps.enumerated() { fill(step, index: count + place) }
    }
    meanwhile(heap)
    let window = Window(
      firstIndex: count, damage: damage, heap: hasHeap ? view : nil, heapEnd: heapEnd ?? limit)
    count += steps.count
    let (operations, outcomes) = (steps.map(\.operation.word), steps.map(\.outcome))
    let violation = oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
    // Once something was wrong, the oracle's records are what they were in the middle of an operation.
    if violation == nil, let oracle = oracle as? AllocationOracle { #expect(oracle.invariantViolations() == []) }
    return violation
  }

  func finish() -> Violation? { oracle.finish(heap: view) }

  func end(_ violation: Violation) -> Violation? { oracle.verdict(onEnd: violation) }

  func measurement(_ name: String) -> Double? { oracle.measurements.first { $0.name == name }?.value }

  func endsWindow(_ step: Step) -> Bool { oracle.endsWindow(step.operation.word) }

  private var view: HeapView { HeapView(base: heap, byteCount: limit, touchedBytes: touchedBytes) }

  private func fill(_ step: Step, index: Int) {
    let slot = step.operation.slot
    switch step.operation.kind {
    case .deallocate: patterns[slot] = nil
    case .allocate, .reallocate:
      guard step.outcome != AllocationVocabulary.noAddress else { return }
      let address = Int(step.outcome & AllocationVocabulary.addressMask)
      let size = step.operation.size
      guard address + size <= limit, size >= reserved else { return }
      if reserved > 0 {
        heap.storeBytes(of: step.outcome >> AllocationVocabulary.serialShift, toByteOffset: address, as: UInt64.self)
      }
      // A block keeps its pattern wherever it moves.
      let pattern = step.operation.kind == .reallocate ? patterns[slot] ?? index : index
      patterns[slot] = pattern
      let key = PayloadPattern.key(ofOperation: UInt64(pattern))
      PayloadPattern.fill(heap + address + reserved, count: size - reserved, key: key)
    default: break
    }
  }
}
