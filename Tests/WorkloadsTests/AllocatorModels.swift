import Testing
import Vocabularies

/// The plainest allocator: the lowest gap that is large enough, without headers. Addresses are in units of `unit` bytes.
struct FirstFit {
  private var blocks: [(address: Int, size: Int, slot: Int)] = []
  /// The highest end of any block so far.
  private(set) var reach = 0
  private(set) var peakLive = 0
  private var live = 0

  mutating func perform(_ operation: AllocationOperation, unit: Int) {
    if operation.kind == .deallocate {
      guard let place = blocks.firstIndex(where: { $0.slot == operation.slot }) else { return }
      live -= blocks[place].size
      blocks.remove(at: place)
      return
    }
    let size = operation.size / unit
    var end = 0
    var place = 0
    while place < blocks.count, blocks[place].address - end < size {
      end = blocks[place].address + blocks[place].size
      place += 1
    }
    blocks.insert((end, size, operation.slot), at: place)
    live += size
    peakLive = max(peakLive, live)
    reach = max(reach, end + size)
  }
}

/// A binary buddy system of one whole, whose blocks are taken lowest first.
struct BuddyModel {
  private var free: [Set<Int>]
  private var blocks: [Int: (address: Int, order: Int)] = [:]
  private(set) var reach = 0
  private(set) var splits = 0
  private(set) var merges = 0
  /// Bytes asked for, and bytes of the blocks that serve them, of all requests.
  private(set) var asked = 0
  private(set) var taken = 0

  init(orders: Int) {
    free = Array(repeating: [], count: orders + 1)
    free[orders] = [0]
  }

  mutating func perform(_ operation: AllocationOperation) {
    if operation.kind == .deallocate {
      guard var (address, order) = blocks.removeValue(forKey: operation.slot) else { return }
      while order + 1 < free.count, free[order].remove(address ^ (1 << order)) != nil {
        address &= ~(1 << order)
        order += 1
        merges += 1
      }
      free[order].insert(address)
      return
    }
    let wanted = max(4, Int.bitWidth - (max(operation.size, 1) - 1).leadingZeroBitCount)
    guard var order = (wanted..<free.count).first(where: { !free[$0].isEmpty }), let address = free[order].min() else {
      return
    }
    free[order].remove(address)
    while order > wanted {
      order -= 1
      splits += 1
      free[order].insert(address + (1 << order))
    }
    blocks[operation.slot] = (address, order)
    asked += operation.size
    taken += 1 << order
    reach = max(reach, address + (1 << order))
  }
}
