import Traces
import Workloads

/// All short reference strings, in memories of a few frames: what a policy keeps of the past is met in every state that they lead to.
///
/// What LRU evicts depends on the latest accesses that are to as many pages as there are frames, so it is right on every string over
/// these pages if it is on all that are long enough.
extension PageReplacement {
  static let exhaustive: [Workload] = [
    all("lru", "LRU", policy: 0, frames: 3, pages: 5, length: 6),
    all("clock", "CLOCK", policy: 1, frames: 3, pages: 5, length: 6),
    all("own", "your own policy", policy: 2, frames: 4, pages: 6, length: 5),
    all("own-two-frames", "your own policy", policy: 2, frames: 2, pages: 9, length: 4),
    all("own-one-frame", "your own policy", policy: 2, frames: 1, pages: 4, length: 5),
  ]

  private static func all(
    _ name: String, _ whose: String, policy: Int, frames: Int, pages: Int, length: Int
  ) -> Workload {
    let memory = frames == 1 ? "one frame" : "\(frames) frames"
    return Workload(
      "all-\(name)", "Every string of \(length) accesses to \(pages) pages, with \(memory), by \(whose).",
      isExhaustive: true
    ) { generator in
      var builder = PagingTraceBuilder()
      builder.allStrings(of: length, from: generator.below(1000), pages: pages)
      return builder.trace(frames: frames, policy: policy)
    }
  }
}
