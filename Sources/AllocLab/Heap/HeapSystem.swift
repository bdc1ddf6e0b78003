/// What a heap asks of the system beneath it; this module imports nothing, so the framework provides it.
@safe public struct HeapSystem {
  let report: (StrayAccess) -> Void
  let protect: (UnsafeMutableRawPointer, Int, Protection) -> Bool
  let decommit: (UnsafeMutableRawPointer, Int) -> Bool
  /// Told of every access where the heap is probed.
  @usableFromInline let probe: UnsafeMutablePointer<HeapProbe>?

  /// - Parameters:
  ///   - report: told of an access outside the heap; the program stops when it returns.
  ///   - protect: sets the protection of whole pages, given as a pointer and a byte count.
  ///   - decommit: gives back whole pages, which read as zero afterwards.
  ///   - probe: told of every access where the heap is probed; it outlives the heap.
  public init(
    report: @escaping (StrayAccess) -> Void,
    protect: @escaping (UnsafeMutableRawPointer, Int, Protection) -> Bool,
    decommit: @escaping (UnsafeMutableRawPointer, Int) -> Bool, probe: UnsafeMutablePointer<HeapProbe>? = nil
  ) {
    self.report = report
    unsafe self.protect = protect
    unsafe self.decommit = decommit
    unsafe self.probe = probe
  }
}
