internal import AllocLab
internal import Vocabularies

/// Plays a program over again whose blocks lie where an allocator has put them, and an attacker in it: a trusted subject, in whose process there
/// is no allocator that could notice.
///
/// The trace's table of addresses has one for each `allocate`, in their order. Blocks are empty, and nothing is protected.
public struct PlacedBlocksDriver: Driver, ~Copyable {
  private let session: Session
  private let addresses: WordTable
  private var next = 0
  /// By name, its block's address; nil for none.
  private var names: [Int?]

  public init(_ session: Session) {
    self.session = session
    addresses = session.wordTable(AttackVocabulary.addresses)
    names = Array(repeating: nil, count: Int(clamping: session.control.slotCount))
    _ = session.heap.grow(by: session.heap.limit)
  }

  public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = AttackOperation(word: word)
    guard operation.name < names.count else { return 0 }
    switch operation.kind {
    case .allocate:
      let address = next < addresses.count ? addresses[next] : AttackVocabulary.none
      next += 1
      names[operation.name] = address < UInt64(session.heap.limit) ? Int(address) : nil
      return address
    case .scribble:
      guard let block = names[operation.name] else { return 0 }
      return UInt64(scribble(block &+ operation.offset, operation.count))
    case .restart:
      session.emptyHeap()
      _ = session.heap.grow(by: session.heap.limit)
      names = Array(repeating: nil, count: names.count)
      return 0
    default: return 0
    }
  }

  /// Changes bytes one by one, up to the first that is not in the heap; how many.
  private func scribble(_ start: Int, _ count: Int) -> Int {
    for place in 0..<count {
      let address = start &+ place
      guard session.mayAccess(address) else { return place }
      let byte = session.heap.load(UInt8.self, at: Address(address))
      session.heap.store(byte &+ 0x55, at: Address(address))
    }
    return count
  }
}
