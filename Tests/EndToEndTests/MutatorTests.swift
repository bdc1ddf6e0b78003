import Judging
import SystemPackage
import Testing

extension EndToEnd {
  /// The program that lists the small changes which a file of Swift may be given.
  @Suite(.serialized) struct MutatorTests {
    /// The changed texts of each file, by kind, in order.
    private static func changes(of texts: [String]) throws -> [[(kind: String, text: String)]] {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let files = texts.enumerated().map { Submission.File(name: "\($0).swift", bytes: Array($1.utf8)) }
      let mutations = try Mutator(judge).mutations(of: files, in: "texts")
      return files.map { file in
        mutations.filter { $0.file == file.name }.map {
          ($0.kind, String(decoding: $0.applied(to: file.bytes), as: UTF8.self))
        }
      }
    }

    /// A text, and what a kind of change makes of it, each as often as it can.
    private static let kinds: [(kind: String, text: String, results: [String])] = [
      ("comparison-boundary", "func f(a: Int) -> Bool { a < 0 }", ["func f(a: Int) -> Bool { a <= 0 }"]),
      ("comparison-boundary", "func f(a: Int) -> Bool { a >= 0 }", ["func f(a: Int) -> Bool { a > 0 }"]),
      ("comparison-negated", "func f(a: Int) -> Bool { a == 0 }", ["func f(a: Int) -> Bool { a != 0 }"]),
      ("arithmetic-operator", "func f(a: Int) -> Int { a &+ a }", ["func f(a: Int) -> Int { a &- a }"]),
      ("bitwise-operator", "func f(a: Int) -> Int { a & a }", ["func f(a: Int) -> Int { a | a }"]),
      ("logical-operator", "func f(a: Bool) -> Bool { a && a }", ["func f(a: Bool) -> Bool { a || a }"]),
      (
        "shift", "func f(a: Int) -> Int { a << a }",
        [
          "func f(a: Int) -> Int { a >> a }", "func f(a: Int) -> Int { a << (a &+ 1) }",
          "func f(a: Int) -> Int { a << (a &- 1) }",
        ]
      ),
      (
        "compound-assignment", "func f(a: inout Int) { a += a }",
        ["func f(a: inout Int) { a -= a }", "func f(a: inout Int) { a = a }"]
      ),
      (
        "range-bound", "func f(a: Int) { for _ in a..<a {} }",
        [
          "func f(a: Int) { for _ in (a + 1)..<a {} }", "func f(a: Int) { for _ in a...a {} }",
          "func f(a: Int) { for _ in a..<(a - 1) {} }",
        ]
      ),
      (
        "operands-swapped", "func f(a: Int, b: Int) -> Int { a - b * a }",
        ["func f(a: Int, b: Int) -> Int { (b * a) - a }"]
      ),
      (
        "operand-dropped", "func f(a: Bool, b: Bool) -> Bool { a && b }",
        ["func f(a: Bool, b: Bool) -> Bool { a }", "func f(a: Bool, b: Bool) -> Bool { b }"]
      ),
      ("constant-off-by-one", "let a = 0x10", ["let a = 15", "let a = 17"]),
      ("constant-off-by-one", "let a = 0", ["let a = 1"]),
      ("constant-scaled", "let a = 1.5", ["let a = 0.75", "let a = 3.0"]),
      ("boolean-flipped", "let a = true", ["let a = false"]),
      ("condition-true", "func f(a: Bool) { if a {} }", ["func f(a: Bool) { if true {} }"]),
      ("condition-false", "func f(a: Bool) { while a {} }", ["func f(a: Bool) { while false {} }"]),
      ("negation-dropped", "func f(a: Int) -> Int { ~a }", ["func f(a: Int) -> Int { a }"]),
      ("arguments-swapped", "func f(a: Int) { g(a, by: 1) }", ["func f(a: Int) { g(1, by: a) }"]),
      ("min-max", "func f(a: Int) -> Int { min(a, a) }", ["func f(a: Int) -> Int { max(a, a) }"]),
      (
        "narrower-integer", "func f(a: Int) { g(UInt32(truncatingIfNeeded: a)) }",
        [
          "func f(a: Int) { g(UInt16(truncatingIfNeeded: a)) }",
          "func f(a: Int) { g(UInt32(truncatingIfNeeded: UInt16(truncatingIfNeeded: a))) }",
        ]
      ),
      ("narrower-integer", "let a = g(UInt16.self)", ["let a = g(UInt8.self)"]),
      (
        "branches-swapped", "func f(a: Bool) { if a { g() } else { h() } }",
        ["func f(a: Bool) { if a { h() } else { g() } }"]
      ),
      ("branches-swapped", "func f(a: Bool) -> Int { a ? 1 : 2 }", ["func f(a: Bool) -> Int { a ? 2 : 1 }"]),
      ("assignment-dropped", "func f(a: inout Int) { a = 2 }", ["func f(a: inout Int) {  }"]),
      ("store-dropped", "func f(a: Heap) { a.store(1, at: 2) }", ["func f(a: Heap) {  }"]),
      ("call-dropped", "func f() { g() }", ["func f() {  }"]),
      (
        "jump-changed", "func f(a: Bool) { while a { continue } }",
        ["func f(a: Bool) { while a {  } }", "func f(a: Bool) { while a { break } }"]
      ),
      // In a guard's other branch a jump may not be left out.
      (
        "jump-changed", "func f(a: Bool) { while a { guard a else { break } } }",
        ["func f(a: Bool) { while a { guard a else { continue } } }"]
      ),
      ("early-return", "func f() { g(); h() }", ["func f() { g(); return; h() }"]),
      (
        "early-return", "func f() -> Int? { g(); let a = 1; return a }",
        ["func f() -> Int? { g(); return nil; let a = 1; return a }"]
      ),
      ("statements-swapped", "func f() { g(); h() }", ["func f() { h(); g(); }"]),
      ("return-nil", "func f(a: Int) -> Int? { a }", ["func f(a: Int) -> Int? { nil }"]),
      ("return-changed", "var a: Bool { return b }", ["var a: Bool { return !(b) }"]),
      ("member-changed", "let a = b.first", ["let a = b.last"]),
    ]

    @Test func eachKindChangesWhatItSays() throws {
      let changes = try Self.changes(of: Self.kinds.map(\.text))
      for ((kind, text, results), changes) in zip(Self.kinds, changes) {
        #expect(changes.filter { $0.kind == kind }.map(\.text) == results, "\(kind) of \(text)")
      }
      #expect(Set(Self.kinds.map(\.kind)).count == 29)
    }

    /// What only says what is so, what nobody is judged by, and what is no code.
    @Test(arguments: [
      "func f(a: Int) { precondition(a > 0 && a < 8, \"\\(a + 1)\") }",
      "@available(macOS 15, *) func f() {}",
      "extension A: InvariantChecking { func f(a: Int) -> Int { a + 1 } }",
      "struct A { var description: String { \"\\(1 + 1)\" } }",
      "// a + 1\nimport AllocLab\n",
    ])
    func someTextsAreLeftAlone(text: String) throws {
      let changes = try Self.changes(of: [text])[0]
      #expect(changes.isEmpty, "\(changes)")
    }

    @Test func noTwoChangesMakeTheSameTokens() throws {
      // Arguments and branches that are alike, an assignment of itself.
      let text = "func f(a: inout Int) { a += 1; g(1, 1); if a == a { a = a } else { a = a } }"
      let changes = try Self.changes(of: [text])[0].map { $0.text.filter { !$0.isWhitespace } }
      #expect(changes.count == 20)
      #expect(Set(changes).count == changes.count)
      #expect(!changes.contains(text.filter { !$0.isWhitespace }))
    }

    @Test func assignmentsThatHaveNothingToDoWithEachOtherStayInOrder() throws {
      let texts = ["a = b; c = b", "a = b; c = a", "a = c; c = b", "a = b; a = c", "a.x = b; c.y = a.x", "a = b; g()"]
      let changes = try Self.changes(of: texts.map { "func f() { \($0) }" })
      #expect(changes.map { $0.count { $0.kind == "statements-swapped" } } == [0, 1, 1, 1, 1, 1])
    }

    @Test func whatIsComparedIsNotSwapped() throws {
      let changes = try Self.changes(of: ["func f(a: Int, b: Int) -> Pair { g(min(a, b)) }"])[0]
      #expect(changes.map(\.kind) == ["min-max"])
    }

    @Test func whatIsNoSwiftIsNamed() throws {
      let error = #expect(throws: JudgeError.self) { try Self.changes(of: ["let a = 1", "func f( {"]) }
      #expect(error.map { "\($0)" }?.hasPrefix("texts/1.swift: cannot be read as Swift") == true)
    }
  }
}
