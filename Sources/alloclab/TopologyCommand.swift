import ArgumentParser
import CPlatform
import Grading
import SystemPackage
import Traces
import Workloads

/// `alloclab topology`: which memory a machine has, and how far it is.
struct TopologyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topology", abstract: "Show a machine's nodes: processors, memory, distances, and which is nearest.",
    discussion: """
      Without a directory it is this machine's, and on one of several nodes pages are placed on each, and the kernel is \
      asked whether they lie there. A directory has the shape of /sys/devices/system/node.
      """)

  @Argument(help: "A directory in the shape of /sys/devices/system/node.", completion: .directory)
  var directory: String?

  @Option(
    help: ArgumentHelp(
      "A machine that is simulated: \(SimulatedTopology.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"))
  var simulated: String?

  func run() throws {
    if directory != nil, simulated != nil {
      throw ValidationError("a directory and --simulated are two machines; name one")
    }
    let source: any TopologySource
    if let simulated {
      guard let machine = SimulatedTopology(rawValue: simulated) else {
        let names = SimulatedTopology.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("there is no simulated machine '\(simulated)'; choose one of \(names)")
      }
      source = machine
    } else {
      source = directory.map { SysfsTopology(FilePath($0)) } ?? SysfsTopology.live
    }
    let machine: MachineTopology
    do { machine = try source.topology() } catch {
      tell("alloclab: \(error)")
      throw Verdict.graderError
    }
    print(TopologyText.text(machine, TerminalStyle.detected()), terminator: "")
    if directory == nil, simulated == nil { checkPlacement(machine) }
  }

  /// Whether pages lie where they are bound to.
  private func checkPlacement(_ machine: MachineTopology) {
    let nodes = machine.nodes.filter { $0.memory > 0 }
    guard nodes.count > 1 else {
      return print("\nplacement is not checked with move_pages(2): there is one node with memory")
    }
    print()
    for node in nodes {
      let pages = 16
      let count = cp_pages_on_node(Int32(node.number), Int32(pages))
      print(
        count < 0
          ? "node \(node.number): placement cannot be checked: \(Errno(rawValue: -count))"
          : "node \(node.number): \(count) of \(pages) pages bound to it lie there, by move_pages(2)")
    }
  }
}

/// A topology as people read it.
enum TopologyText {
  static func text(_ machine: MachineTopology, _ style: TerminalStyle) -> String {
    var table = TextTable(
      ["node", "memory", "processors"].map { TextTable.Column($0) }
        + machine.nodes.map { TextTable.Column("to \($0.number)") }
        + [TextTable.Column("nearest memory first")])
    for (place, node) in machine.nodes.enumerated() {
      table.append(
        ["\(node.number)", memory(node.memory), node.cpus.isEmpty ? "none" : ranges(node.cpus)]
          + machine.distances[place].map { "\($0)" }
          + [machine.nearest(to: place).map { "\(machine.nodes[$0].number)" }.joined(separator: " ")])
    }
    return table.text(style: style)
      + (machine.isAsymmetric
        ? "the distances are asymmetric: a row is that of one node's processors to all memories\n" : "")
  }

  private static func memory(_ size: Int) -> String {
    if size == 0 { return "none" }
    let tenths = (size * 10 + (1 << 19)) >> 20
    return size < 1 << 20 ? "\((size + 512) >> 10) MiB" : "\(tenths / 10).\(tenths % 10) GiB"
  }

  /// `0-3,8`.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}
