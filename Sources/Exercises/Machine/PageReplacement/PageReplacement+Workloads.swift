import Examining
import Traces
import Workloads

extension PageReplacement {
  static let workloads: [Workload] =
    [
      Workload("lru-published", "The reference string of Belady, Nelson and Shedler (1969), with 3 frames, by LRU.") {
        _ in
        published(frames: 3, policy: 0)
      },
      Workload("lru-published-4", "The same with 4 frames.") { _ in published(frames: 4, policy: 0) },
      Workload("lru-mixed", "Loops, scans and favourites, by LRU.") { mixed(policy: 0, with: &$0) },
      Workload("lru-one-frame", "A memory of a single frame, by LRU.") { generator in
        var builder = PagingTraceBuilder()
        builder.zipf(from: 0, pages: 4, accesses: 500, with: &generator)
        return builder.trace(frames: 1, policy: 0)
      },
      Workload("clock-published", "The published reference string with 3 frames, by CLOCK.") { _ in
        published(frames: 3, policy: 1)
      },
      Workload("clock-favourites", "Favourites that earn their second chance, by CLOCK.") { generator in
        var builder = PagingTraceBuilder()
        builder.zipf(from: 0, pages: 200, accesses: 8000, with: &generator)
        return builder.trace(frames: generator.pick(20...60), policy: 1)
      },
      Workload("clock-mixed", "Loops, scans and favourites, by CLOCK.") { mixed(policy: 1, with: &$0) },
      Workload("lru-odd-numbers", "Pages with negative and very large numbers, by LRU.") { odd(policy: 0, with: &$0) },
      Workload("clock-odd-numbers", "Pages with negative and very large numbers, by CLOCK.") {
        odd(policy: 1, with: &$0)
      },
      Workload("own-odd-numbers", "Pages with negative and very large numbers, by your own policy.") {
        odd(policy: 2, with: &$0)
      },
      Workload("own-loop", "A loop that is just too large for memory, by your own policy.") { generator in
        var builder = PagingTraceBuilder()
        let frames = generator.pick(30...50)
        builder.loop(from: 0, pages: frames + generator.pick(3...10), times: 60)
        return builder.trace(frames: frames, policy: 2)
      },
      Workload("own-mixed", "Loops, scans and favourites, by your own policy.") { mixed(policy: 2, with: &$0) },
      Workload("own-phases", "Loops that fit, over other pages in each phase, by your own policy.") { generator in
        var builder = PagingTraceBuilder()
        let frames = generator.pick(40...60)
        // Enough phases for whatever is remembered of pages that are gone to be full.
        for phase in 0..<16 { builder.loop(from: 1000 * phase, pages: frames / 2, times: 12) }
        return builder.trace(frames: frames, policy: 2)
      },
      Workload("own-scan", "A scan of far more pages than may be remembered, by your own policy.") { generator in
        var builder = PagingTraceBuilder()
        let frames = generator.pick(30...50)
        builder.loop(from: 0, pages: frames / 2, times: 4)
        builder.access(1000..<generator.pick(40_000...41_000))
        builder.loop(from: 0, pages: frames / 2, times: 4)
        return builder.trace(frames: frames, policy: 2)
      },
      Workload("own-favourites", "Favourites and strangers, by your own policy.") { generator in
        var builder = PagingTraceBuilder()
        builder.zipf(from: 0, pages: 1000, accesses: 20_000, with: &generator)
        return builder.trace(frames: generator.pick(60...120), policy: 2, isIndependent: true)
      },
    ] + exhaustive
}

private func published(frames: Int, policy: Int) -> Trace {
  var builder = PagingTraceBuilder()
  builder.access([1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5])
  return builder.trace(frames: frames, policy: policy)
}

/// A page's number says nothing: it may be any, but for the two that stand for outcomes.
private func odd(policy: Int, with generator: inout SeededGenerator) -> Trace {
  var builder = PagingTraceBuilder()
  let frames = generator.pick(5...9)
  for _ in 0..<150 {
    builder.zipf(from: -40, pages: 30, accesses: 6, with: &generator)
    builder.access([Int.min + generator.below(3), Int.max - generator.below(3), generator.below(3)])
    builder.access([generator.pick([-1 << 32, -4096, 1 << 32, 1 << 16])])
  }
  return builder.trace(frames: frames, policy: policy)
}

private func mixed(policy: Int, with generator: inout SeededGenerator) -> Trace {
  var builder = PagingTraceBuilder()
  let frames = generator.pick(40...80)
  for _ in 0..<6 {
    builder.zipf(from: 0, pages: 4 * frames, accesses: 1500, with: &generator)
    builder.access(1000..<1000 + generator.pick(frames...3 * frames))
    builder.loop(from: 5000, pages: frames / 2, times: 4)
    builder.zipf(from: 0, pages: 4 * frames, accesses: 500, with: &generator)
  }
  return builder.trace(frames: frames, policy: policy)
}
