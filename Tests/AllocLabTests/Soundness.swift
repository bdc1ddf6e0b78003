import AllocLab
import Testing

/// Requests, ends, changes of size and trims in random order: every block is where it may be and keeps its bytes, and the allocator finds nothing
/// wrong with itself after any of them. In the end all blocks are freed.
///
/// - Parameters:
///   - largest: the size of most blocks at most, and of every ninth request's.
///   - alignments: of every seventh request, powers of two up to this one.
func requireSoundness<Subject: Allocator & Trimmable & InvariantChecking & ~Copyable>(
  of subject: inout Subject, largest: (Int, Int), alignments: Int, steps: Int = 1500, seed: UInt64
) throws {
  let heap = subject.heap
  var live: [(address: Address, size: Int, value: UInt8)] = []
  var generator = SeededGenerator(seed: seed)
  for step in 0..<steps {
    let size = Int.random(in: 0...(step % 9 == 0 ? largest.1 : largest.0), using: &generator)
    let alignment = step % 7 == 0 ? 1 << Int.random(in: 0...alignments, using: &generator) : 1
    switch Int.random(in: 0..<20, using: &generator) {
    case 0...10:
      guard let address = subject.allocate(Layout(size: size, alignment: alignment)) else { break }
      try #require(address.offset % max(alignment, 16) == 0)
      let value = UInt8(truncatingIfNeeded: step)
      heap.fill(at: address, byteCount: size, with: value)
      live.append((address, size, value))
    case 11...14:
      guard let place = live.indices.randomElement(using: &generator) else { break }
      let block = live[place]
      guard let address = subject.reallocate(block.address, to: Layout(size: size, alignment: alignment)) else { break }
      try #require(address.offset % max(alignment, 16) == 0)
      try #require((0..<min(size, block.size)).allSatisfy { heap.load(UInt8.self, at: address + $0) == block.value })
      heap.fill(at: address, byteCount: size, with: block.value)
      (live[place].address, live[place].size) = (address, size)
    case 15: subject.trim()
    default:
      guard let place = live.indices.randomElement(using: &generator) else { break }
      subject.deallocate(live.remove(at: place).address)
    }
    let findings = subject.invariantViolations()
    try #require(findings == [], "step \(step)")
    for block in live {
      try #require((0..<block.size).allSatisfy { heap.load(UInt8.self, at: block.address + $0) == block.value })
    }
  }
  for block in live { subject.deallocate(block.address) }
}
