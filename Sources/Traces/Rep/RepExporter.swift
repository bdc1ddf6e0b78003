package import SystemPackage
import Vocabularies

/// Writes allocation traces as `.rep` files, for the drivers of other labs.
///
/// The header is `RepDialect.suggestedHeap` with the peak of live bytes as the heap. Each block has an id of its own.
package enum RepExporter {
  /// The text, and what of the trace it cannot say: one line a kind of loss.
  ///
  /// Nil for traces of other vocabularies.
  package static func text(of trace: Trace) -> (text: String, losses: [String])? {
    guard trace.vocabulary == AllocationVocabulary.name else { return nil }
    var statistics = AllocationStatistics(slotCount: trace.slotCount)
    var ids: [Int: Int] = [:]
    var idCount = 0
    var lines: [String] = []
    var losses: [String: Int] = [:]
    var goesByReallocation = false
    for word in trace.operations {
      let operation = AllocationOperation(word: word)
      statistics.accept(word)
      if operation.asksForSize, operation.alignment > 16 { losses["alignments above 16, left out", default: 0] += 1 }
      switch operation.kind {
      case .allocate, .allocateZeroed:
        if operation.kind == .allocateZeroed { losses["zeroed allocations, written as plain ones", default: 0] += 1 }
        ids[operation.slot] = idCount
        lines.append("\(goesByReallocation ? "r" : "a") \(idCount) \(operation.size)")
        goesByReallocation = false
        idCount += 1
      case .reallocate:
        let id = ids[operation.slot] ?? idCount
        if id == idCount { idCount += 1 }
        ids[operation.slot] = id
        lines.append("r \(id) \(operation.size)")
      case .deallocate:
        guard let id = ids.removeValue(forKey: operation.slot) else {
          losses["frees of blocks that do not live, left out", default: 0] += 1
          continue
        }
        lines.append(goesByReallocation ? "r \(id) 0" : "f \(id)")
        goesByReallocation = false
      case .hostile where operation.hostility == .freeOfNull: lines.append("f -1")
      case .hostile where operation.hostility == .byReallocation: goesByReallocation = true
      case .reap, .thread, .clock, .hostile, .mark, .release, .reset, nil:
        losses["operations that .rep has no word for, left out", default: 0] += 1
      }
    }
    let header = "\(statistics.peakLiveBytes)\n\(idCount)\n\(lines.count)\n1\n"
    let body = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    return (header + body, losses.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })
  }

  /// Writes the text through a temporary file, and tells what it lost.
  package static func write(_ trace: Trace, to path: FilePath) throws(TraceError) -> [String] {
    guard let (text, losses) = text(of: trace) else {
      throw .unsuitable(path: path, reason: "a .rep file holds allocation traces, not \(trace.vocabulary) ones")
    }
    try TraceFile.replace(path, with: Array(text.utf8))
    return losses
  }
}
