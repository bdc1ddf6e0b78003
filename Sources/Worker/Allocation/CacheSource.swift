public import AllocLab
public import Vocabularies

/// Caches of constructed objects as a source of blocks: one for each of the sizes `cache.0.size`, `cache.1.size` …
///
/// The sizes, in bytes, differ by 8 or more and lie below 4096; there are at most 16. A user of an object overwrites its
/// constructed state and restores it before giving the object back; see `ConstructedState`.
@safe @frozen public struct CacheSource<Subject: ObjectCache & ~Copyable>: BlockSource, ~Copyable {
  @usableFromInline let session: Session
  @usableFromInline let caches: UnsafeMutablePointer<Subject>
  @usableFromInline let cacheCount: Int
  /// The number of the cache for objects of a size, by size ÷ 8.
  @usableFromInline let cacheOfSize: UnsafeMutablePointer<UInt8>

  public init(_ session: Session) {
    self.session = session
    let count = max(1, min(session.parameter("cache.count") ?? 1, 16))
    cacheCount = count
    unsafe caches = .allocate(capacity: count)
    unsafe cacheOfSize = .allocate(capacity: 512)
    unsafe cacheOfSize.initialize(repeating: 0, count: 512)
    session.control.driver = 0
    // Whoever else grows the heap has begun.
    if let taken = session.parameter("heap.taken"), taken > 0 { _ = session.heap.grow(by: taken) }
    for number in 0..<count {
      let size = session.parameter("cache.\(number).size") ?? 64
      let alignment = session.parameter("cache.\(number).alignment") ?? 8
      unsafe cacheOfSize[min(size / 8, 511)] = UInt8(number)
      let objects = ObjectDescription(layout: Layout(size: size, alignment: alignment)) { address in
        session.construct(at: address, size: size)
      }
      // Safe: `number` is below the capacity.
      unsafe (caches + number).initialize(to: Subject(heap: session.heap, objects: objects))
    }
  }

  deinit {
    unsafe caches.deinitialize(count: cacheCount)
    unsafe caches.deallocate()
    unsafe cacheOfSize.deallocate()
  }

  @inlinable public static var reservedBytes: Int { ConstructedState.serialBytes }

  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    // Safe: the index is at most 511, and the table holds only numbers of caches.
    let number = unsafe Int(cacheOfSize[min(size &>> 3, 511)])
    guard let object = unsafe caches[number].allocate() else { return AllocationVocabulary.noAddress }
    let address = UInt64(truncatingIfNeeded: object.offset) & AllocationVocabulary.addressMask
    return address | UInt64(number) &<< AllocationVocabulary.cacheShift
  }

  /// Adds the object's serial number.
  public mutating func annotate(_ object: UInt64) -> UInt64 {
    object | session.serial(at: object & AllocationVocabulary.addressMask) &<< AllocationVocabulary.serialShift
  }

  @inlinable public mutating func deallocate(_ object: UInt64) {
    let number = Int(truncatingIfNeeded: object &>> AllocationVocabulary.cacheShift & 15)
    // Safe: `object` is an outcome of `allocate`, which put the number of a cache there.
    unsafe caches[number].deallocate(address(object & AllocationVocabulary.addressMask))
  }

  public mutating func reap() -> UInt64 {
    var byteCount = 0
    for number in 0..<cacheCount { unsafe byteCount += caches[number].reap() }
    return UInt64(clamping: byteCount)
  }

  public mutating func inspect(_ object: UInt64, size: Int) -> (offset: Int, expected: UInt8, found: UInt8)? {
    session.differenceFromConstructed(at: object & AllocationVocabulary.addressMask, size: size)
  }

  public mutating func restore(_ object: UInt64, size: Int) {
    let address = object & AllocationVocabulary.addressMask
    session.writeConstructedState(at: address, size: size, serial: session.serial(at: address))
  }
}

extension Session {
  /// Runs the constructor: gives the object at `address` the next serial number.
  func construct(at address: Address, size: Int) {
    // A store to the first and the last byte stops the program if the object is not inside the heap.
    heap.store(UInt8(0), at: address)
    heap.store(UInt8(0), at: address + (size - 1))
    let serial = control.driver &+ 1
    control.driver = serial
    // Safe: both ends of the object are inside the heap.
    unsafe (heapBase + address.offset).storeBytes(of: serial, as: UInt64.self)
    writeConstructedState(at: UInt64(address.offset), size: size, serial: serial)
  }

  /// The serial number of the object at `address`, or 0 where the heap has no bytes.
  @inlinable func serial(at address: UInt64) -> UInt64 {
    guard address &+ 8 <= UInt64(heap.end.offset) else { return 0 }
    // Safe: the eight bytes are inside the heap.
    return unsafe (heapBase + Int(address)).loadUnaligned(as: UInt64.self)
  }

  func writeConstructedState(at address: UInt64, size: Int, serial: UInt64) {
    let count = size - ConstructedState.serialBytes
    // Safe: the caller has found the object to be inside the heap.
    unsafe PayloadPattern.fill(
      heapBase + Int(address) + ConstructedState.serialBytes, count: count,
      key: ConstructedState.key(address: address, serial: serial))
  }

  func differenceFromConstructed(at address: UInt64, size: Int) -> (offset: Int, expected: UInt8, found: UInt8)? {
    let serial = serial(at: address)
    guard serial > 0, serial <= control.driver else {
      // Of the first eight bytes, the highest that no serial number given so far can have.
      let shift = UInt64((63 - (serial ^ control.driver).leadingZeroBitCount) / 8 * 8)
      return (
        Int(shift / 8), UInt8(truncatingIfNeeded: control.driver >> shift), UInt8(truncatingIfNeeded: serial >> shift)
      )
    }
    let reserved = ConstructedState.serialBytes
    let key = ConstructedState.key(address: address, serial: serial)
    // Safe: the caller has found the object to be inside the heap.
    let start = unsafe heapBase + Int(address) + reserved
    guard let offset = unsafe PayloadPattern.firstDifference(start, count: size - reserved, key: key) else {
      return nil
    }
    return (
      offset + reserved, PayloadPattern.byte(at: offset, key: key),
      unsafe start.load(fromByteOffset: offset, as: UInt8.self)
    )
  }
}

extension CacheSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  /// Of all caches in turn, each sentence with the number of its cache where there are several.
  public func invariantViolations() -> [String] {
    (0..<cacheCount).flatMap { number in
      // Safe: `number` is below the capacity, and all caches are initialized.
      let violations = unsafe caches[number].invariantViolations()
      return cacheCount == 1 ? violations : violations.map { "cache \(number): \($0)" }
    }
  }
}
