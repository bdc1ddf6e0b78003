/// Allocators: blocks come, change their size and go.
///
/// The outcome of `allocate` and `reallocate` is the block's address (an offset into the heap), or `noAddress`; that of
/// `reap` is the number of bytes given back; that of `deallocate` is 0, or `rejected` where a subject that checks its callers
/// called it an error. What hostile operations answer is said with each `Hostility`. Every other outcome is 0.
public enum AllocationVocabulary: Vocabulary {
  public static let name = "allocation"
  public static let hasPayloads = true

  /// The outcome of a request that the subject could not serve.
  public static let noAddress = UInt64.max

  /// The outcome of a `deallocate` that the subject refused, or of a wrong one that it noticed.
  public static let rejected: UInt64 = 1

  /// The parameter that bounds what a subject with memory of its own may take from the system, in bytes.
  public static let memoryParameter = "memory.limit"

  /// The parameter that says how many arenas share the heap.
  public static let arenaCountParameter = "arena.count"

  /// The bits of an outcome that hold the address.
  ///
  ///      63             44 43      40 39            0
  ///     +-----------------+----------+---------------+
  ///     |  serial number  |  cache   |    address    |
  ///     +-----------------+----------+---------------+
  ///
  /// The upper two fields are 0 but for caches of constructed objects: which cache the object is of, and the low bits of
  /// the number that its constructor gave it; and for arenas that share a heap, where the second says which one the block is of.
  public static let addressMask: UInt64 = (1 << cacheShift) - 1
  /// The lowest bit of a cache's number in an outcome.
  public static let cacheShift: UInt64 = 40
  /// The lowest bit of a serial number in an outcome.
  public static let serialShift: UInt64 = 44

  public static func describe(operation word: UInt64) -> String {
    let operation = AllocationOperation(word: word)
    let alignment = operation.alignmentShift == 0 ? "" : ", alignment: \(operation.alignment)"
    let block = "b\(operation.slot)"
    switch operation.kind {
    case .allocate: return "\(block) = allocate(\(operation.size)\(alignment))"
    case .allocateZeroed: return "\(block) = allocateZeroed(\(operation.size)\(alignment))"
    case .reallocate: return "\(block) = reallocate(\(block), to: \(operation.size)\(alignment))"
    case .deallocate: return "deallocate(\(block))"
    case .reap: return "reap()"
    case .mark: return "m\(operation.slot) = mark()"
    case .release: return "release(to: m\(operation.slot))"
    case .reset: return "reset()"
    case .thread: return "thread \(operation.slot)"
    case .clock: return "after \(operation.size) ms"
    case .hostile: return describe(operation.hostility, operation)
    case nil: return "unknown operation 0x\(String(word, radix: 16))"
    }
  }

  private static func describe(_ hostility: Hostility?, _ operation: AllocationOperation) -> String {
    let (slot, size) = (operation.slot, operation.size)
    return switch hostility {
    case .growthFailsOnce: "the heap refuses to grow, at call \(size) from here"
    case .growthFails: "the heap refuses to grow, from call \(size) from here on"
    case .growthFailsAtRandom: "the heap refuses to grow, one time in \(size)"
    case .growthWorks: "the heap grows again"
    case .doubleFree: "deallocate(b\(slot)) again"
    case .interiorFree: "deallocate(b\(slot) + \(size))"
    case .foreignFree: "deallocate(the heap's end + \(size))"
    case .misalignedFree: "deallocate(b\(slot) - \(size))"
    case .damage: "damage to record \(size): \(RecordDamage(number: slot).summary)"
    case .checkInvariants: "invariantViolations()"
    case .restart: "a new allocator, over an empty heap"
    case .freeOfNull: "free(NULL)"
    case .byReallocation: "by realloc, the next: of NULL, or to 0 bytes"
    case nil: "unknown operation 0x\(String(operation.word, radix: 16))"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    let operation = AllocationOperation(word: word)
    switch operation.hostility {
    case .doubleFree, .interiorFree, .foreignFree, .misalignedFree: return outcome == rejected ? "rejected" : "accepted"
    case .damage: return outcome == noAddress ? "nothing to damage" : "at \(hexadecimal(outcome))"
    case .checkInvariants: return "\(outcome) found"
    case .restart: return ""
    default: break
    }
    return describe(outcome, of: operation.kind)
  }

  private static func describe(_ outcome: UInt64, of kind: AllocationOperation.Kind?) -> String {
    switch kind {
    case .allocate, .allocateZeroed, .reallocate: outcome == noAddress ? "nil" : hexadecimal(outcome & addressMask)
    case .reap: "\(outcome) bytes"
    case .deallocate: outcome == rejected ? "rejected" : ""
    default: ""
    }
  }
}

/// An address as people read it: `0x`, and at least four digits.
public func hexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
