import Examining
import Traces
import Vocabularies
import Workloads

/// Each says how its objects are sized, and which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Sanitizer {
  static let workloads: [Workload] = [
    Workload(
      "all-accesses", "Every access at every place in and around objects of up to 17 bytes.", measuresSpace: false,
      weight: 2
    ) {
      everyAccess(with: &$0)
    }
  ]
}

/// Every offset from 16 before the object to 16 behind it, and every byte count up to 9, for every small size.
private func everyAccess(with generator: inout SeededGenerator) -> Trace {
  var builder = AccessTraceBuilder()
  // What lies in front differs from seed to seed, so that no address does.
  _ = builder.allocate(8 * generator.pick(1...64))
  for (size, name) in (0...17).shuffled(using: &generator).map({ ($0, builder.allocate($0)) }) {
    for offset in -16...size + 15 {
      for byteCount in 0...9 { builder.read(name, at: offset, byteCount) }
      builder.read(name, at: offset, 17)
    }
    // What was refused initialised nothing.
    for offset in -9...size { builder.write(name, at: offset, size + 10) }
    for offset in 0...size { builder.use(name, at: offset, 1) }
    builder.write(name, size)
    for offset in -9...size + 9 {
      for byteCount in 1...9 { builder.use(name, at: offset, byteCount) }
    }
  }
  return builder.trace(heapLimit: 1 << 20)
}
