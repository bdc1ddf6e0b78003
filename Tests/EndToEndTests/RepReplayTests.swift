import Examining
import Exercises
import Judging
import SystemPackage
import Testing
import Traces

extension EndToEndBeside {
  /// Every `.rep` dialect, with and without the oddities of real files, on the libraries and a CS:APP allocator.
  @Suite(.serialized) struct RepReplayTests {
    @Test func everyDialectWithEveryOddityReplays() throws {
      let judge = try Outside.judge()
      var subjects = try Outside.natives.map { try Outside.native($0, judge) }
      subjects.append(try Outside.csapp(CSAppSubjects.implicitList, judge))
      defer { judge.builder.discardAll() }
      print("dialect  oddity                oddities told  " + subjects.map(\.name).joined(separator: "  "))
      for dialect in RepTexts.Dialect.allCases {
        for oddity in RepTexts.Oddity.allCases {
          guard let text = RepTexts.text(dialect, oddity, seed: 7) else { continue }
          let script = try RepImporter.parse(Array(text.utf8), path: "odd.rep")
          // Where the dialect knows it, freeing nothing is not odd.
          let isOdd = oddity != .none && !(oddity == .freeOfNothing && ![.suggestedHeap, .script].contains(dialect))
          #expect(script.oddities.isEmpty != isOdd, "\(dialect) \(oddity): \(script.oddities)")
          #expect(script.trace.operations.isEmpty == (oddity == .empty))
          var cells: [String] = []
          for subject in subjects {
            let result = try Outside.replay(script.trace, subject, judge)
            #expect(result.violation == nil, "\(subject.name), \(dialect), \(oddity)")
            #expect(result.operations == script.trace.operations.count)
            cells.append(result.violation?.kind.rawValue ?? "✓")
          }
          let head = [(dialect.rawValue.prefix(8), 9), (oddity.rawValue.prefix(20), 22)].map { text, width in
            text + String(repeating: " ", count: width - text.count)
          }
          print("\(head.joined())\(script.oddities.count)  " + cells.joined(separator: "  "))
        }
      }
    }

    @Test func odditiesAreToldOnStandardError() throws {
      let workspace = try Workspace()
      try workspace.write(
        "1\n3\n9\n0\na 0\n512\na 1 128\nr 2 640\nf 7\nf -1\nf 1\na 1 270000000000000000\n", to: "odd.rep")
      try workspace.write(CSAppSubjects.implicitList, to: "mm.c")
      try workspace.write("", to: "empty.rep")
      for subject in Outside.natives.map({ [$0] }) + [["--csapp", "mm.c"]] {
        let result = try CommandLineTool.run(["replay"] + subject + ["odd.rep"], in: workspace.folder)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("· odd: 8 operations, all right"), "\(result.all)")
        for line in [
          "odd.rep:5: the size is on line 6; took it from there", "odd.rep:8: 'r 2' of a block that does not live",
          "odd.rep:9: 'f 7' of a block that was never allocated",
          "odd.rep:3: the header says 9 operations, there are 7",
        ] {
          #expect(result.errors.contains(line), "\(line) in \(result.all)")
        }
        let empty = try CommandLineTool.run(["replay"] + subject + ["empty.rep"], in: workspace.folder)
        #expect(empty.status == 0, "\(empty.all)")
        #expect(empty.output.contains("· empty: 0 operations, all right"), "\(empty.all)")
        #expect(empty.errors.contains("empty.rep:1: no operations"), "\(empty.all)")
      }
    }
  }
}
