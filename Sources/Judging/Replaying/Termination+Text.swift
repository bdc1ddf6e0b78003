import Sandbox

extension Termination {
  /// What was written to standard error, trimmed, as far as it is text.
  var standardErrorText: String {
    String(decoding: standardError.prefix(4000), as: UTF8.self).trimmingSuffix { $0.isNewline }
  }
}

extension String {
  func trimmingSuffix(while condition: (Character) -> Bool) -> String {
    var text = self[...]
    while let last = text.last, condition(last) { text.removeLast() }
    return String(text)
  }
}

extension String {
  /// The first half, where the second is the same: what is printed in one replay, of what was printed in two.
  var firstOfTwo: String {
    let bytes = utf8
    let middle = bytes.index(bytes.startIndex, offsetBy: bytes.count / 2)
    return bytes.count.isMultiple(of: 2) && bytes[..<middle].elementsEqual(bytes[middle...])
      ? String(self[..<middle]) : self
  }
}
