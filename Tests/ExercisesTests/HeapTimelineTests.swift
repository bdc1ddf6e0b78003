import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct HeapTimelineTests {
  private func empty(_ id: String = "pool") throws -> HeapContents {
    let exercise = try #require(Catalogue.all.exercise(id))
    let trace = Trace(vocabulary: exercise.vocabulary.name, name: "test", slotCount: 16, operations: [])
    return HeapContents(asSeenBy: exercise.oracle(trace))
  }

  private func timeline(_ steps: [Step], _ id: String = "pool") throws -> HeapTimeline {
    HeapTimeline(from: try empty(id), operations: steps.map(\.operation.word)[...], outcomes: steps.map(\.outcome))
  }

  @Test func blocksComeMoveAndGo() throws {
    var timeline = try timeline([
      .allocate(0, 24, at: 0x40), .allocate(1, 100, at: 0x80), .allocate(2, 8, at: nil), .reallocate(0, 48, at: 0x100),
      .reallocate(1, 400, at: nil), .reallocate(2, 9, at: 0x200), .deallocate(2), .deallocate(1), .reap,
    ])
    #expect(timeline.contents.blocks.isEmpty)
    timeline.move(to: 3)
    #expect(timeline.contents.blocks.mapValues(\.bytes) == [0: 0x40..<0x58, 1: 0x80..<0xe4])
    #expect(timeline.contents.liveBytes == 124)
    timeline.move(to: 4)
    #expect(timeline.contents.blocks[0]?.bytes == 0x100..<0x130)
    #expect(timeline.contents.blocks[0]?.origin == 3)
    // Refused: as it was. Of no block: nothing.
    timeline.move(to: 6)
    #expect(timeline.contents.blocks.mapValues(\.size) == [0: 48, 1: 100])
    timeline.move(to: 7)
    #expect(timeline.contents.blocks.mapValues(\.size) == [0: 48, 1: 100])
    timeline.move(to: 100)
    #expect(timeline.position == 9)
    #expect(timeline.contents.blocks.count == 1 && timeline.contents.liveBytes == 48)
    timeline.move(to: -5)
    #expect(timeline.position == 0 && timeline.contents.blocks.isEmpty && timeline.contents.liveBytes == 0)
  }

  @Test func aWalkBackShowsWhatTheWayThereDid() throws {
    var generator = SeededGenerator(seed: 7, purpose: "timeline")
    let steps = (0..<3000).map { _ in
      let slot = generator.below(40)
      let address = generator.oneIn(8) ? nil : generator.below(1 << 16)
      return switch generator.below(4) {
      case 0, 1: Step.allocate(slot, generator.below(200), at: address)
      case 2: Step.reallocate(slot, generator.below(200), at: address)
      default: Step.deallocate(slot)
      }
    }
    var timeline = try timeline(steps)
    var moments: [[Int: HeapContents.Block]] = []
    for place in 0...steps.count {
      timeline.move(to: place)
      moments.append(timeline.contents.blocks)
      #expect(timeline.contents.liveBytes == timeline.contents.blocks.values.reduce(0) { $0 + $1.size })
    }
    for place in (0...steps.count).reversed() {
      timeline.move(to: place)
      guard timeline.contents.blocks == moments[place] else {
        Issue.record("another state at \(place)")
        return
      }
    }
    for _ in 0..<200 {
      let place = generator.below(steps.count + 1)
      timeline.move(to: place)
      #expect(timeline.contents.blocks == moments[place])
    }
  }

  @Test func aWalkMayBeginInTheMiddle() throws {
    let steps: [Step] = [.allocate(0, 8, at: 0), .allocate(1, 8, at: 8), .deallocate(0)]
    var start = try empty()
    start.perform(steps[0].operation.word, steps[0].outcome, at: 0)
    var timeline = HeapTimeline(
      from: start, operations: steps.map(\.operation.word)[1...], outcomes: steps[1...].map(\.outcome))
    timeline.move(to: 2)
    #expect(timeline.contents.blocks.mapValues(\.origin) == [1: 1])
    timeline.move(to: 0)
    #expect(timeline.contents.blocks.mapValues(\.origin) == [0: 0])
  }

  @Test func outcomesMayBeAnything() throws {
    for outcome in [UInt64.max - 1, 1 << 63, UInt64(Int.max), 1 << 40] {
      let operation = AllocationOperation(.allocate, slot: 3, size: Int.max - 5).word
      var timeline = HeapTimeline(from: try empty(), operations: [operation, operation], outcomes: [outcome, outcome])
      timeline.move(to: 2)
      #expect(timeline.contents.blocks[3]?.bytes.isEmpty == false || outcome >= UInt64(Int.max))
      timeline.move(to: 0)
      #expect(timeline.contents.liveBytes == 0)
    }
  }

  @Test func exercisesSayHowMuchABlockTakes() throws {
    var buddy = try timeline([.allocate(0, 33, at: 64)], "buddy")
    buddy.move(to: 1)
    #expect(buddy.contents.blocks[0]?.reserved == 64..<128)
    // The upper bits of a constructed object's outcome are no part of its address.
    var slab = try timeline([.allocate(0, 48, at: 96, serial: 77)], "slab")
    slab.move(to: 1)
    #expect(slab.contents.blocks[0]?.bytes == 96..<144)
  }

  @Test func damageIsFoundWhereverItIs() throws {
    let heap = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
    defer { heap.deallocate() }
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: 4096)
    var contents = try empty()
    let steps: [Step] = [.allocate(0, 40, at: 0), .allocate(1, 40, at: 40), .allocate(2, 40, at: 4090)]
    for (index, step) in steps.enumerated() {
      contents.perform(step.operation.word, step.outcome, at: index)
      guard let block = contents.blocks[index], block.bytes.upperBound <= 4096 else { continue }
      PayloadPattern.fill(heap + block.address, count: block.size, key: PayloadPattern.key(ofOperation: UInt64(index)))
    }
    let view = HeapView(base: heap, byteCount: 4096, touchedBytes: 0)
    #expect(contents.damage(in: view, end: 4096).isEmpty)
    for place in [45, 47] {
      heap.storeBytes(of: heap.load(fromByteOffset: place, as: UInt8.self) ^ 1, toByteOffset: place, as: UInt8.self)
    }
    #expect(contents.damage(in: view, end: 4096).map(\.bytes) == [45..<48])
    #expect(contents.damage(in: view, end: 4096).first?.block.slot == 1)
    #expect(contents.damage(in: view, end: 79).isEmpty)
    #expect(contents.damage(in: view, end: 4096, limit: 0).isEmpty)
  }

  @Test func aSerialNumberIsNoPayload() throws {
    let heap = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
    defer { heap.deallocate() }
    heap.initializeMemory(as: UInt8.self, repeating: 0xff, count: 4096)
    var contents = try empty("slab")
    let step = Step.allocate(0, 48, at: 96, serial: 77)
    contents.perform(step.operation.word, step.outcome, at: 5)
    contents.perform(Step.deallocate(9).operation.word, 0, at: 6)
    PayloadPattern.fill(heap + 104, count: 40, key: PayloadPattern.key(ofOperation: 5))
    #expect(contents.damage(in: HeapView(base: heap, byteCount: 4096, touchedBytes: 0), end: 4096).isEmpty)
    heap.storeBytes(of: ~heap.load(fromByteOffset: 104, as: UInt8.self), toByteOffset: 104, as: UInt8.self)
    #expect(
      contents.damage(in: HeapView(base: heap, byteCount: 4096, touchedBytes: 0), end: 4096).map(\.bytes) == [104..<105]
    )
  }
}
