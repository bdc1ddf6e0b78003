package import Traces
import Vocabularies
import Workloads

/// A program that makes a million blocks in its run, for `bench`: it does nothing wrong, and what that costs is to be seen.
package enum MillionBlocks {
  package static let title = "a million blocks"
  package static let count = 1_000_000

  /// Up to ten thousand blocks live at once, of 8 to 400 bytes as programs have them: most are small.
  package static func trace(seed: UInt64) -> Trace {
    var generator = SeededGenerator(seed: seed, purpose: title)
    var builder = MisuseTraceBuilder(with: &generator)
    var live: [Int] = []
    var made = 0
    while made < count {
      if live.count < 500 || live.count < 10_000 && generator.oneIn(2) {
        live.append(builder.allocate(generator.logarithmic(8...400)))
        made += 1
      } else {
        live.swapAt(generator.below(live.count), live.count - 1)
        builder.end(live.removeLast())
      }
    }
    for name in live { builder.end(name) }
    return builder.trace(heapLimit: 16 << 20, answerWords: 1 << 16)
  }
}
