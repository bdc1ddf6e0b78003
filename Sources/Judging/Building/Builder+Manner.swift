extension Builder {
  /// How a worker is linked.
  package enum Linking: Sendable {
    /// It needs no file but itself, so that its sandbox may be empty, and starts in less than a millisecond.
    case staticExecutable
    /// It may load libraries.
    case dynamic
  }

  /// How a worker is compiled and linked.
  struct Manner: Equatable {
    var linking = Linking.staticExecutable
    /// A worker that is not is slow, and built in a third of the time.
    var isOptimised = true
    /// With a heap that tells of every access.
    var isProbed = false
  }
}
