package import Vocabularies

/// One thing that an exercise asks of an allocator beyond what every allocator must do.
///
/// An oracle is put together from rules, each small and with its own state. A rule conforms to the protocols below that name the
/// moments at which it wants to be asked; those before it in the oracle's list are asked first.
///
/// Rules are objects, since they are asked at every operation, and a value that nobody knows the size of is slow to ask.
package protocol AllocationRule: AnyObject {
  /// A new subject begins, over an empty heap.
  func restarted()
}

extension AllocationRule {
  /// What a rule keeps of one life it must forget in the next.
  package func restarted() {}
}

/// Says where a block may not lie.
package protocol PlacementRule: AllocationRule {
  /// What is wrong with the place of a block, which lies inside the heap and at a multiple of its alignment.
  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection?
}

/// Says how many bytes a block takes, where that is part of the exercise; elsewhere it is the block's size. One of an oracle's rules
/// at most.
package protocol ExtentRule: AllocationRule, Sendable {
  func extent(size: Int, alignment: Int) -> Int
}

/// Says when a request must be served.
package protocol RefusalRule: AllocationRule {
  /// Why a request that was refused should have been served; nil where this rule knows no reason.
  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection?
}

/// Follows blocks through their lives. A block that moves ends, and is placed anew.
package protocol LifetimeRule: AllocationRule {
  /// A block was placed; what is wrong with the outcome that said so.
  func placed(at address: Int, outcome: UInt64) -> Objection?
  /// A live block ended.
  func ended(at address: Int)
  /// The subject was asked to give back what it holds without need.
  func reaped()
}

/// Follows marks, and the end of many blocks at once.
package protocol BulkRule: AllocationRule {
  /// A mark is about to be taken, or blocks back to one are about to end, or all are.
  func willEnd(_ operation: AllocationOperation, in oracle: borrowing AllocationOracle)
}

/// Looks at the heap right after `reap`, which ends a window.
package protocol ReapRule: AllocationRule {
  func objection(toTouching byteCount: Int, in oracle: borrowing AllocationOracle) -> Objection?
}

/// Looks at the heap at the moments that the trace names: each `clock` ends a window.
package protocol LookRule: AllocationRule {
  /// - Parameter byteCount: the bytes of pages that are touched and were not given back.
  func looked(atTouching byteCount: Int, in oracle: borrowing AllocationOracle)
  /// What is wrong with all that was seen, once the trace is over.
  var finalObjection: Objection? { get }
  /// What it measured.
  var measurements: [Measurement] { get }
}

/// Judges what a subject says that it gave back.
package protocol ReapAnswerRule: AllocationRule {
  /// What is wrong with an answer; asked before rules about lives are told of the reap.
  func objection(toAnswering byteCount: UInt64, in oracle: borrowing AllocationOracle) -> Objection?
}

/// Looks at the heap's end when a window ends.
package protocol GrowthRule: AllocationRule {
  func objection(toEnding end: Int, in oracle: borrowing AllocationOracle) -> Objection?
}

/// Judges frees of what is no live block.
package protocol WrongFreeRule: AllocationRule {
  func violation(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Violation?
}

/// What a rule found: a kind, and the second half of the message, of which the first says what came back.
package final class Objection: Sendable {
  package let kind: ViolationKind
  package let message: String

  package init(_ kind: ViolationKind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
