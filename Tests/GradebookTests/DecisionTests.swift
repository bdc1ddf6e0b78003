import Gradebook
import Testing

@Suite struct DecisionTests {
  private static let kinds: [Decision.Kind] = [
    .override(exercise: "pool", points: 12.5), .award(points: -0.25), .extend(days: 3), .withdraw(number: 2),
    .award(points: 1),
  ]

  private static func log() -> DecisionLog {
    var log = DecisionLog()
    for (place, kind) in kinds.enumerated() {
      let next = log.next(kind, student: "ada", author: "kim", reason: "reason \(place)", at: 1000 + place)
      let isTaken = log.append(next, keptHash: next.hash)
      #expect(isTaken)
    }
    return log
  }

  @Test func whatIsWithdrawnHoldsNoMore() {
    #expect(Self.log().inForce(for: "ada").map(\.number) == [1, 3, 5])
    #expect(Self.log().inForce(for: "bob").isEmpty)
  }

  @Test(arguments: kinds) func kindsAreReadBack(kind: Decision.Kind) {
    #expect(Decision.Kind(text: kind.text) == kind)
  }

  @Test(arguments: ["", "award", "award x", "award 1 2", "extend 1.5", "override pool", "pardon 1"])
  func nothingElseIsAKind(text: String) { #expect(Decision.Kind(text: text) == nil) }

  /// Writes the entries of a log again as somebody changed them, each with the hash that was kept.
  private func verified(_ entries: [Decision]) -> Int {
    var log = DecisionLog()
    for entry in entries {
      let again = Decision(
        number: entry.number, moment: entry.moment, author: entry.author, student: entry.student, kind: entry.kind,
        reason: entry.reason, after: log.head)
      guard log.append(again, keptHash: entry.hash) else { break }
    }
    return log.entries.count
  }

  @Test func nothingIsChangedLeftOutOrPutIn() {
    let entries = Self.log().entries
    #expect(verified(entries) == 5)
    #expect(verified(Array(entries.dropFirst())) == 0)
    #expect(verified(entries.enumerated().filter { $0.offset != 2 }.map(\.element)) == 2)
    #expect(verified([entries[0], entries[2], entries[1]]) == 1)
    // Made anew with other points, it has another hash, behind which those that follow do not fit.
    let forged = Decision(
      number: 2, moment: 1001, author: "kim", student: "ada", kind: .award(points: 10), reason: "reason 1",
      after: entries[0].hash)
    #expect(forged.hash != entries[1].hash)
    #expect(verified([entries[0], forged, entries[2]]) == 2)
  }

  /// Fields do not run into each other.
  @Test func hashesTakeInWhereFieldsEnd() {
    func hash(_ author: String, _ student: String) -> String {
      Decision(number: 1, moment: 0, author: author, student: student, kind: .extend(days: 1), reason: "", after: "")
        .hash
    }
    #expect(hash("ab", "c") != hash("a", "bc"))
    #expect(hash("a,1:b", "") != hash("a", "b"))
  }

  /// An essay of somebody who handed nothing else in, and the correction of its points.
  @Test func awardsThatCancelAreAwards() {
    var standing = Standing(student: "ada", name: "Ada")
    #expect(standing.state == .notHandedIn)
    standing.decisions = [7, -7].map { points in
      Decision(
        number: 1, moment: 0, author: "kim", student: "ada", kind: .award(points: points), reason: "essay", after: "")
    }
    #expect(standing.state == .graded)
    standing.decisions = [
      Decision(number: 1, moment: 0, author: "kim", student: "ada", kind: .extend(days: 1), reason: "", after: "")
    ]
    #expect(standing.state == .notHandedIn)
  }

  @Test(arguments: [
    (0, "1970-01-01 00:00"), (951_782_399, "2000-02-28 23:59"), (951_782_400, "2000-02-29 00:00"),
    (1_709_251_199, "2024-02-29 23:59"), (4_102_444_800, "2100-01-01 00:00"),
  ])
  func momentsAreToldInUTC(seconds: Int, text: String) {
    #expect(Moment.text(seconds) == text)
    #expect(Moment.seconds(text.replacing(" ", with: "T") + "Z") == seconds / 60 * 60)
  }
}
