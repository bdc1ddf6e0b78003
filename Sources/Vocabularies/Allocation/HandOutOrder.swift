/// In which order blocks were handed out since marks were taken: which ones end when a subject goes back to a mark.
///
/// Marks have numbers. To take one voids those of the same number and above, to go back to one those above it. So what a trace means
/// hangs on the trace alone, whatever was cut out of it, and never on what a subject answered.
public struct HandOutOrder: Sendable {
  /// The slots of blocks that were handed out or moved since the first mark that holds, the oldest first; their blocks may have ended.
  private var slots: [Int32] = []
  /// By the number of a mark: how many there were when it was taken, or -1 where it does not hold.
  private var places: [Int] = []

  public init() {}

  /// Whether any mark holds.
  public var isMarked: Bool { !places.isEmpty }

  /// A block was handed out in `slot`, or moved.
  public mutating func append(_ slot: Int) {
    if isMarked { slots.append(Int32(truncatingIfNeeded: slot)) }
  }

  /// Takes back the last `append`.
  public mutating func removeLast() {
    if isMarked { slots.removeLast() }
  }

  /// A mark was taken.
  public mutating func mark(_ number: Int) {
    void(from: number)
    places += Array(repeating: -1, count: max(0, number - places.count))
    places.append(slots.count)
  }

  /// Whether the mark of that number holds.
  public func holds(_ number: Int) -> Bool { number < places.count && places[number] >= 0 }

  /// The slots of the blocks that end where the subject goes back to a mark, the newest first; none where it does not hold. A slot may
  /// be named more than once, and one whose block has ended already as well.
  public func since(_ number: Int) -> [Int] {
    holds(number) ? slots[places[number]...].reversed().map { Int($0) } : []
  }

  /// The subject went back to a mark.
  public mutating func release(to number: Int) {
    guard holds(number) else { return }
    slots.removeLast(slots.count - places[number])
    void(from: number + 1)
  }

  /// All blocks ended.
  public mutating func reset() {
    slots.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  private mutating func void(from number: Int) {
    if places.count > number { places.removeLast(places.count - number) }
    while places.last == -1 { places.removeLast() }
    if places.isEmpty { slots.removeAll(keepingCapacity: true) }
  }
}
