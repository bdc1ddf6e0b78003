internal import AllocLab
internal import Vocabularies

/// Drives the malloc of a shared library, and does what attackers do to it: the `HardeningDriver` of what has no heap of its own.
///
/// Addresses are pointers. Nothing is held back: an access to what is no memory ends the process, and so does a library that reports by it.
@safe public struct AttackedLibraryDriver: Driver, ~Copyable {
  private var source: NativeSource
  /// By name, the address of its block, and its size; an address of 0 for none.
  private var names: [(address: UInt64, size: Int)]
  /// The bytes that the attacker has read.
  private var learnt: UInt64 = 0

  public init(_ session: Session) {
    source = NativeSource(session)
    names = Array(repeating: (0, 0), count: Int(clamping: session.control.slotCount))
  }

  public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = AttackOperation(word: word)
    guard operation.name < names.count else { return 0 }
    switch operation.kind {
    case .allocate:
      let address = source.allocate(size: operation.size, alignment: operation.alignment)
      names[operation.name] = (address == AttackVocabulary.none ? 0 : address, operation.size)
      return address
    case .forge:
      source.deallocate(UInt64(bitPattern: Int64(operation.number)))
      return 0
    // A process begins anew by itself.
    case .restart, nil: return 0
    default: break
    }
    let (address, size) = names[operation.name]
    guard address != 0 else { return 0 }
    switch operation.kind {
    case .deallocate:
      source.deallocate(address &+ UInt64(bitPattern: Int64(operation.number)))
      return 0
    case .scribble:
      let start = address &+ UInt64(bitPattern: Int64(operation.offset))
      for place in 0..<UInt64(operation.count) { change(start &+ place) }
      return UInt64(operation.count)
    case .touch:
      change(address &+ UInt64(bitPattern: Int64(operation.number)))
      return 1
    case .learn:
      learnt = exchange(address &+ UInt64(size), nil)
      return learnt
    case .replay: return exchange(address &+ UInt64(size), learnt)
    default: return 0
    }
  }

  // Safe, here and below: what is no memory faults, which is what the attack comes to; nothing of the framework lies near a library's blocks.
  private func change(_ address: UInt64) {
    guard let byte = unsafe UnsafeMutablePointer<UInt8>(bitPattern: UInt(address)) else { return }
    unsafe byte.pointee &+= 0x55
  }

  private func exchange(_ address: UInt64, _ new: UInt64?) -> UInt64 {
    guard let word = unsafe UnsafeMutableRawPointer(bitPattern: UInt(address)) else { return AttackVocabulary.none }
    let old = unsafe word.loadUnaligned(as: UInt64.self)
    if let new { unsafe word.storeBytes(of: new, as: UInt64.self) }
    return old
  }
}
