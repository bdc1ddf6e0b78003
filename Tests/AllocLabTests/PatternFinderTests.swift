import AllocLab
import Lab1Solutions
import Testing

@Suite("The reference detector of patterns")
struct PatternFinderTests {
  /// Feeds events, and asks for the invariants after each.
  private func feed(_ finder: inout PatternFinder, _ events: [AllocationEvent]) {
    for event in events {
      finder.record(event)
      let violations = finder.invariantViolations()
      #expect(violations == [])
    }
  }

  private func allocate(_ address: UInt64, _ size: Int, site: UInt64 = 1, thread: Int = 1) -> AllocationEvent {
    AllocationEvent(.allocate, thread: thread, number: 1, stamp: 1, address: address, size: size, site: site)
  }

  private func deallocate(_ address: UInt64, thread: Int = 1) -> AllocationEvent {
    AllocationEvent(.deallocate, thread: thread, number: 1, stamp: 1, address: address)
  }

  private func reallocate(_ old: UInt64, _ address: UInt64, _ size: Int) -> AllocationEvent {
    AllocationEvent(
      .reallocate, thread: 3, number: 1, stamp: 1, address: address, oldAddress: old, size: size, site: 99)
  }

  private func shown(_ pattern: AllocationPattern, _ finder: inout PatternFinder) -> [PatternRecord] {
    ProfileList<PatternRecord>.collect { finder.sites(showing: pattern, &$0) }
  }

  @Test("finds leaks once the eighth interval is full", arguments: [1, 2, 5]) func leaks(interval: Int) {
    var finder = PatternFinder(interval: interval)
    for number in 1...8 {
      let early = shown(.leak, &finder)
      #expect(early == [])
      feed(&finder, [allocate(UInt64(number), 1)] + Array(repeating: deallocate(0), count: interval - 1))
    }
    let (leaks, ramps) = (shown(.leak, &finder), shown(.ramp, &finder))
    #expect(leaks == [PatternRecord(site: 1, strength: 8)])
    #expect(ramps == [PatternRecord(site: 1, strength: 8)])
    feed(&finder, Array(repeating: deallocate(0), count: interval))
    let after = shown(.leak, &finder)
    #expect(after == [])
  }

  @Test("finds what stays, by its peak") func plateaus() {
    var finder = PatternFinder(interval: 2)
    feed(&finder, [allocate(0, 80), deallocate(1)] + Array(repeating: deallocate(1), count: 16))
    let first = shown(.plateau, &finder)
    #expect(first == [PatternRecord(site: 1, strength: 8)])
    feed(&finder, [reallocate(0, 0, 70), deallocate(1)])
    let second = shown(.plateau, &finder)
    #expect(second == [PatternRecord(site: 1, strength: 9)])
    feed(&finder, [reallocate(0, 5, 69), reallocate(5, 6, 80)])
    let third = shown(.plateau, &finder)
    #expect(third == [])
  }

  @Test("tells arrays that double from those that grow by as much") func growth() {
    var finder = PatternFinder(interval: 9)
    for array in UInt64(1)...4 {
      feed(&finder, [allocate(array, 8, site: 5), allocate(array + 8, 8, site: 6)])
      for step in 1...4 {
        feed(&finder, [reallocate(array, array, 8 << step), reallocate(array + 8, array + 8, 8 + 8 * step)])
      }
      feed(&finder, [deallocate(array), deallocate(array + 8)])
    }
    let (geometric, arithmetic) = (shown(.geometricGrowth, &finder), shown(.arithmeticGrowth, &finder))
    #expect(geometric == [PatternRecord(site: 5, strength: 4)])
    #expect(arithmetic == [PatternRecord(site: 6, strength: 4)])
  }

  @Test("counts what another thread ends, and what ends soon") func threads() {
    var finder = PatternFinder(interval: 100)
    for number in UInt64(1)...64 {
      feed(
        &finder, [allocate(1, 8, site: 7, thread: 1), reallocate(1, 2, 9), deallocate(2, thread: number > 48 ? 1 : 3)])
    }
    let (handed, short, none) = (shown(.handOver, &finder), shown(.temporary, &finder), shown(.plateau, &finder))
    #expect(handed == [PatternRecord(site: 7, strength: 48)])
    #expect(short == [PatternRecord(site: 7, strength: 64)])
    #expect(none == [])
  }

  @Test("loses what is overwritten, and knows it as no end") func losses() {
    var finder = PatternFinder(interval: 4)
    feed(
      &finder, [allocate(0, 5, site: 1), allocate(0, 7, site: 2), reallocate(9, 0, 3), deallocate(0), deallocate(0)])
    let (first, second, other) = (
      finder.lifetime(500, ofBlocksFrom: 1), finder.lifetime(500, ofBlocksFrom: 2), finder.lifetime(0, ofBlocksFrom: 99)
    )
    #expect(first == nil)
    #expect(second == nil)
    #expect(other == 1)
  }

  /// Orders in which blocks may end, that began one after the other: the place among all of the one that ends.
  enum Order: CaseIterable {
    case lastFirst, firstFirst, outsideIn, shuffled

    func place(_ number: Int, of count: Int) -> Int {
      switch self {
      case .lastFirst: count - 1 - number
      case .firstFirst: number
      case .outsideIn: number % 2 == 0 ? number / 2 : count - 1 - number / 2
      // Multiplication by a prime that divides no count below.
      case .shuffled: number * 7919 % count
      }
    }
  }

  @Test("keeps its error, whatever order lifetimes come in", arguments: Order.allCases, [1, 49, 511, 512, 513, 40_000])
  func sketches(order: Order, count: Int) {
    var finder = PatternFinder(interval: 1000)
    var lifetimes: [Int] = []
    for number in 0..<count { finder.record(allocate(UInt64(number), 8)) }
    for number in 0..<count {
      let place = order.place(number, of: count)
      lifetimes.append(count + number - place)
      finder.record(deallocate(UInt64(place)))
    }
    lifetimes.sort()
    for permille in 0...1000 {
      let rank = max(1, (permille * count + 999) / 1000)
      let said = finder.lifetime(permille, ofBlocksFrom: 1).map { Int($0) }
      let (low, high) = (lifetimes[max(1, rank - count / 50) - 1], lifetimes[min(count, rank + count / 50) - 1])
      #expect(said.map { (low...high).contains($0) } ?? false, "\(permille)")
    }
    let violations = finder.invariantViolations()
    #expect(violations == [])
  }
}
