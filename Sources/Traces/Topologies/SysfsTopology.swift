package import SystemPackage

/// A topology in files, as Linux shows that of the machine it runs on.
///
///     online                 0-1,4          the nodes there are
///     possible               0-7            those there may ever be; may be missing, as the next two
///     has_cpu, has_memory    0-1            those with processors, and with memory
///     node0/cpulist          0-3,8-11
///     node0/cpumap           00000f0f       the same as bits; may be missing
///     node0/distance         10 21 17       to each node that is online, in their order
///     node0/meminfo          Node 0 MemTotal:       65852512 kB
///
/// Source: Linux, `Documentation/ABI/stable/sysfs-devices-node`.
package struct SysfsTopology: TopologySource {
  /// Where the machine's own topology stands.
  package static let live = SysfsTopology("/sys/devices/system/node")

  private let directory: FilePath

  package init(_ directory: FilePath) { self.directory = directory }

  /// Numbers beyond this are no node's, and no processor's.
  private static let (nodeLimit, cpuLimit, byteLimit) = (1 << 10, 1 << 16, 1 << 20)

  package func topology() throws(TopologyError) -> MachineTopology {
    let online = try list(
      directory.appending("online"), below: Self.nodeLimit, of: "nodes", remedy: "for example 0-3,8")
    guard !online.isEmpty else {
      throw TopologyError(
        directory.appending("online"), "names no node", expected: "a list of nodes, for example 0-3,8")
    }
    if let possible = try listIfThere("possible"), let extra = online.first(where: { !possible.contains($0) }) {
      throw TopologyError(
        directory.appending("online"), "names node \(extra), which `possible` does not",
        expected: "only nodes that are possible")
    }
    var nodes: [MachineTopology.Node] = []
    var distances: [[Int]] = []
    var owners: [Int: Int] = [:]
    for number in online {
      let cpus = try cpus(of: number)
      for cpu in cpus {
        if let other = owners.updateValue(number, forKey: cpu) {
          throw TopologyError(
            folder(number).appending("cpulist"), "names processor \(cpu), which node\(other)/cpulist names too",
            expected: "each processor in one node's list")
        }
      }
      nodes.append(MachineTopology.Node(number: number, memory: try memory(of: number), cpus: cpus))
      distances.append(try distanceRow(of: number, online))
    }
    try check("has_cpu", Set(nodes.filter { !$0.cpus.isEmpty }.map(\.number)), "processors", "cpulist", online)
    try check("has_memory", Set(nodes.filter { $0.memory > 0 }.map(\.number)), "memory", "meminfo", online)
    return MachineTopology(nodes: nodes, distances: distances)
  }

  private func folder(_ node: Int) -> FilePath { directory.appending("node\(node)") }

  // MARK: Files of one node

  private func cpus(of node: Int) throws(TopologyError) -> [Int] {
    let (file, map) = (folder(node).appending("cpulist"), folder(node).appending("cpumap"))
    let cpus = try list(file, below: Self.cpuLimit, of: "processors", remedy: "for example 0-3,8, or nothing")
    guard let text = try textIfThere(map) else { return cpus }
    // Words of 32 bits, the highest first, with commas between them.
    var stated = 0
    for digit in text where digit != "," && !digit.isWhitespace {
      guard let value = digit.hexDigitValue else {
        throw TopologyError(map, "has '\(Self.short(text))'", expected: "hexadecimal words with commas between them")
      }
      stated += value.nonzeroBitCount
    }
    guard stated == cpus.count else {
      throw TopologyError(
        file, "names \(cpus.count) processors, and cpumap beside it has bits for \(stated)",
        expected: "the same processors in both")
    }
    return cpus
  }

  private func memory(of node: Int) throws(TopologyError) -> Int {
    let file = folder(node).appending("meminfo")
    let text = try text(file)
    let form = "a line like 'Node \(node) MemTotal: 65852512 kB'"
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let label = words.firstIndex(of: "MemTotal:") else { continue }
      let place = FilePath("\(file):\(index + 1)")
      guard words.count == label + 3, words[label + 2] == "kB", let size = Int(words[label + 1]), size >= 0,
        size <= 1 << 50
      else { throw TopologyError(place, "has '\(Self.short(line))'", expected: form) }
      guard label == 2, words[0] == "Node", words[1] == "\(node)" else {
        throw TopologyError(place, "is about '\(Self.short(line))'", expected: form)
      }
      return size
    }
    throw TopologyError(file, "has no line with MemTotal", expected: form)
  }

  private func distanceRow(of node: Int, _ online: [Int]) throws(TopologyError) -> [Int] {
    let file = folder(node).appending("distance")
    let words = try text(file).split(whereSeparator: \.isWhitespace)
    var row: [Int] = []
    for word in words {
      guard let distance = Int(word) else {
        throw TopologyError(file, "has '\(Self.short(word))'", expected: "numbers, one for each node that is online")
      }
      row.append(distance)
    }
    guard row.count == online.count else {
      throw TopologyError(
        file, "has \(row.count) distances", expected: "\(online.count), one for each node that is online")
    }
    for (other, distance) in zip(online, row) {
      if other == node, distance != 10 {
        throw TopologyError(file, "says \(distance) from node \(node) to itself", expected: "10")
      }
      if other != node, distance <= 10 || distance > 255 {
        throw TopologyError(
          file, "says \(distance) from node \(node) to node \(other)",
          expected: "more than the 10 that it is to itself, and at most 255")
      }
    }
    return row
  }

  /// What a list says of all nodes, against what each says of itself.
  private func check(
    _ name: String, _ found: Set<Int>, _ what: String, _ where: String, _ online: [Int]
  ) throws(TopologyError) {
    guard let stated = try listIfThere(name) else { return }
    for node in online where stated.contains(node) != found.contains(node) {
      throw TopologyError(
        directory.appending(name),
        stated.contains(node)
          ? "names node \(node), and node\(node)/\(`where`) has no \(what)"
          : "leaves out node \(node), and node\(node)/\(`where`) has \(what)",
        expected: "the nodes with \(what)")
    }
  }

  // MARK: Reading

  private func listIfThere(_ name: String) throws(TopologyError) -> Set<Int>? {
    let file = directory.appending(name)
    guard try textIfThere(file) != nil else { return nil }
    return Set(try list(file, below: Self.nodeLimit, of: "nodes", remedy: "for example 0-3,8"))
  }

  /// Numbers and ranges with commas between them, in ascending order.
  private func list(
    _ file: FilePath, below limit: Int, of what: String, remedy: String
  ) throws(TopologyError) -> [Int] {
    let text = try text(file)
    var numbers: [Int] = []
    guard text.contains(where: { !$0.isWhitespace }) else { return [] }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Self.number($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, last < limit,
        first > numbers.last ?? -1
      else {
        throw TopologyError(
          file, "has '\(Self.short(part))' in '\(Self.short(text))'",
          expected: "a list of \(what), ascending and below \(limit), \(remedy)")
      }
      numbers += first...last
    }
    return numbers
  }

  private static func number(_ text: Substring) -> Int? {
    let trimmed = text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
    guard trimmed.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(trimmed)
  }

  /// The first characters, where people shall read them.
  private static func short(_ text: some StringProtocol) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(60)))
  }

  private func text(_ file: FilePath) throws(TopologyError) -> String {
    do { return try Self.read(file) } catch {
      // Where even this is not there, it is no topology at all.
      let form =
        file == directory.appending("online")
        ? "this file, in a directory in the shape of /sys/devices/system/node" : "the file of a node that is online"
      throw TopologyError(file, "cannot be read: \(error)", expected: form)
    }
  }

  private func textIfThere(_ file: FilePath) throws(TopologyError) -> String? {
    do { return try Self.read(file) } catch {
      guard error == .noSuchFileOrDirectory else {
        throw TopologyError(file, "cannot be read: \(error)", expected: "a file, or none")
      }
      return nil
    }
  }

  private static func read(_ file: FilePath) throws(Errno) -> String {
    do {
      let descriptor = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
      return try descriptor.closeAfter {
        var bytes: [UInt8] = []
        var part = Array(repeating: UInt8(0), count: 4096)
        while bytes.count < byteLimit {
          let count = try unsafe part.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
          if count == 0 { break }
          bytes += part.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
      }
    } catch let error as Errno { throw error } catch { throw .ioError }
  }
}
