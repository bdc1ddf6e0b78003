/// Decides which page leaves memory when another must come in.
public protocol PageReplacementPolicy {
  /// A policy for a memory of `frames` page frames, all free.
  ///
  /// `frames` is at least 1.
  init(frames: Int)

  /// Tells the policy that the program accesses `page`, and asks what happens.
  ///
  /// The number of a page is any, large ones and negative ones too: it says nothing.
  mutating func access(_ page: Int) -> PageAccess
}

/// What happens on an access to a page.
@frozen public enum PageAccess: Equatable, Sendable {
  /// The page is in memory.
  case hit
  /// The page is not in memory and comes into a free frame.
  case fault
  /// The page is not in memory and takes the frame of another, which leaves.
  case faultEvicting(Int)
}
