import Glibc
import SystemPackage
import Testing
import Traces
import Workloads

@Suite("A topology in files")
struct TopologyTests {
  private static let fixtures = FilePath(#filePath).removingLastComponent().appending("Topologies")

  private func machine(_ name: String) throws -> MachineTopology {
    try SysfsTopology(Self.fixtures.appending(name)).topology()
  }

  @Test(
    "is what the simulated machine of that name has",
    arguments: [
      ("two", SimulatedTopology.two), ("four", .four), ("asymmetric", .asymmetric), ("persistent", .persistent),
      ("eight", .eight),
    ])
  func fixtures(_ name: String, _ simulated: SimulatedTopology) throws {
    let machine = try machine(name)
    #expect(machine.distances == simulated.distances)
    #expect(machine.nodes.map(\.number) == Array(simulated.distances.indices))
    #expect(machine.isAsymmetric == (name == "asymmetric"))
    let there = try simulated.topology()
    #expect(there.nodes.count == machine.nodes.count)
  }

  @Test("has processors and memory of each node")
  func nodes() throws {
    let two = try machine("two")
    #expect(two.nodes.map(\.memory) == [65_748_016, 66_010_440])
    #expect(two.nodes[1].cpus == Array(52...103) + Array(156...207))
    let persistent = try machine("persistent")
    #expect(persistent.nodes[4].cpus == [] && persistent.nodes[1].memory == 0)
    #expect(persistent.nearest(to: 1) == [0, 2, 4, 5])
    let sparse = try machine("sparse")
    #expect(sparse.nodes.map(\.number) == [0, 8])
    #expect(sparse.nearest(to: 1) == [1, 0])
  }

  @Test("is ordered by a row, not by the way back; of nodes as near, the lower number is first")
  func nearest() throws {
    let asymmetric = try machine("asymmetric")
    #expect(asymmetric.nearest(to: 0) == [0, 1, 2, 3, 5, 4])
    #expect(asymmetric.nearest(to: 1) == [1, 0, 2, 3, 5, 4])
    let eight = try machine("eight")
    #expect(eight.nearest(to: 3) == [3, 2, 4, 5, 7, 0, 1, 6])
  }

  @Test("of this machine can be read")
  func live() throws {
    guard (try? FileDescriptor.open("/sys/devices/system/node/online", .readOnly).close()) != nil else { return }
    let machine = try SysfsTopology.live.topology()
    #expect(!machine.nodes.isEmpty)
  }

  /// A copy of `two` in which some files say something else; nil for a file that is not there.
  private func fault(_ changes: [String: String?]) throws -> TopologyError? {
    let folder = try TemporaryTree()
    let files: [String: String] = [
      "online": "0-1\n", "possible": "0-1\n", "has_cpu": "0-1\n", "has_memory": "0-1\n",
      "node0/cpulist": "0-1\n", "node1/cpulist": "2-3\n", "node0/cpumap": "00000003\n", "node0/distance": "10 21\n",
      "node1/distance": "21 10\n", "node0/meminfo": "Node 0 MemTotal: 1000 kB\n",
      "node1/meminfo": "Node 1 MemTotal: 1000 kB\n",
    ]
    for (name, text) in files.merging(changes.compactMapValues { $0 }, uniquingKeysWith: { $1 })
    where changes[name].map({ $0 != nil }) ?? true {
      try folder.write(text, to: name)
    }
    do {
      _ = try SysfsTopology(folder.path).topology()
      return nil
    } catch {
      #expect(error.file.string.hasPrefix(folder.path.string))
      #expect(error.description.contains("expected is "))
      return error
    }
  }

  @Test("may lack the files that are not needed, and has no fault as it is")
  func optional() throws {
    let nothing = try fault([:])
    #expect(nothing == nil)
    let some = try fault(["possible": nil, "has_cpu": nil, "has_memory": nil, "node0/cpumap": nil])
    #expect(some == nil)
  }

  @Test(
    "has faults that are told by file",
    arguments: [
      (["online": "0-x\n"], "online", "0-x"), (["online": "1-0\n"], "online", "1-0"),
      (["online": "0,0\n"], "online", "'0'"),
      (["online": "\n"], "online", "no node"), (["online": "0-1,5000\n"], "online", "5000"),
      (["online": "0-1,3\n"], "online", "node 3"),
      (
        ["online": "0-2\n", "possible": "0-3\n", "node0/distance": "10 21 21\n", "node1/distance": "21 10 21\n"],
        "node2/cpulist", "cannot be read"
      ),
      (["node0/cpulist": "0-1,a\n"], "node0/cpulist", "'a"),
      (["node0/cpulist": "0-2\n"], "node0/cpulist", "bits for 2"),
      (["node1/cpulist": "1-3\n"], "node1/cpulist", "processor 1"),
      (["node0/cpumap": "0000000g\n"], "node0/cpumap", "0000000g"),
      (["node0/distance": "10 far\n"], "node0/distance", "far"),
      (["node0/distance": "10\n"], "node0/distance", "has 1 distances"),
      (["node0/distance": "10 21 21\n"], "node0/distance", "has 3 distances"),
      (["node0/distance": "11 21\n"], "node0/distance", "to itself"),
      (["node1/distance": "10 10\n"], "node1/distance", "says 10"),
      (["node0/distance": "10 -5\n"], "node0/distance", "says -5"),
      (["node0/distance": "10 256\n"], "node0/distance", "says 256"),
      (["node0/meminfo": "Node 0 MemTotal: much kB\n"], "meminfo:1", "much"),
      (["node0/meminfo": "\nNode 1 MemTotal: 1000 kB\n"], "meminfo:2", "Node 1"),
      (["node0/meminfo": "Node 0 MemFree: 1000 kB\n"], "node0/meminfo", "no line"),
      (["node1/cpulist": "\n"], "has_cpu", "names node 1"), (["has_cpu": "0\n"], "has_cpu", "leaves out node 1"),
      (["node1/meminfo": "Node 1 MemTotal: 0 kB\n"], "has_memory", "names node 1"),
    ] as [([String: String], String, String)])
  func faults(_ changes: [String: String], _ file: String, _ found: String) throws {
    let error = try #require(try fault(changes.mapValues { $0 }))
    #expect(error.file.string.hasSuffix(file), "\(error)")
    #expect(error.found.contains(found), "\(error)")
  }

  @Test("has a fault where a file is missing, a directory, or a link to itself")
  func unreadable() throws {
    let missing = try fault(["node1/distance": nil])
    #expect(missing?.file.string.hasSuffix("node1/distance") == true)
    let folder = try TemporaryTree()
    let nowhere = #expect(throws: TopologyError.self) { _ = try SysfsTopology(folder.path).topology() }
    #expect(nowhere?.description.contains("/sys/devices/system/node") == true)
    try folder.link("online", to: "online")
    let circle = #expect(throws: TopologyError.self) { _ = try SysfsTopology(folder.path).topology() }
    #expect(circle?.found.contains("cannot be read") == true)
  }

  @Test("stands in a file of any bytes without a trap")
  func anyBytes() throws {
    var generator = Workloads.SeededGenerator(seed: 5)
    let alphabet = Array("0123456789-,- \n\u{0}xé")
    for _ in 0..<300 {
      let text = String((0..<generator.below(12)).map { _ in generator.pick(alphabet) })
      for file in ["online", "node0/cpulist", "node0/distance"] { _ = try fault([file: text]) }
    }
  }
}

/// A directory with directories in it, which lives as long as this value.
private final class TemporaryTree {
  private let directory: TemporaryDirectory
  private var written: [FilePath] = []
  var path: FilePath { directory.path }

  init() throws { directory = try TemporaryDirectory() }

  deinit {
    for file in written {
      unlink(file.string)
      if file.removingLastComponent() != path { rmdir(file.removingLastComponent().string) }
    }
  }

  func write(_ text: String, to name: String) throws {
    let file = path.appending(name)
    mkdir(file.removingLastComponent().string, 0o700)
    let descriptor = try FileDescriptor.open(
      file, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
    written.append(file)
  }

  func link(_ name: String, to target: String) throws {
    symlink(target, path.appending(name).string)
    written.append(path.appending(name))
  }
}
