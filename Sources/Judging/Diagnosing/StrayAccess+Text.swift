package import Vocabularies

extension ControlPage.Stray {
  /// The access that the worker says it made, whatever the words are.
  package var description: String {
    let names = ["load", "store", "protect", "decommit"]
    let name = names.indices.contains(access) ? names[access] : "access"
    let end = hexadecimal(UInt64(clamping: heapEnd))
    let place = address < 0 ? "before the start of the heap" : "past the end of the heap at \(end)"
    // The words are the worker's claim: the least `Int` has no counterpart.
    let shown = (address < 0 ? "-" : "") + hexadecimal(UInt64(address.magnitude))
    return "\(name) of \(byteCount) \(byteCount == 1 ? "byte" : "bytes") at \(shown), \(place)"
  }
}
