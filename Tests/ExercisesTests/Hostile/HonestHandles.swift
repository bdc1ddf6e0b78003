import Vocabularies

/// Handles that never do wrong, whatever memory they take: a word is the number of an object, and none comes again.
struct HonestHandles {
  private struct Object {
    var base: Int
    var size: Int
    var kept: [Int: UInt64] = [:]
  }

  private let limit: Int
  private var names: [UInt64]
  private var live: [UInt64: Object] = [:]
  private var last: UInt64 = 0
  private var free: [Int: [Int]] = [:]
  private(set) var end = 0

  init(nameCount: Int, limit: Int) {
    names = Array(repeating: PointerVocabulary.none, count: nameCount)
    self.limit = limit
  }

  mutating func perform(_ operation: PointerOperation) -> UInt64 {
    let (name, other) = (operation.name, operation.other)
    guard name < names.count else { return PointerVocabulary.none }
    switch operation.kind {
    case .allocate:
      names[name] = allocate(operation.number)
      return names[name]
    case .advance:
      guard names[name] != PointerVocabulary.none else { return PointerVocabulary.none }
      names[name] = WordForgery(number: operation.number).forged(names[name])
      return names[name]
    case .copy:
      names[name] = names[other]
      return 0
    case .read, .write: return place(names[name])
    case .store:
      let place = place(names[name])
      if place != PointerVocabulary.none { live[names[name]]?.kept[Int(place)] = names[other] }
      return place
    case .load:
      let place = place(names[other])
      if place != PointerVocabulary.none {
        names[name] = live[names[other]]?.kept[Int(place)] ?? PointerVocabulary.none
      }
      return place
    case .deallocate:
      guard let object = live.removeValue(forKey: names[name]) else { return 0 }
      free[block(object.size), default: []].append(object.base)
      return 1
    }
  }

  private func place(_ word: UInt64) -> UInt64 { live[word].map { UInt64($0.base) } ?? PointerVocabulary.none }

  private func block(_ size: Int) -> Int { max(16, 1 << (Int.bitWidth - max(0, size - 1).leadingZeroBitCount)) }

  private mutating func allocate(_ size: Int) -> UInt64 {
    guard size <= limit else { return PointerVocabulary.none }
    let block = block(size)
    guard let base = free[block]?.popLast() ?? (block <= limit - end ? end : nil) else { return PointerVocabulary.none }
    end = max(end, base + block)
    last += 1
    live[last] = Object(base: base, size: size)
    return last
  }
}
