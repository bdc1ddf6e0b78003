/// Blocks whose pages lie on the nodes of a machine, and threads that touch them.
///
///     bits   0–2    3–18     19–50        51–62
///            kind   block    bytes        row of a policy          allocate
///            kind   block    bytes        node                     allocateOn
///            kind   block                                          deallocate
///            kind   thread   processor                             run
///            kind   block    19–34: page  35–46: thread, 47–63: accesses   touch
///
/// Blocks are slots, which may be used again. The tables: `topology` (`NUMATopology`) has the machine, `policies` a row for each policy that the
/// trace names (`NUMAPolicy`). What is about a block that is not live, a page that it has not or a thread that does not run means nothing,
/// and has no outcome that matters.
public enum NUMAVocabulary: Vocabulary {
  public static let name = "numa"

  public static let (topology, policies) = ("topology", "policies")

  public static let pageBytes = 4096
  /// A move costs as much as so many accesses.
  public static let accessesOfMove = 64

  /// A page has no frame, or a reservation is refused.
  public static let none = UInt64.max
  /// What is not about anything is answered with this.
  public static let nothing = UInt64.max - 1
  /// A block was begun, or ended; a thread runs.
  public static let done: UInt64 = 0

  public static let (slotLimit, pageLimit, threadLimit, accessLimit) = (1 << 16, 1 << 16, 1 << 12, 1 << 17)

  public enum Operation: Equatable, Sendable {
    case allocate(block: Int, bytes: Int, policy: Int)
    case allocateOn(block: Int, bytes: Int, node: Int)
    case deallocate(block: Int)
    case run(thread: Int, cpu: Int)
    case touch(block: Int, page: Int, thread: Int, accesses: Int)

    /// Nil where a word says nothing.
    public init?(word: UInt64) {
      func field(_ first: UInt64, _ bits: UInt64) -> Int { Int(word >> first & (1 << bits - 1)) }
      let slot = field(3, 16)
      switch word & 7 {
      case 0: self = .allocate(block: slot, bytes: field(19, 32), policy: field(51, 12))
      case 1: self = .allocateOn(block: slot, bytes: field(19, 32), node: field(51, 12))
      case 2: self = .deallocate(block: slot)
      case 3: self = .run(thread: slot, cpu: field(19, 32))
      case 4: self = .touch(block: slot, page: field(19, 16), thread: field(35, 12), accesses: field(47, 17))
      default: return nil
      }
    }

    /// Numbers that are too large for their bits lose what is above them.
    public var word: UInt64 {
      func field(_ value: Int, _ first: UInt64, _ bits: UInt64) -> UInt64 {
        (UInt64(truncatingIfNeeded: value) & (1 << bits - 1)) << first
      }
      return switch self {
      case .allocate(let block, let bytes, let policy):
        field(block, 3, 16) | field(bytes, 19, 32) | field(policy, 51, 12)
      case .allocateOn(let block, let bytes, let node):
        1 | field(block, 3, 16) | field(bytes, 19, 32) | field(node, 51, 12)
      case .deallocate(let block): 2 | field(block, 3, 16)
      case .run(let thread, let cpu): 3 | field(thread, 3, 16) | field(cpu, 19, 32)
      case .touch(let block, let page, let thread, let accesses):
        4 | field(block, 3, 16) | field(page, 19, 16) | field(thread, 35, 12) | field(accesses, 47, 17)
      }
    }
  }

  /// Pages of a block of so many bytes.
  public static func pages(_ bytes: Int) -> Int { (bytes + pageBytes - 1) / pageBytes }

  public static func describe(operation: UInt64) -> String { describe(operation) { "policy \($0)" } }

  public static func describer(of tables: [NamedTable]) -> @Sendable (UInt64) -> String {
    let nodeCount = NUMATopology(words: tables.words(topology) ?? [])?.nodeCount ?? 0
    let rows = NUMAPolicy.rows(tables.words(policies) ?? [], nodeCount: nodeCount) ?? []
    return { word in
      describe(word) { row in rows.indices.contains(row) ? rows[row].text : "policy \(row)" }
    }
  }

  private static func describe(_ word: UInt64, policy: (Int) -> String) -> String {
    switch Operation(word: word) {
    case .allocate(let block, let bytes, let row): "b\(block) = allocate(\(bytes), \(policy(row)))"
    case .allocateOn(let block, let bytes, let node): "b\(block) = allocate(\(bytes), on: \(node))"
    case .deallocate(let block): "deallocate(b\(block))"
    case .run(let thread, let cpu): "run(t\(thread), on: cpu \(cpu))"
    case .touch(let block, let page, let thread, let accesses):
      "touch(page \(page) of b\(block), by t\(thread), \(accesses == 1 ? "once" : "\(accesses) times"))"
    case nil: "unknown operation \(word)"
    }
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    if outcome == nothing { return "nothing" }
    return switch Operation(word: operation) {
    case .touch: outcome == none ? "nil" : "frame \(outcome)"
    case .allocateOn: outcome == none ? "nil" : outcome == done ? "a block" : "\(outcome)"
    case .allocate: outcome == done ? "a block" : "\(outcome)"
    default: outcome == done ? "done" : "\(outcome)"
    }
  }

  public static func describe(parameter name: String, _ value: Int) -> String? {
    name == promise ? "at most \(value / 1000).\((value % 1000) / 100) times the least cost is promised" : nil
  }

  /// The parameter that says how many thousandths of the least cost a trace may cost.
  public static let promise = "promise.cost"

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    var faults = tables.filter { ![topology, policies].contains($0.name) }.map {
      TableFault($0.name, "a machine has no such table")
    }
    for name in [topology, policies] where tables.words(name) == nil {
      faults.append(TableFault(name, "what is placed on nodes needs this table, of words"))
    }
    guard faults.isEmpty, let words = tables.words(topology), let rows = tables.words(policies) else { return faults }
    guard let machine = NUMATopology(words: words) else {
      return [TableFault(topology, NUMATopology.fault(in: words) ?? "is no machine")]
    }
    if NUMAPolicy.rows(rows, nodeCount: machine.nodeCount) == nil {
      faults.append(
        TableFault(policies, "a row has a kind from 0 to 4, a node, and a weight from 0 to 255 for each node"))
    }
    return faults
  }
}
