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
