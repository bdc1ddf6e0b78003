import Examining
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// Attacks on one exercise, each beside a twin that does without the trick: the trick earns nothing.
  @Suite(.serialized) struct TwinTests {
    /// `twin.json` of an attack.
    struct Attack: Codable {
      /// What it tries, in a sentence.
      var tries: String
      var exercise: String
    }

    private static let folder = CommandLineTool.root.appending("grading/attacks")
    private static var names: [String] {
      Files.names(in: folder).filter { Files.exists(folder.appending("\($0)/twin.json")) }
    }

    @Test func thereAreSome() { #expect(!Self.names.isEmpty) }

    @Test(arguments: names) func theTrickEarnsNothing(name: String) throws {
      let attack = try Course.read(Attack.self, Self.folder.appending("\(name)/twin.json"))
      let workspace = try Workspace()
      for side in ["attack", "twin"] { try workspace.copy("grading/attacks/\(name)/\(side)", to: "class/\(side)") }
      let result = try CommandLineTool.run(
        ["grade", "class", "-o", "reports", "--only", attack.exercise, "--no-shrink"], in: workspace.folder,
        seconds: 300)
      #expect(result.status == 1, "\(result.all.suffix(2000))")
      let points = try ["attack", "twin"].map { side in
        try Report(workspace.folder.appending("reports/\(side).json")).exercise(attack.exercise).points
      }
      #expect(points[1] > 0, "the twin is honest")
      #expect(points[0] <= points[1] + 0.2, "\(name), which \(attack.tries)")
    }
  }
}
