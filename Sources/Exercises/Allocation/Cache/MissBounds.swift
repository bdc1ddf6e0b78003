import Examining
import Traces

/// How many misses are far too many on a trace, and what that says of the allocator; the points are lost before.
struct MissBounds {
  /// What a trace is about, by the number in its parameter.
  enum Subject: Int {
    case chains, sets, temperature, others
  }

  static let allParameter = "misses.most", ownParameter = "misses.own", subjectParameter = "misses.subject"

  private let most, own: Int?
  private let subject: Subject

  init(of trace: Trace) {
    // A trace may come from anywhere; no product overflows.
    func bound(_ name: String) -> Int? { trace.parameter(name).map { max(0, min($0, 1 << 30)) } }
    most = bound(Self.allParameter)
    own = bound(Self.ownParameter)
    subject = trace.parameter(Self.subjectParameter).flatMap { Subject(rawValue: $0) } ?? .others
  }

  /// The parameters of a trace.
  ///
  /// - Parameters:
  ///   - most: hundredths of the least misses; nil for any number.
  ///   - own: hundredths of the requests that the allocator's own misses may be; nil for any number.
  static func parameters(_ subject: Subject, most: Int? = nil, own: Int? = nil) -> [TraceParameter] {
    [TraceParameter(name: subjectParameter, value: subject.rawValue)]
      + (most.map { [TraceParameter(name: allParameter, value: $0)] } ?? [])
      + (own.map { [TraceParameter(name: ownParameter, value: $0)] } ?? [])
  }

  /// What is too much; nil where nothing is.
  func excess(of oracle: PlacementOracle) -> (ViolationKind, String)? {
    if let own, oracle.own.misses * 100 > own * max(oracle.requests, 1) {
      return (
        .metadataMisses,
        "\(oracle.own.misses) misses are the allocator's own, in \(oracle.requests) requests; "
          + "\(own * oracle.requests / 100) may be"
      )
    }
    guard let most, oracle.misses * 100 > most * oracle.least else { return nil }
    let kind: ViolationKind =
      switch subject {
      case .chains, .others: .poorLocality
      case .sets: .conflictMisses
      case .temperature: .hotAmongCold
      }
    return (kind, "\(oracle.misses) misses, and the least are \(oracle.least): \(most * oracle.least / 100) may be")
  }
}
