package import Traces
import Vocabularies

/// How the trace of a real program becomes one that a special-purpose allocator can serve.
package enum Projection {
  /// The blocks of at most `size` bytes, each of which takes a whole block of the pool; other operations are left out.
  ///
  /// A reallocation that stays below the size is nothing to a pool, and one that grows beyond it ends the block.
  package static func ontoBlocks(of size: Int, _ trace: Trace, limit: Int) -> AllocationTraceBuilder {
    project(trace, limit: limit) { $0 <= size ? size : nil }
  }

  /// The blocks whose size falls into one of `sizes` (ascending), each rounded up to it.
  package static func ontoSizes(_ sizes: [Int], _ trace: Trace, limit: Int) -> AllocationTraceBuilder {
    project(trace, limit: limit) { wanted in
      guard let largest = sizes.last, wanted <= largest else { return nil }
      return sizes.first { wanted <= $0 }
    }
  }

  /// Every block of at most `largest` bytes, as it is; larger ones are cut to it.
  package static func general(_ trace: Trace, largest: Int, limit: Int) -> AllocationTraceBuilder {
    project(trace, limit: limit, keepsReallocations: true) { min($0, largest) }
  }

  /// The sizes of at most `largest` bytes that are asked for most often, ascending.
  package static func commonSizes(_ trace: Trace, count: Int, largest: Int) -> [Int] {
    var requests: [Int: Int] = [:]
    for word in trace.operations {
      let operation = AllocationOperation(word: word)
      switch operation.kind {
      case .allocate, .allocateZeroed, .reallocate:
        if operation.size > 0, operation.size <= largest { requests[operation.size, default: 0] += 1 }
      default: continue
      }
    }
    // Ties go to the smaller size, so that the answer is a function of the trace.
    return requests.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map(\.key).sorted()
  }

  /// The operations with every size changed, those that only few subjects understand left out: frees that are wrong, and
  /// reallocations unless they are kept.
  package static func operations(
    _ operations: [UInt64], keepsReallocations: Bool, _ size: (Int) -> Int
  ) -> [UInt64] {
    operations.compactMap { word in
      let operation = AllocationOperation(word: word)
      switch operation.kind {
      case .allocate, .allocateZeroed: return operation.resized(to: size(operation.size)).word
      case .reallocate: return keepsReallocations ? operation.resized(to: size(operation.size)).word : nil
      case .deallocate: return word
      case .hostile: return operation.hostility?.isFault == true ? word : nil
      case .reap, .thread, .clock, .mark, .release, .reset, nil: return nil
      }
    }
  }

  /// The most blocks that are live at once.
  package static func peakLiveBlocks(_ operations: [UInt64]) -> Int { peakLiveBytes(operations) { _ in 1 } }

  /// The most that all live blocks take together, where a block of size `s` takes `extent(s)`.
  package static func peakLiveBytes(_ operations: [UInt64], _ extent: (Int) -> Int) -> Int {
    var sizes: [Int] = []
    var live = 0
    var peak = 0
    for word in operations {
      let operation = AllocationOperation(word: word)
      let slot = operation.slot
      switch operation.kind {
      case .allocate, .allocateZeroed, .reallocate:
        if slot >= sizes.count { sizes += Array(repeating: 0, count: slot + 1 - sizes.count) }
        let size = extent(operation.size)
        live += size - sizes[slot]
        sizes[slot] = size
        peak = max(peak, live)
      case .deallocate:
        guard slot < sizes.count else { continue }
        live -= sizes[slot]
        sizes[slot] = 0
      default: continue
      }
    }
    return peak
  }

  private static func project(
    _ trace: Trace, limit: Int, keepsReallocations: Bool = false, _ size: (Int) -> Int?
  ) -> AllocationTraceBuilder {
    var builder = AllocationTraceBuilder()
    // Where the block of each of the trace's slots is in the builder's list, and whose block each place holds.
    var placeOfSlot: [Int: Int] = [:]
    var slotAtPlace: [Int] = []
    func end(_ slot: Int) {
      guard let place = placeOfSlot.removeValue(forKey: slot) else { return }
      builder.deallocate(at: place)
      let last = slotAtPlace.removeLast()
      if place < slotAtPlace.count {
        slotAtPlace[place] = last
        placeOfSlot[last] = place
      }
    }
    for word in trace.operations {
      guard builder.count < limit else { break }
      let operation = AllocationOperation(word: word)
      switch operation.kind {
      case .allocate, .allocateZeroed:
        end(operation.slot)
        guard let size = size(operation.size) else { continue }
        builder.allocate(size, alignment: keepsReallocations ? min(operation.alignment, 4096) : 1)
        placeOfSlot[operation.slot] = slotAtPlace.count
        slotAtPlace.append(operation.slot)
      case .reallocate:
        guard let place = placeOfSlot[operation.slot] else { continue }
        guard let size = size(operation.size) else {
          end(operation.slot)
          continue
        }
        if keepsReallocations {
          builder.reallocate(at: place, to: size)
        } else if size != builder.live[place].size {
          end(operation.slot)
          builder.allocate(size)
          placeOfSlot[operation.slot] = slotAtPlace.count
          slotAtPlace.append(operation.slot)
        }
      case .deallocate: end(operation.slot)
      default: continue
      }
    }
    return builder
  }
}
