import Vocabularies

/// Pointers that never do wrong, whatever memory they take: each has the number of its object and of its place in a list of all places.
struct HonestPointers {
  private struct Pointer {
    var object: Int
    var position: Int128
  }

  private struct Object {
    var base: Int
    var size: Int
    var isLive = true
    var kept: [Int: Pointer] = [:]
  }

  private let limit: Int
  private var names: [Pointer?]
  private var objects: [Object] = []
  private var free: [Int: [Int]] = [:]
  private(set) var end = 0

  init(nameCount: Int, limit: Int) {
    names = Array(repeating: nil, count: nameCount)
    self.limit = limit
  }

  mutating func perform(_ operation: PointerOperation) -> UInt64 {
    guard operation.name < names.count else { return PointerVocabulary.none }
    switch operation.kind {
    case .allocate:
      names[operation.name] = allocate(operation.number)
      return names[operation.name].map { UInt64($0.object) } ?? PointerVocabulary.none
    case .advance:
      guard var pointer = names[operation.name] else { return PointerVocabulary.none }
      pointer.position += Int128(operation.number)
      names[operation.name] = pointer
      return UInt64(truncatingIfNeeded: pointer.position)
    case .copy:
      names[operation.name] = names[operation.other]
      return 0
    case .read, .write: return place(names[operation.name], operation.number).map { UInt64($0) } ?? .max
    case .store:
      guard let pointer = names[operation.name], let place = place(pointer, 8) else { return .max }
      objects[pointer.object].kept[place] = names[operation.other]
      return UInt64(place)
    case .load:
      guard let source = names[operation.other], let place = place(source, 8) else { return .max }
      names[operation.name] = objects[source.object].kept[place]
      return UInt64(place)
    case .deallocate:
      guard let pointer = names[operation.name], pointer.position == 0, objects[pointer.object].isLive else { return 0 }
      objects[pointer.object].isLive = false
      let object = objects[pointer.object]
      free[block(object.size), default: []].append(object.base)
      return 1
    }
  }

  private func block(_ size: Int) -> Int { max(16, 1 << (Int.bitWidth - max(0, size - 1).leadingZeroBitCount)) }

  private mutating func allocate(_ size: Int) -> Pointer? {
    guard size <= limit else { return nil }
    let block = block(size)
    guard let base = free[block]?.popLast() ?? (block <= limit - end ? end : nil) else { return nil }
    end = max(end, base + block)
    objects.append(Object(base: base, size: size))
    return Pointer(object: objects.count - 1, position: 0)
  }

  private func place(_ pointer: Pointer?, _ byteCount: Int) -> Int? {
    guard let pointer else { return nil }
    let object = objects[pointer.object]
    guard object.isLive, pointer.position >= 0, pointer.position + Int128(byteCount) <= Int128(object.size) else {
      return nil
    }
    return object.base + Int(pointer.position)
  }
}
