import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// `alloclab similarity` over a class whose pairs are known.
  @Suite(.serialized) struct SimilarityCommandTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    /// What a copy is disguised with: every name and number another, other comments, another layout, and the parts of types in another
    /// order. It need not compile.
    private static func disguised(_ text: String) -> String {
      let keywords: Set = [
        "actor", "as", "borrowing", "break", "case", "consuming", "continue", "default", "defer", "deinit", "do",
        "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "get", "guard", "if",
        "import", "in", "init", "inout", "internal", "is", "lazy", "let", "mutating", "nil", "nonmutating", "operator",
        "package", "private", "protocol", "public", "repeat", "return", "self", "Self", "set", "some", "static",
        "struct", "subscript", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while",
      ]
      var parts: [[String]] = [[]]
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
        if line.isEmpty {
          parts.append([])
          continue
        }
        let code = line.firstRange(of: "//").map { String(line[..<$0.lowerBound]) } ?? line
        var (renamed, word) = ("", "")
        for character in code + " " {
          if character.isLetter || character.isNumber || character == "_" {
            word.append(character)
            continue
          }
          let isNumber = word.first?.isNumber == true
          let isKept = word.isEmpty || keywords.contains(word)
          renamed += isKept ? word : isNumber ? "7" : "x" + String(word.reversed())
          renamed.append(character)
          word = ""
        }
        parts[parts.count - 1].append(renamed + (parts.count % 2 == 0 ? "\n    " : "  // nothing"))
      }
      let ordered = [parts[0]] + parts.dropFirst().dropLast(2).reversed() + parts.suffix(2)
      return ordered.map { $0.joined(separator: "\n") }.joined(separator: "\n// or so\n")
    }

    private static func text(_ path: String) throws -> String {
      String(decoding: try Files.read(CommandLineTool.root.appending(path)), as: UTF8.self)
    }

    /// Every design of three exercises that is right and unlike the others, by the names of their folders.
    private static let exercises = ["pool": "PoolAllocator", "slab": "SlabAllocator", "buddy": "BuddyAllocator"]

    private struct Listed: Decodable {
      struct Lines: Decodable {
        let file: String
        let from: Int
        let to: Int
      }
      struct Place: Decodable {
        let first: Lines
        let second: Lines
        let tokens: Int
      }
      struct Pair: Decodable {
        let first: String
        let second: String
        let share: Double
        let places: [Place]
      }
      let format: String
      let handIns: Int
      let pairs: [Pair]
      let nothingOwn: [String]
      let unread: [String]
    }

    private func list(_ arguments: String...) throws -> (Listed, CommandLineTool.Result) {
      let result = try CommandLineTool.run(
        ["similarity", "class", "--json", "list.json"] + arguments, in: workspace.folder)
      try #require(result.status == 0, "\(result.all)")
      let text = String(decoding: try Files.read(workspace.folder.appending("list.json")), as: UTF8.self)
      return (try JSONReportDecoder().decode(Listed.self, from: JSONDocument(parsing: text)), result)
    }

    @Test func disguisedCopiesAreFoundAndDesignsOfTheirOwnAreNot() throws {
      for (exercise, name) in Self.exercises {
        for folder in Files.names(in: CommandLineTool.root.appending("grading/honest/Allocation/\(exercise)")) {
          try workspace.copy("grading/honest/Allocation/\(exercise)/\(folder)", to: "class/\(exercise)-\(folder)")
        }
        try workspace.copy("ProblemSets/ProblemSet1", to: "class/starter")
        let original = try Self.text("Solutions/ProblemSet1/\(name).swift")
        try workspace.write(original, to: "class/\(exercise)-ada/\(name).swift")
        try workspace.write(Self.disguised(original), to: "class/\(exercise)-bob/\(name).swift")
      }
      try workspace.write("no archive", to: "class/odd.zip")
      let (listed, result) = try list()
      #expect(listed.format == "alloclab-similarity/1" && listed.handIns > 12)
      let pairs = listed.pairs.map { "\($0.first) \($0.second)" }.sorted()
      #expect(pairs == Self.exercises.keys.sorted().map { "\($0)-ada \($0)-bob" }, "\(result.all)")
      #expect(listed.pairs.allSatisfy { $0.share >= 60 && !$0.places.isEmpty }, "\(result.all)")
      for place in listed.pairs.flatMap(\.places) {
        #expect(place.first.file == place.second.file && place.first.from <= place.first.to)
        #expect(place.second.from <= place.second.to && place.tokens >= 24)
      }
      #expect(listed.nothingOwn == ["odd", "starter"])
      #expect(
        listed.unread.contains { $0.hasPrefix("odd: odd.zip: is neither a zip nor a tar.gz") }, "\(listed.unread)")
      #expect(result.output.contains("A list to look at, and no verdict") && !result.hasEscapes)
    }

    @Test func whatWasGivenBesidesExplainsItself() throws {
      let text = try Self.text("Solutions/ProblemSet1/SlabAllocator.swift")
      for name in ["ada", "bob"] { try workspace.write(text, to: "class/\(name)/SlabAllocator.swift") }
      let copies = try list().0
      #expect(copies.pairs.map(\.share) == [100])
      try workspace.write(text, to: "book/Chapter4.swift")
      let (listed, _) = try list("--given", "book")
      #expect(listed.pairs.isEmpty && listed.nothingOwn == ["ada", "bob"])
    }

    @Test func hostileFilesAreToldAndTheOthersCompared() throws {
      let text = try Self.text("Solutions/ProblemSet1/BuddyAllocator.swift")
      for name in ["ada", "bob"] { try workspace.write(text, to: "class/\(name)/BuddyAllocator.swift") }
      let deep = String(repeating: "{", count: 100_000)
      let texts = [
        "deep": deep, "open": text + "\n/* ", "half": String(text.prefix(text.count / 2)), "empty": "",
        "bytes": String(decoding: (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 37) }, as: UTF8.self),
      ]
      for (name, text) in texts { try workspace.write(text, to: "class/\(name)/BuddyAllocator.swift") }
      try workspace.write([0xff, 0xfe, 0, 0x7b], to: "class/latin/BuddyAllocator.swift")
      let (listed, result) = try list("--least", "90")
      #expect(listed.handIns == 8)
      #expect(listed.pairs.contains { $0.first == "ada" && $0.second == "bob" && $0.share == 100 }, "\(result.all)")
      // Broken copies are copies.
      #expect(listed.pairs.contains { [$0.first, $0.second].contains("half") }, "\(result.all)")
    }

    @Test func mistakesAreToldWithTheRemedy() throws {
      try workspace.write("import AllocLab\n", to: "class/ada/PoolAllocator.swift")
      try workspace.write("class/ada is alone", to: "book/README.md")
      for (arguments, message) in [
        (["absent"], "absent: is not a directory; unpack what the course system gave you"),
        (["class"], "class: holds 1 hand-in; 2 to 2000 can be compared"),
        (["class", "--least", "0"], "--least is 1 to 100 percent."),
        (["class", "--common", "1"], "--common is 2 or more"),
      ] {
        let result = try CommandLineTool.run(["similarity"] + arguments, in: workspace.folder)
        #expect(result.status != 0 && result.errors.contains(message), "\(arguments): \(result.all)")
      }
      try workspace.write("import AllocLab\n", to: "class/bob/PoolAllocator.swift")
      let given = try CommandLineTool.run("similarity", "class", "--given", "book", in: workspace.folder)
      #expect(given.status == 2 && given.errors.contains("book: holds no Swift file"), "\(given.all)")
    }
  }
}
