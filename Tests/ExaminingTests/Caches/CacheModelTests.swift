import Examining
import Testing

/// The simulated caches, on streams that are counted by hand.
@Suite struct CacheModelTests {
  private func counts(_ stream: (inout CacheModel) -> Void) -> CacheModel.Counts {
    var model = CacheModel()
    stream(&model)
    return model.counts
  }

  @Test func aLineMissesOnce() {
    let counts = counts { model in
      for byte in 0..<64 { model.access(4096 + byte, 1, isStore: byte % 2 == 0, core: 0) }
    }
    #expect(counts.accesses == 64)
    #expect((counts.l1Misses, counts.l2Misses, counts.tlbMisses) == (1, 1, 1))
    #expect(counts.invalidations == 0)
  }

  @Test func whatLiesInTwoLinesIsTwoAccesses() {
    let counts = counts { $0.access(60, 8, isStore: false, core: 0) }
    #expect((counts.accesses, counts.l1Misses, counts.l2Misses, counts.tlbMisses) == (2, 2, 2, 1))
    let pages = self.counts { $0.access(4092, 8, isStore: false, core: 0) }
    #expect((pages.l1Misses, pages.tlbMisses) == (2, 2))
  }

  @Test func nothingIsNoAccess() {
    #expect(counts { $0.access(64, 0, isStore: true, core: 0) } == CacheModel.Counts())
  }

  /// Eight lines of a set stay; the ninth throws out the one that was not used for the longest time.
  @Test func aSetHasEightWays() {
    let stride = 64 * 64
    let eight = counts { model in
      for _ in 0..<3 { for line in 0..<8 { model.access(line * stride, 8, isStore: false, core: 0) } }
    }
    #expect(eight.l1Misses == 8)
    let nine = counts { model in
      for _ in 0..<3 { for line in 0..<9 { model.access(line * stride, 8, isStore: false, core: 0) } }
    }
    // By LRU a loop that is one too long misses every time; L2 has all of it.
    #expect((nine.l1Misses, nine.l2Misses) == (27, 9))
    let favourite = counts { model in
      for line in 1...20 {
        model.access(0, 8, isStore: false, core: 0)
        model.access(line * stride, 8, isStore: false, core: 0)
      }
    }
    #expect(favourite.l1Misses == 21)
  }

  @Test func theSecondLevelHasAMebibyte() {
    let counts = counts { model in
      for _ in 0..<2 { for line in 0..<16_384 { model.access(64 * line, 8, isStore: false, core: 0) } }
    }
    #expect((counts.l1Misses, counts.l2Misses) == (32_768, 16_384))
    let more = self.counts { model in
      for _ in 0..<2 { for line in 0..<16_384 + 1024 { model.access(64 * line, 8, isStore: false, core: 0) } }
    }
    #expect(more.l2Misses == 2 * 17_408)
  }

  @Test func theTLBHasSixtyFourPages() {
    func misses(_ pages: Int) -> Int {
      counts { model in
        for _ in 0..<2 { for page in 0..<pages { model.access(4096 * page, 8, isStore: false, core: 0) } }
      }.tlbMisses
    }
    #expect(misses(64) == 64)
    #expect(misses(80) == 160)
  }

  @Test func falseSharingThrowsLinesToAndFro() {
    let apart = counts { model in
      for step in 0..<100 { model.access(64 * (step % 2), 8, isStore: true, core: step % 2) }
    }
    #expect((apart.l1Misses, apart.invalidations) == (2, 0))
    let together = counts { model in
      for step in 0..<100 { model.access(8 * (step % 2), 8, isStore: true, core: step % 2) }
    }
    #expect((together.l1Misses, together.l2Misses, together.invalidations) == (100, 100, 99))
    // Who only reads shares.
    let read = counts { model in
      for step in 0..<100 { model.access(8 * (step % 2), 8, isStore: false, core: step % 2) }
    }
    #expect((read.l1Misses, read.invalidations) == (2, 0))
  }

  @Test func whatIsThrownOutMakesRoom() {
    var cache = SetAssociativeCache(sets: 1, ways: 3)
    for line in 1...3 { #expect(cache.use(UInt64(line)) == false) }
    let wasThere = cache.remove(2)
    let isThere = cache.remove(2)
    #expect((wasThere, isThere) == (true, false))
    let fourth = cache.use(4)
    let (first, third) = (cache.use(1), cache.use(3))
    #expect((fourth, first, third) == (false, true, true))
    let fifth = cache.use(5)
    let four = cache.use(4)
    #expect((fifth, four) == (false, false))
  }
}
