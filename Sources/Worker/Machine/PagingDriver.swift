public import AllocLab
internal import Vocabularies

/// Drives the page replacement policy that the parameter `policy` names: 0 for LRU, 1 for CLOCK, 2 for the student's own.
public struct PagingDriver<
  LRU: PageReplacementPolicy, Clock: PageReplacementPolicy, Own: PageReplacementPolicy
>: Driver, ~Copyable {
  // One of the three; optionals, so that each is changed in place.
  private var lru: LRU?
  private var clock: Clock?
  private var own: Own?

  public init(_ session: Session) {
    let frames = session.parameter("frames") ?? 1
    switch session.parameter("policy") {
    case 0: lru = LRU(frames: frames)
    case 1: clock = Clock(frames: frames)
    default: own = Own(frames: frames)
    }
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    let page = Int(truncatingIfNeeded: operation)
    switch lru?.access(page) ?? clock?.access(page) ?? own?.access(page) ?? .hit {
    case .hit: return PagingVocabulary.hit
    case .fault: return PagingVocabulary.faultIntoFreeFrame
    case .faultEvicting(let victim): return UInt64(truncatingIfNeeded: victim)
    }
  }
}
