package import Traces
import Vocabularies
import Workloads

/// A general-purpose allocator from outside the course; it is in no catalogue, and nobody hands it in.
enum GeneralAllocator: ExerciseDefinition {
  static let id = "", title = "", assignment = ""
  static let summary = "A general-purpose allocator."
  static let handIn = HandIn(types: ["ComposedAllocator"], file: "", protocolName: "malloc")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = ""
  static let workloads: [Workload] = []
  static let meters = [Meter.space, .time]
  static let kinds: [ViolationKind] = []
  static func oracle(for trace: Trace) -> any Oracle { Exercise.General.composed.oracle(for: trace) }
}

extension Exercise {
  /// What a general-purpose allocator from outside the course is judged by.
  package enum General: Sendable, Equatable {
    /// The parameter of a trace that has been fitted to such an allocator, as its counterexamples have.
    package static let fittedParameter = "general.fitted"

    /// The malloc of a shared library, whose heap is its process's memory.
    case native
    /// An allocator with the interface of the CS:APP malloc lab, by the conventions of one.
    case csapp(CSAppLab)
    /// An allocator made of those of the course.
    case composed

    func oracle(for trace: Trace) -> any Oracle {
      // What is composed may put a byte into a block of any size, so it may refuse whatever it likes.
      let rules: [any AllocationRule] =
        [PromisesAlignment(self)] + (self == .composed ? [] : [ServesAQuarter(self)])
      return AllocationOracle(for: trace, in: self == .native ? .addressSpace : .heap, rules)
    }

    func adapt(_ trace: Trace) -> Trace { generalTrace(trace, self) }
  }

  /// The exercise that general-purpose allocators from outside take.
  ///
  /// - Parameter name: what people call the subject, in place of an exercise's id.
  package static func general(_ kind: General, named name: String? = nil) -> Exercise {
    let (id, title, driver) =
      switch kind {
      case .native: ("native", "Native malloc", "AllocationDriver<NativeSource>")
      case .csapp: ("csapp", "CS:APP malloc", "AllocationDriver<CSAppSource>")
      case .composed: ("composed", "Composed allocator", "AllocationDriver<AllocatorSource<ComposedAllocator>>")
      }
    var exercise = Exercise(GeneralAllocator.self)
    exercise.general = kind
    exercise.id = name ?? id
    exercise.title = title
    exercise.driver = exercise.handIn.qualified(driver: driver)
    exercise.chaos = chaosFit(kind)
    exercise.reductions = exercise.chaos?.reductions
    return exercise
  }

  private static func chaosFit(_ kind: General) -> ChaosFit {
    ChaosFit(
      budget: { ChaosBudget(operations: $0, liveBytes: 4 << 20, liveBlocks: 8000, largest: 64 << 10) },
      fit: { builder, _, chaos, _ in
        var trace = builder.trace(name: "general", seed: 0, parameters: [])
        trace.operations = Projection.operations(builder.operations, keepsReallocations: true) { $0 }
        trace = generalTrace(trace, kind)
        guard chaos.exhausts else { return trace }
        let peak = Projection.peakLiveBytes(trace.operations) { $0 <= hugeSize ? $0 : 0 }
        return trace.limited(to: max(peak * 6 / 10, 64 << 10).roundedUp(to: 4096), kind)
      },
      // Whatever refuses says how much it may use in more than one place.
      heapLimit: { _ in .max })
  }
}

private let hugeSize = Exercise.hugeRequest

extension Exercise {
  /// A request for more bytes than this is one that no subject from outside the course has to serve.
  package static var hugeRequest: Int { 1 << 29 }
}

extension Exercise {
  /// Whether its subjects are C allocators of a malloc lab.
  package var isMallocLab: Bool { if case .csapp? = general { true } else { false } }

  /// The same trace in a heap whose addresses fit into an `int`, where the lab has it higher; nil where it has not, or is too large for that.
  package func below2GiB(_ trace: Trace) -> Trace? {
    guard case .csapp(let lab) = general, lab.base >= 1 << 31,
      trace.parameter("heap.limit") ?? .max <= CSAppParameter.lowBytes
    else { return nil }
    return trace.settingParameter(CSAppParameter.base, CSAppParameter.lowBase)
  }
}

/// The same trace with a limit to the memory, so that whatever is refused below it is refused without need.
private func generalTrace(_ trace: Trace, _ kind: Exercise.General) -> Trace {
  let need = Projection.peakLiveBytes(trace.operations) { $0 <= hugeSize ? $0 + 64 : 0 }
  switch kind {
  case .native:
    // Allocators take memory from the system in pieces of up to 64 MiB.
    return trace.limited(to: min(max(8 * need, 1 << 30), 1 << 33), kind)
  case .csapp(let lab):
    // The labs' own limit is 20 MiB or more, and traces are made for it.
    let wanted = lab.heapLimit ?? max(8 * need, 20 << 20).roundedUp(to: 1 << 20)
    let limit = lab.heapLimit == nil || lab.isFor32Bits ? min(wanted, CSAppParameter.lowBytes) : wanted
    // The interface has no word for an alignment.
    return trace.askedInC().limited(to: limit, kind).told(of: lab).mappingOperations { $0.aligned(to: 1) }
  case .composed:
    return trace.limited(to: min(max(8 * need, 8 << 20), 1 << 30).roundedUp(to: 1 << 20), kind)
  }
}

extension Trace {
  /// The same with what the worker has to know of a lab.
  fileprivate func told(of lab: CSAppLab) -> Trace {
    settingParameter(CSAppParameter.base, lab.base)
      .settingParameter(CSAppParameter.boolean, lab.initAnswers == .boolean ? 1 : 0)
  }

  /// The same where a reallocation to 0 bytes ends the block, as in C, and the pointer is null from then on.
  fileprivate func askedInC() -> Trace {
    var trace = self
    trace.operations = []
    var isNull: Set<Int> = []
    for word in operations {
      let operation = AllocationOperation(word: word)
      switch operation.kind {
      case .reallocate where operation.size == 0:
        if !isNull.insert(operation.slot).inserted { continue }
        trace.operations += [.init(.byReallocation), .init(.deallocate, slot: operation.slot)].map(
          \AllocationOperation.word)
      case .reallocate where isNull.remove(operation.slot) != nil:
        trace.operations += [.init(.byReallocation), .init(.allocate, slot: operation.slot, size: operation.size)].map(
          \AllocationOperation.word)
      case .allocate, .allocateZeroed:
        isNull.remove(operation.slot)
        trace.operations.append(word)
      // Not every lab promises that a null pointer may be freed.
      case .deallocate where isNull.contains(operation.slot): continue
      default: trace.operations.append(word)
      }
    }
    return trace
  }

  /// The same with so much memory for the subject, wherever it takes it from.
  fileprivate func limited(to byteCount: Int, _ kind: Exercise.General) -> Trace {
    let trace = settingParameter("heap.limit", byteCount).settingParameter(Exercise.General.fittedParameter, 1)
    return kind == .native ? trace.settingParameter(AllocationVocabulary.memoryParameter, byteCount) : trace
  }
}

/// What is promised of every block, beyond what was asked for.
private final class PromisesAlignment: PlacementRule {
  private let kind: Exercise.General

  init(_ kind: Exercise.General) { self.kind = kind }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    let promised = promisedAlignment(kind, size: request.size)
    guard request.alignment < promised, address & (promised - 1) != 0 else { return nil }
    return Objection(.misaligned, "is not at a multiple of \(promised), as every block of that size should be")
  }
}

/// A request is served while no more than a quarter of the memory was ever live.
///
/// Headers, size classes and fragmentation take a part of the memory, and by Robson's bound more than is live in the worst case; real
/// allocators waste less than three quarters.
private final class ServesAQuarter: RefusalRule {
  private let kind: Exercise.General

  init(_ kind: Exercise.General) { self.kind = kind }

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    let (size, alignment) = (request.size, request.alignment)
    // Null is an answer to a request for nothing.
    guard size > 0, size <= hugeSize, !oracle.growthMayFail, alignment <= 1 << 20 else { return nil }
    let live = max(oracle.peakLiveBytes, oracle.liveBytes + size) + 64 * (oracle.peakLiveBlocks + 1)
    // Where so little memory is to be had, what allocators take at once for themselves counts.
    if kind == .native, oracle.heapLimit < 1 << 29 { return nil }
    guard live + 2 * alignment <= oracle.heapLimit / 4, oracle.heapLimit >= 1 << 20 else { return nil }
    return Objection(
      .failedWithRoom,
      "even with this block no more than \(live) bytes would ever have been live, headers of 64 bytes included: not a quarter of "
        + "the \(oracle.heapLimit) that may be used")
  }
}

/// The alignment that a block has without its being asked for.
///
/// C promises what any object that fits needs (C23 7.24.4): below 16 bytes some allocators take that at its word.
private func promisedAlignment(_ kind: Exercise.General, size: Int) -> Int {
  switch kind {
  case .native: size >= 16 ? 16 : size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1
  case .csapp(let lab): lab.alignment
  case .composed: 1
  }
}
