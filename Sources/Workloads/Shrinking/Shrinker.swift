package import Traces

/// Finds the shortest trace that still fails in the same way: delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating
/// Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2), 2002) over parts that know what depends on what.
///
/// First the large cuts that the kind of trace suggests; then halves, quarters and so on are left out, until no single part can be;
/// then what is left is made simpler, which may let more be left out; all of it until nothing changes. What it finds is a function of
/// the trace and the test alone, unless the time is over first.
package struct Shrinker {
  package let reductions: any Reductions
  /// The most tries.
  package var tryLimit = 50_000
  /// The most work, in operations. It counts instead of time, so that what is found does not hang on how busy the machine is.
  package var workLimit = 20_000_000
  /// Asked between tries: whether there is no time left. The best that was found so far is the result then.
  package var isOver: () -> Bool = { false }
  /// What a try costs beside its operations, in operations.
  package var overhead = 300
  /// What it costs besides if the trace fails: subjects that must be started again then make that large.
  package var failureOverhead = 0
  /// How much may be tried in vain, in operations, before something else is tried.
  package var patience = 3_000_000

  package init(_ reductions: any Reductions) { self.reductions = reductions }

  /// Shrinks a trace.
  ///
  /// - Parameter test: how a trace fails, or nil where it does not, or in another way.
  /// - Returns: nil where the trace does not fail when it is tried again.
  package func shrink<Failure: Error>(
    _ trace: Trace, test: (Trace) throws(Failure) -> TraceFailure?
  ) throws(Failure) -> ShrunkTrace? {
    var problem: Failure?
    let found: ShrunkTrace? = withoutActuallyEscaping(test) { test in
      let search = ShrinkSearch(trace, self) { candidate in
        do throws(Failure) { return .some(try test(candidate)) } catch {
          problem = error
          return nil
        }
      }
      return search.run()
    }
    if let problem { throw problem }
    return found
  }
}

/// What came of shrinking.
package struct ShrunkTrace: Sendable {
  package var trace: Trace
  /// How many traces were tried.
  package let tries: Int
  /// Whether nothing more was left to try.
  package let isComplete: Bool
}
