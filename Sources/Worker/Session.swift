public import AllocLab
public import Vocabularies

/// What a driver is given: the heap, the trace's parameters, and the memory that it shares with the judge.
@safe public struct Session {
  /// The heap of the subject.
  public let heap: Heap
  /// The heap's first byte in this process.
  @usableFromInline let heapBase: UnsafeMutableRawPointer
  @usableFromInline let control: UnsafeMutablePointer<UInt64>
  /// Four words a slot: address, size, key, and one for the driver.
  @usableFromInline let slots: UnsafeMutablePointer<UInt64>

  init(
    heap: Heap, heapBase: UnsafeMutableRawPointer, control: UnsafeMutablePointer<UInt64>,
    slots: UnsafeMutablePointer<UInt64>
  ) {
    self.heap = heap
    unsafe self.heapBase = heapBase
    unsafe self.control = control
    unsafe self.slots = slots
  }

  /// The trace's parameter of that name, or nil where it has none.
  public func parameter(_ name: String) -> Int? {
    let hash = Channel.hash(ofParameter: name)
    let count = unsafe min(control[Channel.Word.parameterCount], UInt64(Channel.Word.parameterLimit))
    for pair in 0..<Int(count) where unsafe control[Channel.Word.parameters + 2 * pair] == hash {
      return unsafe Int(truncatingIfNeeded: control[Channel.Word.parameters + 2 * pair + 1])
    }
    return nil
  }

  /// Tells the judge of damage; the first report stands.
  @usableFromInline func report(_ damage: DamageReport) {
    guard unsafe control[Channel.Word.damage] == 0 else { return }
    for (place, word) in damage.words.enumerated() { unsafe control[Channel.Word.damage + place] = word }
  }
}
