import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

@Suite("The oracle of numa")
struct NUMAOracleTests {
  private typealias Operation = NUMAVocabulary.Operation

  /// Node 0 has frames 10 and 11, node 1 frames 20 to 22, node 2 none. It is nearer from 0 to 1 than back. Processor n is node n's.
  private static let machine = NUMATopology(
    frames: [10..<12, 20..<23, 0..<0], nodeOfCPU: [0, 1, 2], distances: [[10, 20, 15], [30, 10, 15], [40, 25, 10]])

  private static let policies = [
    NUMAPolicy(.local, weights: [0, 0, 0]), NUMAPolicy(.preferred, node: 1, weights: [0, 0, 0]),
    NUMAPolicy(.bind, weights: [1, 0, 0]), NUMAPolicy(.interleave, weights: [1, 1, 0]),
    NUMAPolicy(.weighted, weights: [1, 2, 0]), NUMAPolicy(.bind, weights: [0, 0, 1]),
  ]

  private static let (none, done) = (NUMAVocabulary.none, NUMAVocabulary.done)

  private func trace(_ operations: [Operation], promise: Int? = nil) -> Trace {
    Trace(
      vocabulary: NUMAVocabulary.name, name: "test",
      parameters: promise.map { [TraceParameter(name: NUMAVocabulary.promise, value: $0)] } ?? [], slotCount: 8,
      tables: [
        NamedTable(NUMAVocabulary.topology, words: Self.machine.words),
        NamedTable(NUMAVocabulary.policies, words: Self.policies.flatMap(\.words)),
      ], operations: operations.map(\.word))
  }

  /// What is wrong with these outcomes, of an oracle that is asked to the end.
  private func judged(
    _ steps: [(Operation, UInt64)], promise: Int? = nil
  ) -> (violation: Violation?, measurements: [Measurement]) {
    let trace = trace(steps.map(\.0), promise: promise)
    var oracle = NUMAOracle(for: trace)
    let outcomes = steps.map(\.1)
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
    let found =
      oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window) ?? oracle.finish(heap: nil)
    return (found, oracle.measurements)
  }

  /// All threads run, and a block of so many pages begins under each name from 0 on.
  private func start(_ rows: [Int], pages: Int = 3) -> [(Operation, UInt64)] {
    (0..<3).map { (.run(thread: $0, cpu: $0), Self.done) }
      + rows.enumerated().map { (.allocate(block: $0, bytes: 4096 * pages, policy: $1), Self.done) }
  }

  private func touch(
    _ block: Int, _ page: Int, _ thread: Int, _ outcome: UInt64, _ accesses: Int = 1
  ) -> (Operation, UInt64) {
    (.touch(block: block, page: page, thread: thread, accesses: accesses), outcome)
  }

  @Test("takes what each policy says")
  func right() {
    let cases: [(rows: [Int], touches: [(Operation, UInt64)])] = [
      ([0], [touch(0, 0, 0, 11), touch(0, 1, 1, 20), touch(0, 2, 0, 10), touch(0, 2, 1, 10)]),
      // From node 0 to the nearest, and from node 2, which has no memory.
      ([0, 0], [touch(0, 0, 0, 10), touch(0, 1, 0, 11), touch(0, 2, 0, 22), touch(1, 0, 2, 20)]),
      ([1, 1], [touch(0, 0, 0, 20), touch(0, 1, 2, 21), touch(0, 2, 1, 22), touch(1, 0, 1, 10)]),
      ([2], [touch(0, 0, 1, 10), touch(0, 1, 1, 11), touch(0, 2, 1, Self.none), touch(0, 2, 0, Self.none)]),
      ([5], [touch(0, 0, 2, Self.none)]),
      ([3, 3], [touch(0, 0, 0, 20), touch(0, 1, 0, 10), touch(0, 2, 0, 11), touch(1, 0, 1, 21), touch(1, 1, 1, 22)]),
      ([4], [touch(0, 0, 0, 20), touch(0, 1, 0, 21), touch(0, 2, 0, 10)]),
      // It moves where its thread is.
      ([0], [touch(0, 0, 0, 10), touch(0, 0, 1, 20), touch(0, 1, 0, 10)]),
    ]
    for (rows, touches) in cases {
      let found = judged(start(rows) + touches).violation
      #expect(found == nil, "\(rows): \(found?.message ?? "")")
    }
  }

  @Test("finds every kind, at its operation")
  func kinds() {
    let full = [touch(0, 0, 0, 10), touch(0, 1, 0, 11)]
    let cases: [(rows: [Int], touches: [(Operation, UInt64)], kind: ViolationKind)] = [
      ([0], [touch(0, 0, 0, 20)], .wrongNode), ([1], [touch(0, 0, 0, 10)], .wrongNode),
      ([0], [touch(0, 0, 2, 10)], .wrongNode), ([0], full + [touch(0, 2, 0, Self.none)], .refusedWithFreeFrames),
      ([0, 1], [touch(1, 0, 0, 20), touch(1, 1, 0, 21), touch(1, 2, 0, 22), touch(0, 0, 1, 20)], .frameInUse),
      ([2], full + [touch(0, 2, 0, 20)], .spilledBinding), ([3], full, .unevenPages),
      ([4], [touch(0, 0, 0, 10), touch(0, 1, 0, 11)], .unevenPages), ([0], [touch(0, 0, 0, 12)], .noSuchFrame),
      ([0], [touch(0, 0, 0, .max - 5)], .noSuchFrame), ([0], [touch(0, 0, 0, 10), touch(0, 1, 0, 10)], .frameInUse),
      ([1], [touch(0, 0, 0, 20), touch(0, 0, 0, 21)], .pageMoved),
      ([0], [touch(0, 0, 0, 10), touch(0, 0, 0, Self.none)], .pageLost),
      ([0], [touch(0, 0, 0, 10), touch(0, 1, 1, 20), touch(0, 0, 1, 20)], .frameInUse),
    ]
    for (rows, touches, kind) in cases {
      let found = judged(start(rows) + touches).violation
      #expect(found?.kind == kind, "\(rows): \(found?.message ?? "nothing")")
      #expect(found?.operation == 3 + rows.count + touches.count - 1)
    }
  }

  @Test("calls it a wrong fallback where the right node is full")
  func fallbacks() {
    // Node 1 is full; from it node 0 is the only other, so three nodes with memory are needed: the reservation fills one.
    let machine = NUMATopology(
      frames: [0..<2, 2..<4, 4..<6], nodeOfCPU: [0, 1, 2], distances: [[10, 20, 30], [20, 10, 15], [30, 15, 10]])
    let operations: [(Operation, UInt64)] = [
      (.run(thread: 0, cpu: 1), Self.done), (.allocateOn(block: 1, bytes: 8192, node: 1), Self.done),
      (.allocate(block: 0, bytes: 4096, policy: 0), Self.done), touch(0, 0, 0, 0),
    ]
    let trace = Trace(
      vocabulary: NUMAVocabulary.name, name: "test", slotCount: 2,
      tables: [
        NamedTable(NUMAVocabulary.topology, words: machine.words),
        NamedTable(NUMAVocabulary.policies, words: NUMAPolicy(.local, weights: [0, 0, 0]).words),
      ], operations: operations.map(\.0.word))
    for (outcome, kind) in [(UInt64(0), ViolationKind.wrongFallback), (2, .frameInUse), (4, nil)] {
      var oracle = NUMAOracle(for: trace)
      let outcomes = operations.dropLast().map(\.1) + [outcome]
      let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
      let found = oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)?.kind
      #expect(found == kind)
    }
  }

  @Test("knows how many frames a reservation leaves, to the page")
  func reservations() {
    for (bytes, outcome, kind) in [
      (3 * 4096, Self.done, nil), (3 * 4096, Self.none, ViolationKind.wrongReservation), (3 * 4096 + 1, Self.none, nil),
      (3 * 4096 + 1, Self.done, .wrongReservation), (0, Self.done, nil), (0, 7, .wrongReservation),
    ] as [(Int, UInt64, ViolationKind?)] {
      let found = judged(start([]) + [(.allocateOn(block: 0, bytes: bytes, node: 1), outcome)]).violation?.kind
      #expect(found == kind, "\(bytes)")
    }
    // What was never touched comes back.
    let twice: [(Operation, UInt64)] = [
      (.allocateOn(block: 0, bytes: 8192, node: 0), Self.done), touch(0, 0, 1, 11), (.deallocate(block: 0), Self.done),
      (.allocateOn(block: 0, bytes: 8192, node: 0), Self.done), (.allocateOn(block: 1, bytes: 1, node: 0), Self.none),
    ]
    let found = judged(start([]) + twice).violation
    #expect(found == nil, "\(found?.message ?? "")")
  }

  @Test("counts accesses and moves times their distances")
  func cost() {
    // 5 from node 0, 100 from node 1, and then there, after a move that costs 64 accesses from 1 to 0.
    let steps = [touch(0, 0, 0, 10, 5), touch(0, 0, 1, 10, 100), touch(0, 0, 1, 20, 7)]
    let paid = 5 * 10 + 100 * 30 + 64 * 30 + 7 * 10
    // It had better moved at once.
    let least = 5 * 10 + 64 * 30 + 107 * 10
    let measurements = judged(start([0]) + steps, promise: 2000).measurements
    #expect(measurements.map(\.value) == [Double(paid), Double(least), Double(paid) / Double(least)])
    for (promise, kind) in [(paid * 1000 / least, ViolationKind.farFromMemory), (paid * 1000 / least + 1, nil)] {
      let found = judged(start([0]) + steps, promise: promise).violation?.kind
      #expect(found == kind)
    }
    for (row, frame, promise) in [(1, UInt64(20), 2000), (0, 10, nil)] as [(Int, UInt64, Int?)] {
      let none = judged(start([row]) + [touch(0, 0, 0, frame, 5)], promise: promise).measurements
      #expect(none.isEmpty)
    }
  }

  /// All that can be done, each from where the one before has led.
  private func bruteForce(
    _ operations: ArraySlice<Operation>, _ places: [Int: Int], _ nodes: [Int: Int], _ machine: NUMATopology
  ) -> Int {
    guard let operation = operations.first else { return 0 }
    let rest = operations.dropFirst()
    switch operation {
    case .run(let thread, let cpu):
      var nodes = nodes
      nodes[thread] = machine.nodeOfCPU[cpu]
      return bruteForce(rest, places, nodes, machine)
    case .touch(_, let page, let thread, let accesses):
      guard let node = nodes[thread] else { return bruteForce(rest, places, nodes, machine) }
      func isFree(_ memory: Int) -> Bool { places.values.count { $0 == memory } < machine.frames[memory].count }
      let choices: [Int]
      if let old = places[page] {
        choices = machine.frames.indices.filter { $0 == old || isFree($0) }
      } else {
        choices = Array(machine.nearest(to: node).filter(isFree).prefix(1))
      }
      let costs = choices.map { memory in
        var moved = places
        moved[page] = memory
        let way = places[page].map { $0 == memory ? 0 : 64 * machine.distances[memory][$0] } ?? 0
        return way + machine.distances[node][memory] * accesses + bruteForce(rest, moved, nodes, machine)
      }
      return costs.min() ?? bruteForce(rest, places, nodes, machine)
    default: return bruteForce(rest, places, nodes, machine)
    }
  }

  @Test("finds the least exactly, as who tries everything")
  func exact() {
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<40 {
      let machine = NUMATopology(
        frames: [0..<generator.pick(1...2), 5..<6, 9..<9 + generator.below(2)], nodeOfCPU: [0, 1, 2],
        distances: [[10, 20, 15], [30, 10, 15], [40, 25, 10]])
      var operations: [Operation] = (0..<2).map { .run(thread: $0, cpu: generator.below(3)) }
      operations.append(.allocate(block: 0, bytes: 3 * 4096, policy: 0))
      for _ in 0..<8 {
        operations.append(
          .touch(block: 0, page: generator.below(3), thread: generator.below(2), accesses: generator.pick(1...200)))
      }
      let exact = ExactLocalCost.least(
        operations.map(\.word), on: machine, policies: [NUMAPolicy(.local, weights: [0, 0, 0])])
      #expect(exact == bruteForce(operations[...], [:], [:], machine))
    }
  }
}
