import Examining
import Traces
import Vocabularies
import Workloads

extension HeapChecker {
  static var chaos: ChaosFit? { chaosFit }

  static let chaosFit = ChaosFit(
    budget: { ChaosBudget(operations: $0, liveBytes: 1 << 20, liveBlocks: 1000, largest: 8192) },
    fit: { builder, _, chaos, _ in
      var trace = checkerTrace(builder, checkedFrees: chaos.family == .negative ? 2 : 50)
      trace.operations.removeAll { word in
        let kind = AllocationOperation(word: word).kind
        return kind == .reap || kind == .thread || kind == .clock
      }
      // What is asked for must fit by the oracle's reckoning, unless it is not meant to.
      let peak = Projection.peakLiveBytes(trace.operations) { $0 <= 1 << 30 ? $0 + 64 : 0 }
      let limit = chaos.exhausts ? peak * 6 / 10 + 8192 : 4 * peak + (1 << 20)
      return trace.settingParameter("heap.limit", min(limit, 256 << 20))
    },
    takesWrongFrees: true)
}
