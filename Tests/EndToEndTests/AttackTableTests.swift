import Examining
import Exercises
import Judging
import Testing
import Traces

/// The table of `bench --only hardening`: an attack is seen to succeed on one allocator and to be kept out by another.
@Suite("Attacks on real allocators", .serialized) struct AttackTableTests {
  private func ends(_ title: String, _ subject: Benchmark.Subject, _ benchmark: Benchmark) throws -> Set<String> {
    let row = try #require(AttackTable.rows.first { $0.title == title })
    let ends = try benchmark.witness(
      subject, libraryDriver: "AttackedLibraryDriver", row.traces(draws: 1, seed: 7)
    ) { AttackWitness(row.goal, on: $0.operations) }
    return Set(ends.compactMap { $0.measurements.first?.name })
  }

  @Test("glibc aborts at once on a double free, and hands out the memory again; the reference does neither")
  func table() throws {
    let judge = try Outside.referenceJudge()
    let benchmark = Benchmark(judge: judge)
    let (glibc, reference) = (Benchmark.natives[0], Benchmark.Subject.solution("hardening"))
    let twice = ["double free, at once", "the memory again at once", "overflow by a byte, then the block ends"]
    let ofGlibc = try twice.map { try ends($0, glibc, benchmark) }
    let ofReference = try twice.map { try ends($0, reference, benchmark) }
    #expect(ofGlibc == [["detected"], ["succeeded"], ["succeeded"]])
    #expect(ofReference == [["detected"], ["harmless"], ["detected"]])
  }
}
