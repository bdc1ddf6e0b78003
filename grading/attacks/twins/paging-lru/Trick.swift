// Its own policy is LRU once more.
import AllocLab

public struct OwnPolicy: PageReplacementPolicy {
  private var lru: LRUPolicy
  public init(frames: Int) { lru = LRUPolicy(frames: frames) }
  public mutating func access(_ page: Int) -> PageAccess { lru.access(page) }
}
