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

  /// Makes the heap refuse to grow.
  func inject(_ fault: GrowthFault) {
    // Safe: the heap's counters lie in the control page, which stays mapped.
    unsafe UnsafeMutableRawPointer(control + Channel.Word.heap).assumingMemoryBound(to: HeapCounters.self).pointee
      .inject(fault)
  }

  /// Tells the judge what the subject found wrong with itself after an operation; the first report stands.
  func report(finding: String, afterOperation index: UInt64) {
    guard unsafe control[Channel.Word.finding] == 0 else { return }
    let text = unsafe UnsafeMutableRawPointer(control + Channel.Word.findingText)
    var length = 0
    for byte in finding.utf8.prefix(Channel.Word.findingLimit) {
      // Safe: the text's place is as long as the limit.
      unsafe text.storeBytes(of: byte, toByteOffset: length, as: UInt8.self)
      length += 1
    }
    unsafe control[Channel.Word.findingLength] = UInt64(length)
    unsafe control[Channel.Word.finding] = index &+ 1
  }

  /// Tells the judge of damage; the first report stands.
  @usableFromInline func report(_ damage: DamageReport) {
    guard unsafe control[Channel.Word.damage] == 0 else { return }
    for (place, word) in damage.words.enumerated() { unsafe control[Channel.Word.damage + place] = word }
  }
}
