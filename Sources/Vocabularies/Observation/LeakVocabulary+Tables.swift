/// What an image promises of its tables.
extension LeakVocabulary {
  /// The most faults that are told of one trace.
  private static let faultLimit = 100

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    var faults: [TableFault] = []
    for (name, isWords) in [(blocks, true), (regions, true), (registers, true), (memory, false)] {
      guard let table = tables.first(where: { $0.name == name }) else {
        faults.append(TableFault(name, "an image needs this table"))
        continue
      }
      if (table.elementBytes == 8) != isWords {
        faults.append(
          TableFault(
            name, "a table of \(isWords ? "bytes" : "words"); an image has \(isWords ? "words" : "bytes") here"))
      }
    }
    faults += tables.filter { ![blocks, regions, registers, memory].contains($0.name) }.map {
      TableFault($0.name, "an image has no such table")
    }
    guard faults.isEmpty, let blocks = tables.words(blocks), let regions = tables.words(regions),
      let memory = tables.bytes(memory)
    else { return faults }
    let sound = check(regions: regions, memory: memory.count, &faults)
    check(blocks: blocks, in: sound, &faults)
    return Array(faults.prefix(faultLimit))
  }

  /// - Returns: the regions of the heap, as far as they are sound.
  private static func check(regions: [UInt64], memory: Int, _ faults: inout [TableFault]) -> [Range<UInt64>] {
    guard regions.count.isMultiple(of: regionWords) else {
      faults.append(
        TableFault(
          Self.regions, element: regions.count - 1, "\(regions.count) words, where a region has \(regionWords)"))
      return []
    }
    var (end, offset): (UInt64, UInt64) = (0, 0)
    var heap: [Range<UInt64>] = []
    for place in stride(from: 0, to: regions.count, by: regionWords) where faults.count < faultLimit {
      let (start, count, kind, first) = (regions[place], regions[place + 1], regions[place + 2], regions[place + 3])
      let number = place / regionWords
      func fault(_ word: Int, _ reason: String) {
        faults.append(TableFault(Self.regions, element: place + word, "region \(number) \(reason)"))
      }
      guard count <= 1 << 40, start <= 1 << 62 else {
        fault(1, "has \(count) bytes from \(hexadecimal(start)) on, beyond all addresses")
        continue
      }
      if start < end { fault(0, "begins at \(hexadecimal(start)), and the one before ends at \(hexadecimal(end))") }
      if kind > 2 { fault(2, "is of kind \(kind): there are 0, 1 and 2") }
      if first != offset { fault(3, "has its bytes from \(first) on, where the one before ends at \(offset)") }
      if first > UInt64(memory) || count > UInt64(memory) - first {
        fault(1, "points nowhere: its \(count) bytes from \(first) on are not in the memory of \(memory)")
      }
      (end, offset) = (start + count, first &+ count)
      if kind == 0 { heap.append(start..<start + count) }
    }
    if faults.isEmpty, offset != UInt64(memory) {
      faults.append(
        TableFault(Self.memory, element: Int(offset), "\(UInt64(memory) - offset) bytes that are no region's"))
    }
    return heap
  }

  private static func check(blocks: [UInt64], in heap: [Range<UInt64>], _ faults: inout [TableFault]) {
    guard blocks.count.isMultiple(of: blockWords) else {
      faults.append(
        TableFault(Self.blocks, element: blocks.count - 1, "\(blocks.count) words, where a block has \(blockWords)"))
      return
    }
    var end: UInt64 = 0
    var region = 0
    for place in stride(from: 0, to: blocks.count, by: blockWords) where faults.count < faultLimit {
      let (address, size) = (blocks[place], blocks[place + 1])
      let number = place / blockWords
      func fault(_ word: Int, _ reason: String) {
        faults.append(TableFault(Self.blocks, element: place + word, "block \(number) \(reason)"))
      }
      guard size <= 1 << 40, address <= 1 << 62 else {
        fault(1, "has \(size) bytes from \(hexadecimal(address)) on, beyond all addresses")
        continue
      }
      if address < end {
        fault(0, "begins at \(hexadecimal(address)), and the one before ends at \(hexadecimal(end))")
      }
      // One of 0 bytes counts as one of 1.
      end = max(end, address + max(size, 1))
      while region < heap.count, heap[region].upperBound <= address { region += 1 }
      guard region < heap.count, heap[region].lowerBound <= address, end <= heap[region].upperBound else {
        fault(0, "lies at \(hexadecimal(address)), which is not in a region of the heap to its end")
        continue
      }
    }
  }

  private static func hexadecimal(_ word: UInt64) -> String { "0x" + String(word, radix: 16) }
}
