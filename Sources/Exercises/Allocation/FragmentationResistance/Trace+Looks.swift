import Traces
import Vocabularies
import Workloads

/// What a workload promises, in thousandths; nil where it promises nothing.
struct FragmentationPromise {
  /// The memory used over the least, on average.
  var average: Int?
  /// The most that is used over the most of the least.
  var peak: Int?
  /// The part of the heap's limit that live blocks and a request may need, for it to be served.
  var room: Int?

  /// Of recorded programs.
  static let program = FragmentationPromise(average: 1600, peak: 1350)
}

extension Trace {
  /// The same trace with so many moments at which the judge looks, one somewhere in each part of it.
  func looked(
    at count: Int, promising promise: FragmentationPromise, with generator: inout SeededGenerator
  ) -> Trace {
    var trace = self
    let look = AllocationOperation(.clock).word
    trace.operations = []
    trace.operations.reserveCapacity(operations.count + count)
    var done = 0
    for part in 0..<count {
      let (first, end) = (operations.count * part / count, operations.count * (part + 1) / count)
      guard first < end else { continue }
      let place = generator.pick(first...end - 1)
      trace.operations += operations[done...place]
      trace.operations.append(look)
      done = place + 1
    }
    trace.operations += operations[done...]
    for (name, value) in [
      (HeapGauge.average, promise.average), (HeapGauge.peak, promise.peak), (HeapGauge.room, promise.room),
    ] {
      if let value { trace.parameters.append(TraceParameter(name: name, value: value)) }
    }
    return trace
  }
}
