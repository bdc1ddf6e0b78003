import SystemPackage
import Testing

extension EndToEndBeside {
  @Suite struct TopologyCommandTests {
    private let fixtures = CommandLineTool.root.appending("Tests/TracesTests/Topologies")

    @Test func aDirectoryIsShown() throws {
      let result = try CommandLineTool.run("topology", fixtures.appending("asymmetric").string)
      #expect(result.status == 0, "\(result.all)")
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 8, "\(result.output)")
      #expect(lines[1].hasPrefix("0     128.0 GiB  0,6,12,18,24,30,36,42"), "\(result.output)")
      #expect(lines[1].hasSuffix("0 1 2 3 5 4"), "\(result.output)")
      #expect(lines[7].contains("asymmetric"))
      let persistent = try CommandLineTool.run("topology", fixtures.appending("persistent").string)
      #expect(persistent.output.contains("2-3,10-11"), "\(persistent.output)")
      #expect(persistent.output.contains("none"))
    }

    @Test func whatIsNotOneIsToldByFile() throws {
      let result = try CommandLineTool.run("topology", fixtures.string)
      #expect(result.status == 2 && result.output.isEmpty, "\(result.all)")
      #expect(result.errors.contains("/online: cannot be read"), "\(result.errors)")
      let name = try CommandLineTool.run("topology", "--simulated", "seven")
      #expect(name.status != 0 && name.errors.contains("choose one of two, four"), "\(name.errors)")
    }

    @Test func thisMachineAndSimulatedOnesAreShown() throws {
      let eight = try CommandLineTool.run("topology", "--simulated", "eight")
      #expect(eight.status == 0 && eight.output.split(separator: "\n").count == 9, "\(eight.all)")
      let here = try CommandLineTool.run("topology")
      #expect(
        here.status == 0 ? here.output.contains("move_pages(2)") : here.errors.contains("cannot be read"), "\(here.all)"
      )
    }
  }
}
