package import Traces
package import Vocabularies

/// Decides whether outcomes are right, and says why not.
///
/// An oracle sees a trace in windows, each once and in order. In a batch replay the whole trace is one window, without a view of
/// the heap.
package protocol Oracle {
  /// Checks one window; the first thing that is wrong, or nil.
  mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation?

  /// Looks at the heap while a window goes on and the worker is stopped where nobody could foresee it; what is wrong, or nil. It changes
  /// nothing: the window is checked once it has ended.
  ///
  /// - Parameters:
  ///   - outcomes: of the operations that are done. They are claims, and not checked yet.
  ///   - firstIndex: the index, in the trace, of the first operation.
  func glance(operations: Span<UInt64>, outcomes: Span<UInt64>, firstIndex: Int, heap: HeapView) -> Violation?

  /// Whether a glance may find anything.
  var glances: Bool { get }

  /// Checks what can only be checked once the last window has passed.
  mutating func finish(heap: HeapView?) -> Violation?

  /// What it means that the worker ended, or did not answer, as `violation` says; nil where that is to be expected here, and no
  /// further operation is sent then.
  mutating func verdict(onEnd violation: Violation) -> Violation?

  /// Whether a window must end with this operation, so that the heap is seen as the operation left it.
  func endsWindow(_ operation: UInt64) -> Bool

  /// Whether a window has to end before an operation: it may give pages back, and what there was before is the most.
  func beginsWindow(_ operation: UInt64) -> Bool

  /// The most operations of a window, where what each leaves behind is to be seen before much else is done; nil where that may be many.
  var longestWindow: Int? { get }

  /// Makes the judge the program whose memory this is: it fills blocks itself, with what nobody can know who does not know `secret`,
  /// and looks at them before they end or move. From now on `prepare` is called before each window.
  mutating func attend(secret: UInt64)

  /// Whether it can do so where windows have more than one operation.
  var mayAttendWindows: Bool { get }

  /// What the program does, and finds, right before a window is sent.
  ///
  /// - Parameter firstIndex: the index, in the trace, of the first operation.
  mutating func prepare(for operations: Span<UInt64>, firstIndex: Int, heap: HeapView) -> Violation?

  /// Whether the judge does this itself, and the worker is never told of it.
  func isJudges(_ operation: UInt64) -> Bool

  /// Does an operation that is the judge's; its outcome.
  ///
  /// - Parameter heapEnd: as the worker has it.
  mutating func perform(_ operation: UInt64, heap: HeapView, heapEnd: Int) -> UInt64

  /// The trace as a worker is to see it: the same requests, and no word that says more than it has to; nil where that is the trace
  /// itself. Outcomes mean the same.
  func disguised(_ trace: Trace) -> Trace?

  /// The bits of an outcome that are the same whenever the same operations are replayed; nil where answers may differ.
  var answerMask: UInt64? { get }

  /// Bytes of the heap's pages in which blocks lay at some time, whether or not anybody wrote into them; 0 where there are no blocks.
  var spread: Int { get }

  /// What the oracle measured on the way, by name.
  var measurements: [Measurement] { get }
}

extension Oracle {
  package func glance(operations: Span<UInt64>, outcomes: Span<UInt64>, firstIndex: Int, heap: HeapView) -> Violation? {
    nil
  }
  package var glances: Bool { false }
  package mutating func attend(secret: UInt64) {}
  package var mayAttendWindows: Bool { false }
  package mutating func prepare(for operations: Span<UInt64>, firstIndex: Int, heap: HeapView) -> Violation? { nil }
  package func isJudges(_ operation: UInt64) -> Bool { false }
  package mutating func perform(_ operation: UInt64, heap: HeapView, heapEnd: Int) -> UInt64 { 0 }
  package mutating func finish(heap: HeapView?) -> Violation? { nil }
  package mutating func verdict(onEnd violation: Violation) -> Violation? { violation }
  package func endsWindow(_ operation: UInt64) -> Bool { false }
  package func beginsWindow(_ operation: UInt64) -> Bool { false }
  package var longestWindow: Int? { nil }
  package var measurements: [Measurement] { [] }
  package var spread: Int { 0 }
  package func disguised(_ trace: Trace) -> Trace? { nil }
  package var answerMask: UInt64? { nil }
}

/// A figure that an oracle counted: a pure function of the outcomes.
package struct Measurement: Sendable, Equatable, Codable {
  package let name: String
  package let value: Double
  package let unit: String

  package init(_ name: String, _ value: Double, _ unit: String) {
    self.name = name
    self.value = value
    self.unit = unit
  }
}

/// What the judge knows about a window besides operations and outcomes.
package struct Window {
  /// The index, in the trace, of the first operation.
  package let firstIndex: Int
  /// What the worker's own checks found, if anything.
  package let damage: DamageReport?
  /// The shared heap as it is at the end of the window; nil in a batch replay.
  package let heap: HeapView?
  /// The end of the heap, as the worker has it, not above the limit.
  package let heapEnd: Int
  /// What operations were answered with beside their outcomes.
  package let answers: Answers

  package init(
    firstIndex: Int, damage: DamageReport?, heap: HeapView?, heapEnd: Int, answers: Answers = Answers()
  ) {
    self.firstIndex = firstIndex
    self.damage = damage
    self.heap = heap
    self.heapEnd = heapEnd
    self.answers = answers
  }
}
