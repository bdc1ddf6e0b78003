import Examining
import Exercises
import Testing
import Vocabularies

/// What every allocator must do, by the buddy exercise's oracle where no rule of its own is meant, and by the pool's.
@Suite struct AllocationOracleTests {
  private func pool(size: Int = 16, alignment: Int = 1, limit: Int = 1 << 16) throws -> FakeReplay {
    try FakeReplay("pool", [("block.size", size), ("block.alignment", alignment)], limit: limit)
  }

  @Test func rightOutcomesPass() throws {
    let replay = try pool()
    #expect(replay.window([.allocate(0, 16, at: 0), .allocate(1, 16, at: 16), .allocate(2, 16, at: 64)]) == nil)
    #expect(replay.window([.deallocate(1), .allocate(3, 16, at: 16), .deallocate(0)]) == nil)
    #expect(replay.finish() == nil)
    #expect(replay.measurement("peak live bytes") == 48)
  }

  /// A new block against the live block 100 ..< 200.
  @Test(arguments: [
    (100, 100, ViolationKind.overlap), (50, 51, .overlap), (199, 10, .overlap), (99, 100, .overlap),
    (150, 10, .enclosure), (50, 300, .enclosure), (100, 1, .enclosure), (199, 1, .enclosure), (0, 300, .enclosure),
    (99, 101, .enclosure), (50, 50, nil), (200, 50, nil), (99, 1, nil), (64, 36, nil), (0, 100, nil),
  ])
  func anOverlapOfAnyKindIsFound(address: Int, size: Int, kind: ViolationKind?) throws {
    let replay = try pool()
    let violation = replay.window([.allocate(0, 100, at: 100), .allocate(1, size, at: address)])
    #expect(violation?.kind == kind)
    if let kind {
      #expect(violation?.operation == 1)
      let message = violation?.message ?? ""
      #expect(kind == .overlap ? message.hasSuffix("overlaps b0") : message.contains(/lies (inside|around) b0$/))
      #expect(violation?.evidence.first?.contains("0x0064 ..< 0x00c8, allocated by operation 0") == true)
    }
  }

  @Test func enclosureOfAWholeWordIsFoundBothWays() throws {
    // The enclosed block lies in words between the first and the last of the other.
    let outer = try pool()
    #expect(outer.window([.allocate(0, 8, at: 256), .allocate(1, 1000, at: 0)])?.kind == .enclosure)
    let inner = try pool()
    #expect(inner.window([.allocate(0, 1000, at: 0), .allocate(1, 8, at: 256)])?.kind == .enclosure)
  }

  @Test func aBlockMayBeUsedAgainOnceItHasEnded() throws {
    let replay = try pool()
    #expect(replay.window([.allocate(0, 100, at: 0), .deallocate(0), .allocate(1, 60, at: 20)]) == nil)
    #expect(replay.window([.allocate(2, 10, at: 70)])?.kind == .enclosure)
  }

  @Test func misalignmentIsFound() throws {
    let replay = try pool()
    #expect(replay.window([.allocate(0, 8, alignment: 64, at: 128)]) == nil)
    let violation = replay.window([.allocate(1, 8, alignment: 64, at: 32)])
    #expect(violation?.kind == .misaligned)
    #expect(violation?.operation == 1)
    #expect(violation?.message == "b1 = allocate(8, alignment: 64) → 0x0020 is not at a multiple of 64")
  }

  @Test(arguments: [(90, 10, true), (91, 10, false), (100, 0, false), (99, 0, true), (1 << 39, 8, false)])
  func aBlockMustEndInsideTheHeap(address: Int, size: Int, isInside: Bool) throws {
    let replay = try pool()
    let violation = replay.window([.allocate(0, size, at: address)], heapEnd: 100)
    #expect(violation?.kind == (isInside ? nil : .outOfHeap))
  }

  @Test func emptyBlocksHaveAddressesOfTheirOwn() throws {
    let replay = try pool()
    #expect(
      replay.window([.allocate(0, 0, at: 8), .allocate(1, 0, at: 9), .deallocate(0), .allocate(2, 0, at: 8)]) == nil)
    #expect(replay.window([.allocate(3, 0, at: 9)])?.kind == .overlap)
  }

  @Test func theJudgeSeesAChangedPayloadByItself() throws {
    let replay = try pool()
    let violation = replay.window([.allocate(0, 40, at: 0), .allocate(1, 40, at: 40), .deallocate(2)]) { heap in
      heap.storeBytes(of: ~heap.load(fromByteOffset: 79, as: UInt8.self), toByteOffset: 79, as: UInt8.self)
    }
    #expect(violation?.kind == .payloadChanged)
    // By the operation after the one that made it, and before the window's end.
    #expect(violation?.operation == 2)
    #expect(violation?.message.hasPrefix("byte 39 of b1 changed while the block was live: ") == true)
  }

  @Test func olderBlocksAreLookedAtInRotation() throws {
    let replay = try pool()
    #expect(replay.window((0..<32).map { .allocate($0, 16, at: $0 * 16) }) == nil)
    var violation: Violation?
    var windows = 0
    while violation == nil, windows < 40 {
      let slot = 40 + windows % 8
      violation = replay.window([.allocate(slot, 16, at: 1024), .deallocate(slot)]) { heap in
        heap.storeBytes(of: 0, toByteOffset: 200, as: UInt64.self)
      }
      windows += 1
    }
    #expect(violation?.kind == .payloadChanged)
    #expect(violation?.message.contains("of b12 ") == true)
  }

  @Test func theEndLooksAtEveryBlock() throws {
    let replay = try pool()
    #expect(replay.window((0..<32).map { .allocate($0, 16, at: $0 * 16) }) == nil)
    // Changed after the last window.
    #expect(replay.finish() == nil)
    #expect(replay.window([]) { $0.storeBytes(of: 0, toByteOffset: 488, as: UInt64.self) } == nil)
    #expect(replay.finish()?.kind == .payloadChanged)
  }

  @Test func damageIsToldAtItsOperation() throws {
    func report(_ kind: DamageReport.Kind, at index: UInt64) -> DamageReport {
      DamageReport(kind: kind, index: index, slot: 0, offset: 3, expected: 0x12, found: 0xab)
    }
    let steps: [Step] = [.allocate(0, 16, at: 0), .allocate(1, 16, at: 16), .deallocate(0)]
    for kind in [DamageReport.Kind.payloadChanged, .payloadLost, .constructedStateLost] {
      let violation = try pool().window(steps, damage: report(kind, at: 2))
      #expect(violation?.operation == 2)
      #expect(violation?.message.contains("expected 0x12, found 0xab") == true)
      #expect(
        violation?.kind
          == [
            .payloadChanged: .payloadChanged, .payloadLost: .payloadLost, .constructedStateLost: .constructedStateLost,
          ][
            kind])
    }
    // What was wrong before the damage comes first, what comes later does not.
    let overlapping: [Step] = [.allocate(0, 16, at: 0), .allocate(1, 16, at: 8), .allocate(2, 16, at: 0)]
    #expect(try pool().window(overlapping, damage: report(.payloadChanged, at: 2))?.kind == .overlap)
    #expect(try pool().window(overlapping, damage: report(.payloadChanged, at: 1))?.kind == .payloadChanged)
    // A worker that tells of an operation that is not in the window is not believed about the place, but about damage.
    #expect(try pool().window(steps, damage: report(.payloadChanged, at: .max))?.kind == .payloadChanged)
    #expect(try pool().window([], damage: report(.payloadChanged, at: 5))?.kind == .payloadChanged)
  }

  @Test func aRefusalWithRoomIsFound() throws {
    // 4 KiB and one 32nd for records, then blocks of 16 bytes: 240 of them surely fit.
    func replay() throws -> FakeReplay {
      try FakeReplay("pool", [("block.size", 16), ("block.alignment", 16)], limit: 8192 + 16, slots: 600)
    }
    let full: [Step] = (0..<240).map { .allocate($0, 16, at: $0 * 16) }
    #expect(try replay().window(full + [.allocate(300, 16, at: nil)]) == nil)
    #expect(try replay().window(full.dropLast() + [.allocate(300, 16, at: nil)])?.kind == .failedWithRoom)
  }

  @Test func aBlockThatNeverComesBackIsFound() throws {
    // However little a heap holds, what it held before it holds again.
    let replay = try FakeReplay("pool", [("block.size", 16), ("block.alignment", 16)], limit: 8192 + 16, slots: 600)
    let full: [Step] = (0..<300).map { .allocate($0, 16, at: $0 * 16) }
    #expect(replay.window(full + [.allocate(300, 16, at: nil)]) == nil)
    #expect(replay.window([.deallocate(0), .allocate(301, 16, at: nil)])?.kind == .blockLost)
  }

  @Test func aFaultExcusesWhatItExplains() throws {
    func fault(_ hostility: Hostility, _ size: Int = 1) -> Step { .hostile(hostility, size: size, 0) }
    func replay() throws -> FakeReplay {
      try FakeReplay("pool", [("block.size", 16), ("block.alignment", 16)], limit: 1 << 20, slots: 600)
    }
    let refused = Step.allocate(9, 16, at: nil)
    #expect(try replay().window([refused])?.kind == .failedWithRoom)
    #expect(try replay().window([fault(.growthFails), refused, refused]) == nil)
    #expect(try replay().window([fault(.growthFailsOnce), refused]) == nil)
    #expect(try replay().window([fault(.growthFailsOnce), refused, refused])?.kind == .failedWithRoom)
    #expect(try replay().window([fault(.growthFails), refused, fault(.growthWorks), refused])?.kind == .failedWithRoom)
    // A heap that does not grow is no excuse for losing what was there.
    let lost: [Step] = [.allocate(0, 16, at: 0), .deallocate(0), fault(.growthFails), refused]
    #expect(try replay().window(lost)?.kind == .blockLost)
  }

  @Test func growthWithoutNeedIsFound() throws {
    func replay() throws -> FakeReplay {
      try FakeReplay("pool", [("block.size", 16), ("block.alignment", 16)], limit: 16 << 20, slots: 600)
    }
    let two: [Step] = [
      .allocate(0, 16, at: 0), .allocate(1, 16, at: 16), .deallocate(0),
    ]
    let again = [Step.allocate(2, 16, at: 0)]
    // Where blocks lie in a heap that has grown when it had to is nobody's business: unused memory first, huge chunks.
    let eager = try replay()
    #expect(eager.window(two, heapEnd: 8 << 20, hasHeap: false) == nil)
    #expect(eager.window([.allocate(2, 16, at: 4 << 20)], heapEnd: 8 << 20, hasHeap: false) == nil)
    // As many as ever are live: now it has to grow again.
    #expect(eager.window([.allocate(3, 16, at: 9 << 20)], heapEnd: 10 << 20, hasHeap: false) == nil)
    // Records may grow at any time, by so much in all.
    let leaky = try replay()
    #expect(leaky.window(two, heapEnd: 4096, hasHeap: false) == nil)
    #expect(leaky.window(again, heapEnd: 4096 + 1 << 20, hasHeap: false) == nil)
    #expect(leaky.window([.deallocate(2)], heapEnd: 4096 + 1 << 20, hasHeap: false) == nil)
    let found = leaky.window(again, heapEnd: 4097 + 1 << 20, hasHeap: false)
    #expect(found?.kind == .growthWithoutNeed && found?.operation == 5)
    // In a longer window only what no request in it can have needed counts.
    let window = try replay()
    #expect(window.window(two, heapEnd: 4096, hasHeap: false) == nil)
    let needed = again + [.allocate(3, 16, at: 32)]
    #expect(window.window(needed, heapEnd: 8 << 20, hasHeap: false) == nil)
    let needless = [Step.deallocate(3)] + [.allocate(4, 16, at: 32)]
    #expect(
      window.window(needless, heapEnd: 12 << 20, hasHeap: false)?.message.hasPrefix("in operations 5 to 6 ") == true)
  }

  @Test func damageIsToldWhereItHappened() throws {
    let steps: [Step] = [.allocate(0, 32, at: 0), .allocate(1, 32, at: 32), .allocate(2, 32, at: 64)]
    // In lockstep all blocks are looked at after each operation.
    let lockstep = try pool()
    for step in steps { #expect(lockstep.window([step]) == nil) }
    let exact = lockstep.window([.deallocate(2)]) { $0.storeBytes(of: 0xee, toByteOffset: 5, as: UInt8.self) }
    #expect(exact?.kind == .payloadChanged && exact?.operation == 3)
    #expect(exact?.message.contains("while the block was live: ") == true)
    let windows = try pool()
    #expect(windows.window(steps) == nil)
    let more: [Step] = [.deallocate(2)] + (3..<6).map { .allocate($0, 32, at: 64 + 32 * ($0 - 3)) }
    let between = windows.window(more) { $0.storeBytes(of: 0xee, toByteOffset: 64 + 5, as: UInt8.self) }
    #expect(between?.kind == .payloadChanged && between?.operation == 6)
    #expect(between?.message.contains("between operations 5 and 6: ") == true)
  }

  @Test func theHeapsEndIsThatOfTheMoment() throws {
    let steps: [Step] = [.allocate(0, 16, at: 0), .allocate(1, 16, at: 16), .allocate(2, 16, at: 32)]
    let damage = DamageReport(kind: .outsideHeap, index: 1, slot: 1, offset: 24, expected: 0, found: 0)
    let violation = try pool().window(steps, damage: damage)
    #expect(violation?.kind == .outOfHeap && violation?.operation == 1)
    #expect(violation?.message.contains("whose end was 0x0018 then") == true)
  }

  @Test func operationsOnARefusedBlockMeanNothing() throws {
    let replay = try pool(limit: 4096)
    #expect(
      replay.window([.allocate(0, 16, at: nil), .reallocate(0, 32, at: nil), .deallocate(0), .allocate(0, 8, at: 0)])
        == nil)
  }

  @Test func aBatchIsCheckedWithoutALookAtTheHeap() throws {
    let steps: [Step] = [.allocate(0, 16, at: 0), .allocate(1, 16, at: 16)]
    #expect(try pool().window(steps, hasHeap: false) { $0.storeBytes(of: 0, as: UInt64.self) } == nil)
    #expect(try pool().window(steps + [.allocate(2, 16, at: 24)], hasHeap: false)?.kind == .overlap)
  }
}
