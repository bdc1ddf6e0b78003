import AllocLab

/// Evicts the page whose last access is longest ago.
public struct LRUPolicy: PageReplacementPolicy {
  // TODO: which pages are in memory, and in which order were they last accessed?

  public init(frames: Int) {}

  public mutating func access(_ page: Int) -> PageAccess {
    // TODO: `.hit`, `.fault` while a frame is free, or `.faultEvicting` the page that must leave. Aim for O(1).
    .hit
  }
}

/// Gives each page that was used since the hand last came by a second chance.
///
/// The frames stand in a circle and are filled in the order 0, 1, 2 …; the hand begins at frame 0. A page's bit is set
/// when it comes in and whenever it is accessed. On a fault with no frame free, the hand clears set bits until it comes to
/// one that is clear. That page leaves, the new one takes its frame, and the hand moves on by one.
public struct ClockPolicy: PageReplacementPolicy {
  // TODO: the frames, the bits, and the hand.

  public init(frames: Int) {}

  public mutating func access(_ page: Int) -> PageAccess {
    // TODO
    .hit
  }
}

/// A policy of your own.
///
/// Describe it here: what it keeps in mind, and which pattern of accesses it is good and bad at.
public struct OwnPolicy: PageReplacementPolicy {
  // TODO

  public init(frames: Int) {}

  public mutating func access(_ page: Int) -> PageAccess {
    // TODO: better than LRU where a program loops over more pages than there are frames, or reads many pages once.
    .hit
  }
}
