/// What is known of each live slot, in chunks that exist once they are used: a hostile slot number costs one chunk.
struct SlotTable: Sendable {
  struct Block: Sendable {
    /// −1 where no block lives.
    var size = -1
    /// The operation that allocated it; or that freed it, where it has lived; −1 where none ever did.
    var birth = -1

    var isLive: Bool { size >= 0 }
  }

  private var chunks: [[Block]] = []

  subscript(slot: Int) -> Block {
    get {
      let chunk = slot >> 12
      return chunk < chunks.count && !chunks[chunk].isEmpty ? chunks[chunk][slot & 0xfff] : Block()
    }
    set {
      let chunk = slot >> 12
      if chunk >= chunks.count { chunks.append(contentsOf: repeatElement([], count: chunk - chunks.count + 1)) }
      if chunks[chunk].isEmpty { chunks[chunk] = [Block](repeating: Block(), count: 1 << 12) }
      chunks[chunk][slot & 0xfff] = newValue
    }
  }
}
