import Examining
import Testing
import Vocabularies

@Suite("What an attack looks like in a heap") struct AttackPictureTests {
  @Test("Requests become requests, and steps of the attacker's the bytes that they are about") func picture() {
    let told = AttackVocabulary.report | UInt64(AttackVocabulary.Report.overflow.rawValue)
    let steps: [(AttackOperation, UInt64)] = [
      (AttackOperation(allocate: 0, size: 24), 0x1000), (AttackOperation(scribble: 0, at: 24, 8), 3),
      (AttackOperation(.touch, 0, -4096), 0), (AttackOperation(.deallocate, 0, 8), told),
      (AttackOperation(.deallocate, 0), 0), (AttackOperation(.replay, 0), 7), (AttackOperation(.restart), 0),
      (AttackOperation(.touch, 0, 8), 0),
    ]
    let picture = AttackPicture(operations: steps.map(\.0.word), outcomes: steps.dropLast().map(\.1))
    #expect(picture.words.count == 8 && picture.outcomes.count == 7)
    let kinds = picture.words.map { AllocationOperation(word: $0).kind }
    #expect(kinds == [.allocate, .clock, .clock, .clock, .deallocate, .clock, .reset, .clock])
    #expect(
      picture.bytes == [
        nil, 0x1018..<0x1020, 0..<1, 0x1008..<0x1009, nil, 0x1018..<0x1020, nil, nil,
      ])
    #expect(picture.changed == [nil, 0x1018..<0x101b, nil, nil, nil, 0x1018..<0x1020, nil, nil])
  }

  @Test("Numbers that lead nowhere are drawn nowhere", arguments: [Int.max, Int.min, 1 << 43 - 1])
  func numbersFromNowhere(number: Int) {
    let steps = [
      AttackOperation(allocate: 0, size: .max), AttackOperation(.touch, 0, number), AttackOperation(.forge, 0, number),
    ]
    let picture = AttackPicture(operations: steps.map(\.word), outcomes: [1 << 46, .max, .max])
    #expect(picture.bytes == [nil, nil, nil])
  }
}
