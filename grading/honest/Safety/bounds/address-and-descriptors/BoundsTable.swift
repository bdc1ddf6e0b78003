import AllocLab

// Jones and Kelly's way, mended by Ruwase and Lam's: a pointer into its object is the address itself, and whose that is says a map with
// an entry for every eight bytes of the heap. A pointer that is outside, be it only one past the end, is no address but the number of a
// descriptor, with the object and the position. Descriptors are found again by what they say, and go with their objects.
//
//     63   62                                              0
//     +---+------------------------------------------------+
//     | 0 |  address, inside an object                     |
//     | 1 |  number of a descriptor                        |
//     +---+------------------------------------------------+

public struct BoundsTable: BoundsChecker, ~Copyable {
  private struct Object {
    var base: Int
    /// -1 for none.
    var size: Int
    var capacity: Int
    var descriptors: [UInt64] = []
  }

  private struct Place: Hashable {
    var object: Int
    var position: Int
  }

  private let heap: Heap
  private var objects: [Object] = []
  private var unusedObjects: [Int] = []
  private var objectAt: [UInt32] = []
  private var places: [Place] = []
  private var unusedPlaces: [UInt64] = []
  private var descriptorOf: [Place: UInt64] = [:]
  /// Free memory by its size, all powers of two.
  private var free: [Int: [Int]] = [:]

  public init(heap: Heap) { self.heap = heap }

  private static var outside: UInt64 { 1 << 63 }
  private static var lost: UInt64 { 1 << 62 }

  private mutating func pointer(_ place: Place) -> UInt64 {
    let object = objects[place.object]
    if place.position >= 0, place.position < object.size { return UInt64(object.base + place.position) }
    if let known = descriptorOf[place] { return known }
    let number = unusedPlaces.popLast() ?? UInt64(places.count)
    if number == UInt64(places.count) { places.append(place) } else { places[Int(number)] = place }
    let pointer = Self.outside | number
    descriptorOf[place] = pointer
    objects[place.object].descriptors.append(number)
    return pointer
  }

  private func place(_ pointer: UInt64) -> Place? {
    if pointer == Self.lost { return nil }
    if pointer >= Self.outside { return places[Int(pointer & ~Self.outside)] }
    let object = Int(objectAt[Int(pointer) / 8])
    return Place(object: object, position: Int(pointer) - objects[object].base)
  }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    guard byteCount <= heap.limit else { return nil }
    var base = 0
    var capacity = 0
    if byteCount > 0 {
      capacity = 8
      while capacity < byteCount { capacity *= 2 }
      if let block = free[capacity]?.popLast() {
        base = block
      } else {
        guard let new = heap.grow(by: capacity) else { return nil }
        base = new.offset
        objectAt += repeatElement(0, count: capacity / 8)
      }
    }
    let object = Object(base: base, size: byteCount, capacity: capacity)
    let number = unusedObjects.popLast() ?? objects.count
    if number == objects.count { objects.append(object) } else { objects[number] = object }
    for granule in base / 8..<(base + capacity) / 8 { objectAt[granule] = UInt32(number) }
    return pointer(Place(object: number, position: 0))
  }

  public mutating func advance(_ pointer: UInt64, by byteCount: Int) -> UInt64 {
    guard var place = place(pointer) else { return Self.lost }
    let (position, overflows) = place.position.addingReportingOverflow(byteCount)
    guard !overflows, position.magnitude < 1 << 40 else { return Self.lost }
    place.position = position
    return self.pointer(place)
  }

  public mutating func resolve(_ pointer: UInt64, byteCount: Int) -> Address? {
    guard let place = place(pointer) else { return nil }
    let object = objects[place.object]
    guard place.position >= 0, place.position < object.size, byteCount <= object.size - place.position else {
      return nil
    }
    return Address(object.base + place.position)
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    guard let place = place(pointer), place.position == 0 else { return false }
    let object = objects[place.object]
    guard object.size >= 0 else { return false }
    if object.capacity > 0 { free[object.capacity, default: []].append(object.base) }
    for number in object.descriptors {
      descriptorOf[places[Int(number)]] = nil
      unusedPlaces.append(number)
    }
    objects[place.object] = Object(base: object.base, size: -1, capacity: 0)
    unusedObjects.append(place.object)
    return true
  }
}
