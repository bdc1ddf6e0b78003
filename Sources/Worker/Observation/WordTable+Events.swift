internal import AllocLab
internal import Vocabularies

/// How a driver reads an `EventTable`.
extension WordTable {
  var eventCount: Int { count / EventTable.eventWords }

  /// The event of a number from 0 on.
  func event(_ number: Int) -> AllocationEvent {
    let place = EventTable.eventWords &* number
    let code = self[place &+ 1]
    return AllocationEvent(
      AllocationEvent.Kind(rawValue: code & 0xff) ?? .deallocate, thread: Int(code >> 8 & 0xffff), number: code >> 24,
      stamp: self[place], address: self[place &+ 2], oldAddress: self[place &+ 3],
      size: Int(truncatingIfNeeded: self[place &+ 4]), site: self[place &+ 5])
  }
}
