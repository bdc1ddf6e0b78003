/// The live bytes of a whole address space, of which most is empty: a bitmap for each chunk that ever had a block.
///
/// The chunks used last are found by their numbers' low bits; a dictionary holds all.
final class LiveChunks {
  /// The base-2 logarithm of a chunk's bytes: 1 MiB, so that a bitmap takes 128 KiB at most, page by page.
  static let shift = 20
  static let byteCount = 1 << shift
  /// The most chunks: 64 GiB of addresses.
  static let limit = 1 << 16
  private static let recentCount = 256

  private var all: [Int: LiveBytes] = [:]
  private var recent: [(number: Int, bytes: LiveBytes)]
  /// When to look for chunks that are empty again.
  private var nextPurge = 4096

  init() {
    let none = (number: -1, bytes: LiveBytes(byteCount: 0))
    recent = Array(repeating: none, count: Self.recentCount)
  }

  /// Whether there are as many chunks as there may be.
  var isFull: Bool { all.count >= Self.limit }

  /// How many bytes are live.
  var count: Int { all.values.reduce(0) { $0 + $1.count } }

  func insert(_ start: Int, _ count: Int) -> Bool {
    var done = 0
    while done < count {
      let (offset, part) = Self.part(start + done, count - done)
      var bytes = chunk((start + done) >> Self.shift)
      guard bytes.insert(offset, part) else {
        if done > 0 { remove(start, done) }
        return false
      }
      done += part
    }
    return true
  }

  func remove(_ start: Int, _ count: Int) {
    var done = 0
    while done < count {
      let (offset, part) = Self.part(start + done, count - done)
      var bytes = chunk((start + done) >> Self.shift)
      bytes.remove(offset, part)
      done += part
    }
  }

  func isFree(_ start: Int, _ count: Int) -> Bool {
    var done = 0
    while done < count {
      let (offset, part) = Self.part(start + done, count - done)
      if let bytes = all[(start + done) >> Self.shift], !bytes.isFree(offset, part) { return false }
      done += part
    }
    return true
  }

  /// How much of the bytes from `start` lies in its chunk, and where in it.
  private static func part(_ start: Int, _ count: Int) -> (offset: Int, count: Int) {
    let offset = start & (byteCount - 1)
    return (offset, min(count, byteCount - offset))
  }

  private func chunk(_ number: Int) -> LiveBytes {
    let place = number & (Self.recentCount - 1)
    if recent[place].number == number { return recent[place].bytes }
    let bytes: LiveBytes
    if let known = all[number] {
      bytes = known
    } else {
      if all.count >= nextPurge { purge() }
      bytes = LiveBytes(byteCount: Self.byteCount)
      all[number] = bytes
    }
    recent[place] = (number, bytes)
    return bytes
  }

  /// Forgets the chunks in which nothing is live any more.
  private func purge() {
    all = all.filter { !$0.value.isFree(0, Self.byteCount) }
    nextPurge = max(4096, 2 * all.count)
    for place in recent.indices where all[recent[place].number] == nil { recent[place].number = -1 }
  }
}
