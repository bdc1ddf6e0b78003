import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// Traces of heap views shrink to what shows a mistake, and stay sound.
@Suite struct HeapViewReductionsTests {
  private func workload(_ name: String, seed: UInt64 = 1) throws -> Trace {
    let exercise = try #require(Catalogue.all.exercises.first { $0.id == "heap-view" })
    let workload = try #require(exercise.workloads.first { $0.name == name })
    return try workload.trace(seed: seed) { name throws(TraceError) in
      Trace(vocabulary: HeapViewVocabulary.name, name: name, operations: [])
    }
  }

  /// Shrinks a trace as long as some picture of a plane is one that it shows a mistake by.
  private func shrunk(
    _ name: String, _ plane: HeapViewVocabulary.Kind, _ isWrong: @escaping ([UInt64], HeapViewRows.Step) -> Bool
  ) throws -> [HeapViewRows.Step] {
    let found = Shrinker(HeapViewReductions()).shrink(try workload(name)) { candidate in
      #expect(TraceLint.findings(in: candidate) == [])
      let rows = HeapViewRows(candidate.tables)
      var truth = HeapViewTruth(of: candidate)
      for (place, word) in candidate.operations.enumerated() {
        guard let step = rows.step(word) else { continue }
        truth.happen(step)
        if step.kind == plane, isWrong(truth.cells(step), step) { return TraceFailure(by: place) }
      }
      return nil
    }
    let trace = try #require(found).trace
    let rows = HeapViewRows(trace.tables)
    return trace.operations.compactMap { rows.step($0) }
  }

  @Test func oneBlockAndOneCellAreLeft() throws {
    let steps = try shrunk("cells", .live) { cells, _ in cells.contains { $0 > 0 } }
    #expect(steps.map(\.kind) == [.map, .allocate, .live])
    #expect(steps[0].second == 4096)
    #expect(steps[1].second == 1 && steps[1].third == 0, "\(steps)")
    #expect(steps[2].cellCount == 1)
    #expect(steps[0].first <= 1 << 17)
  }

  @Test func aBlockThatBeginsBeforeTheGridStaysSo() throws {
    let steps = try shrunk("borders", .live) { cells, step in
      cells.first == min(step.second, step.third) && step.second > 1
    }
    #expect(steps.map(\.kind) == [.map, .allocate, .live])
  }

  @Test func anAccessIsEnoughForHeat() throws {
    let steps = try shrunk("heat", .heat) { cells, _ in cells.contains { $0 > 65_536 } }
    #expect(steps.map(\.kind) == [.map, .access, .access, .heat])
  }
}
