package import Examining

extension Catalogue {
  /// Every exercise there is, in the order of the course. A new one adds its line here.
  package static let all = Catalogue([
    Pool.self,
    Slab.self,
    Buddy.self,
    Comparison.self,
    PageReplacement.self,
    HeapChecker.self,
    Bounds.self,
    Temporal.self,
    Sanitizer.self,
    Hardening.self,
    CachePlacement.self,
    NUMAPlacement.self,
    FragmentationResistance.self,
    Compaction.self,
    Tracker.self,
    Fragmentation.self,
    Patterns.self,
    Reporting.self,
    Leaks.self,
    DebugAllocation.self,
    Unwinding.self,
    HeapViewing.self,
    Arena.self,
    General.self,
    Hybrid.self,
  ])
}
