package import Exercises
import Vocabularies

/// What came of a window, before it is verified.
package struct ObservedWindow {
  package let window: Window
  package let outcomes: [UInt64]
  /// What the subject has said about its own records since it began; read only when asked for.
  package let finding: () -> SubjectFinding?
}

/// What a subject's own check of its records said: its claim, which no verdict rests on.
package struct SubjectFinding: Sendable, Equatable {
  /// The index of the operation after which it was said.
  package let operation: Int
  /// What it said, in UTF-8 or not.
  package let text: [UInt8]

  package init(operation: Int, text: [UInt8]) {
    self.operation = operation
    self.text = text
  }
}

extension WorkerLink {
  /// The first thing that the subject found wrong with itself.
  var finding: SubjectFinding? {
    let index = read(Channel.Word.finding)
    guard index > 0 else { return nil }
    let length = Int(clamping: read(Channel.Word.findingLength)).clamped(to: 0...Channel.Word.findingLimit)
    var text: [UInt8] = []
    var place = 0
    while text.count < length {
      var word = read(Channel.Word.findingText + place)
      for _ in 0..<min(8, length - text.count) {
        text.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
      place += 1
    }
    return SubjectFinding(operation: Int(clamping: index - 1), text: text)
  }
}
