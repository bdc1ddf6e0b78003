import Examining
import Exercises
import Judging
import SystemPackage
import Testing
import Traces
import Vocabularies
import Workloads

extension EndToEndBeside {
  /// The same C file with a driver and a `memlib` of this test's own, run as a program of this machine: the heap is as large there, to the byte.
  @Suite(.serialized) struct CSAppNativeTests {
    private static func percent(_ part: Int, _ whole: Int) -> String {
      "\(Double(part * 10000 / max(whole, 1)) / 100) %"
    }

    @Test(arguments: ["pairs", "alignments", "reallocation"])
    func theHeapIsAsLarge(workload name: String) throws {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let workspace = try Workspace()
      let workload = try #require(Catalogue.all.exercise("buddy")?.workloads.first { $0.name == name })
      var trace = try judge.trace(workload, seed: 11)
      trace.operations = Projection.operations(Array(trace.operations.prefix(3000)), keepsReallocations: true) {
        max($0, 1)
      }.filter { AllocationOperation(word: $0).kind != .hostile }
      let script = workspace.folder.appending("\(name).rep")
      _ = try RepExporter.write(trace, to: script)
      for (number, text) in [CSAppSubjects.implicitList, CSAppSubjects.bump].enumerated() {
        let mm = try workspace.write(text, to: "\(number)/mm.c")
        let known = try #require(try CSAppNative.run(mm, script, in: workspace))
        let subject = try Outside.csapp(text, judge)
        let result = try Outside.replay(try RepImporter.read(script).trace, subject, judge)
        #expect(result.violation == nil)
        let peak = result.measurements.first { $0.name == "peak live bytes" }?.value
        print(
          "utilisation of \(name), allocator \(number): natively \(Self.percent(known.peak, known.heap)), here "
            + Self.percent(Int(peak ?? 0), result.heapEnd))
        #expect(CSAppNative.Figures(peak: Int(peak ?? 0), heap: result.heapEnd) == known, "\(name), subject \(number)")
      }
    }
  }
}
