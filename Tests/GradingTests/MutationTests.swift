import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

@Suite struct MutationTests {
  private func mutation(_ kind: String = "shift", at offset: Int, _ length: Int, _ text: String) -> Mutation {
    Mutation(file: "A.swift", kind: kind, offset: offset, length: length, declaration: "A.f", replacement: text)
  }

  private func order(_ candidates: [MutationDraw.Candidate], seed: UInt64) -> [MutationDraw.Candidate] {
    MutationDraw.order(candidates, of: "pool", seed: seed)
  }

  /// 40 of one kind and 3 of each of two others, of two solutions.
  private var candidates: [MutationDraw.Candidate] {
    [("a", 40), ("b", 3), ("c", 3)].flatMap { kind, count in
      (0..<count).flatMap { number in
        (0..<2).map { MutationDraw.Candidate(solution: $0, mutation: mutation(kind, at: number, 1, "")) }
      }
    }
  }

  @Test func aSeedGivesTheSameOrderAndAnotherSeedAnother() {
    let first = order(candidates, seed: 1)
    #expect(order(candidates, seed: 1) == first)
    #expect(order(candidates, seed: 2) != first)
    // All of them, each once.
    #expect(first.count == candidates.count)
    #expect(candidates.allSatisfy(first.contains))
  }

  @Test func kindsAndSolutionsComeUpEquallyOften() {
    for seed in 0..<20 as Range<UInt64> {
      let first = order(candidates, seed: seed).prefix(18)
      for kind in ["a", "b", "c"] { #expect(first.count { $0.mutation.kind == kind } == 6) }
      for solution in 0..<2 { #expect(first.count { $0.solution == solution } == 9) }
    }
  }

  @Test func exercisesShareWhatIsWanted() {
    #expect(MutationDraw.shares(of: 20, among: 6) == [4, 4, 3, 3, 3, 3])
    #expect(MutationDraw.shares(of: 2, among: 3) == [1, 1, 0])
  }

  private let text = Array("func f() {\n  a = 1\n}\nfunc g() {\n  a = 1\n}\n".utf8)

  @Test func anEntryIsFoundWhereverItsTextStands() {
    // The second `1`.
    let mutation = mutation(at: 38, 1, "2")
    let entry = EquivalentMutations.Entry(mutation, of: text, exercise: "pool", design: nil)
    // One line is there twice.
    #expect(entry.find == "func g() {\n  a = 1\n}")
    #expect(entry.replace == "func g() {\n  a = 2\n}")
    let list = EquivalentMutations([entry])
    #expect(list.entry(for: mutation, of: text, exercise: "pool", design: nil) == entry)
    #expect(list.entry(for: mutation, of: text, exercise: "slab", design: nil) == nil)
    #expect(list.entry(for: mutation, of: text, exercise: "pool", design: "queue") == nil)
    #expect(list.entry(for: self.mutation(at: 17, 1, "2"), of: text, exercise: "pool", design: nil) == nil)
    #expect(list.entry(for: self.mutation(at: 38, 1, "3"), of: text, exercise: "pool", design: nil) == nil)
    // Further down, and laid out in another way.
    let moved = Array("\n\nlet b = 0\nfunc f() { a = 1 }\nfunc g() { a = 1 }\n".utf8)
    let there = self.mutation(at: 46, 1, "2")
    #expect(list.entry(for: there, of: moved, exercise: "pool", design: nil) == entry)
  }

  @Test(arguments: ["func g() { b = 1 }", "a = 1", ""])
  func anEntryWhoseTextIsNotThereOnceFitsNothing(find: String) {
    let entry = EquivalentMutations.Entry(
      exercise: "pool", design: nil, file: "A.swift", find: find, replace: "", reason: "none")
    #expect(entry.applied(to: text) == nil)
  }

  @Test func theListIsReadAndItsMistakesAreNamed() throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    #expect(try EquivalentMutations(in: folder, .all) == EquivalentMutations([]))
    try Files.makeDirectory(folder.appending("mutations"))
    for (exercise, reason, said) in [
      ("pool", "", "\"reason\""), ("pol", "same", "there is no pol"), ("pool", "same", ""),
    ] {
      try Files.write(
        Array(
          """
          {"equivalent": [{"exercise": "\(exercise)", "file": "A.swift", "find": "a", "replace": "b", "reason": "\(reason)"}]}
          """.utf8), to: folder.appending("mutations/equivalent.json"))
      if said.isEmpty {
        #expect(try EquivalentMutations(in: folder, .all).equivalent.map(\.find) == ["a"])
      } else {
        let error = #expect(throws: JudgeError.self) { try EquivalentMutations(in: folder, .all) }
        #expect(error.map { "\($0)" }?.contains(said) == true)
      }
    }
  }

  private func row(_ fate: MutationVerification.Fate, isListed: Bool = false) -> MutationVerification.Row {
    MutationVerification.Row(
      exercise: "pool", design: nil, name: "pool-7", mutation: mutation(at: 38, 1, "2"), bytes: text, fate: fate,
      isListed: isListed)
  }

  @Test func equivalentOnesCountAsNothing() {
    let tally = MutationVerification.Tally([
      row(.killed(.overlap, isPublic: true)), row(.killed(.hang, isPublic: false)), row(.costly(0.1)),
      row(.survived(0)),
      row(.equivalent("same"), isListed: true),
    ])
    #expect(tally.count == 4 && tally.killed == 3 && tally.killedPublicly == 1)
    #expect(tally.survivors == 1 && tally.equivalent == 1)
    #expect(!tally.holds)
    let right = Array(repeating: row(.killed(.overlap, isPublic: true)), count: 19)
    #expect(MutationVerification.Tally(right + [row(.survived(0))]).holds)
    #expect(!MutationVerification.Tally(right + [row(.survived(0)), row(.survived(0))]).holds)
    #expect(!MutationVerification.Tally(right + Array(repeating: row(.costly(0.1)), count: 4)).holds)
  }

  @Test func whatSurvivedIsPrintedWithItsDiff() throws {
    var result = MutationVerification.Result(exercise: "pool", wanted: 3)
    result.rows = [row(.survived(0)), row(.killed(.overlap, isPublic: true)), row(.equivalent("same"), isListed: true)]
    #expect(result.listHolds)
    let text = result.text(style: .plain)
    #expect(
      text.hasPrefix(
        """
        ✗ pool-7 survived
            shift in A.f of the reference solution, A.swift:5
            -   a = 1
            +   a = 2
            listed as equivalent by: {"exercise":"pool","file":"A.swift","find":"func g()
        """), "\(text)")
    #expect(text.split(separator: "\n").count == 5)
    result.rows = [row(.survived(0.0123))]
    #expect(result.text(style: .plain).hasPrefix("✗ pool-7 survived, at 1.23 % of the points\n"))
  }

  @Test func aListThatIsNotTrueAnyMoreIsTold() {
    var result = MutationVerification.Result(exercise: "pool", wanted: 1)
    result.rows = [row(.killed(.overlap, isPublic: true), isListed: true)]
    #expect(!result.listHolds)
    #expect(
      result.text(style: .plain).contains("pool-7 is listed as equivalent, and was killed: overlap on a public trace"))
    result.rows = []
    result.stale = [EquivalentMutations.Entry(mutation(at: 38, 1, "2"), of: text, exercise: "pool", design: "queue")]
    #expect(!result.listHolds)
    #expect(
      result.text(style: .plain).contains("pool, queue, A.swift: the text of an entry does not occur exactly once"))
  }
}
