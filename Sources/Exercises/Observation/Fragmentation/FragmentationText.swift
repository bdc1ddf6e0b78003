import Vocabularies
import Workloads

/// A heap as people read it, where it is small: what was fed last, and each region with its blocks and free runs.
struct FragmentationText {
  private static let (changeLimit, regionLimit, blockLimit) = (16, 6, 16)

  let lines: [String]

  init(_ truth: FragmentationTruth) {
    var lines = truth.last.count > Self.changeLimit ? ["\(truth.last.count) changes were fed last"] : []
    for event in truth.last.suffix(Self.changeLimit) { lines.append("at \(event.time): \(Self.text(event.change))") }
    let state = truth.state
    if state.regions.count > Self.regionLimit || state.blocks.count > Self.blockLimit {
      lines.append("the heap has \(state.regions.count) regions and \(state.blocks.count) live blocks")
    } else {
      let addresses = state.blocks.keys.sorted()
      for region in state.regions {
        var (parts, cursor): ([String], UInt64) = ([], region.start)
        for address in addresses where address >= region.start && address < region.end {
          if address > cursor { parts.append("\(address &- cursor) free") }
          guard let block = state.blocks[address] else { continue }
          parts.append("[\(block.requested) of \(block.taken)]")
          cursor = block.end
        }
        if region.end > cursor { parts.append("\(region.end &- cursor) free") }
        lines.append("region \(hexadecimal(region.start)) │ \(parts.joined(separator: " │ ")) │")
      }
      if state.regions.isEmpty { lines.append("the heap has no region") }
    }
    self.lines = lines
  }

  private static func text(_ change: HeapStream.Change) -> String {
    switch change {
    case .begin(let block):
      "block of \(block.taken) bytes begins at \(hexadecimal(block.address)), \(block.requested) asked for"
    case .end(let address): "block at \(hexadecimal(address)) ends"
    case .map(let region): "region of \(region.end &- region.start) bytes comes at \(hexadecimal(region.start))"
    case .resize(let region):
      "region at \(hexadecimal(region.start)) has \(region.end &- region.start) bytes from now on"
    case .unmap(let start): "region at \(hexadecimal(start)) goes"
    case .snapshot(let regions, let blocks): "snapshot of \(regions.count) regions and \(blocks.count) blocks"
    }
  }
}
