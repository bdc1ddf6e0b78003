import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// Images shrink to what shows a mistake, and stay images.
@Suite struct HeapImageReductionsTests {
  private func workload(_ name: String, seed: UInt64 = 1) throws -> Trace {
    let leaks = try #require(Catalogue.all.exercises.first { $0.id == "leaks" })
    let workload = try #require(leaks.workloads.first { $0.name == name })
    return try workload.trace(seed: seed) { name throws(TraceError) in
      Trace(vocabulary: LeakVocabulary.name, name: name, operations: [])
    }
  }

  /// Shrinks a trace as long as the last question is `classify` and something holds of the image.
  private func shrunk(_ trace: Trace, _ holds: (HeapImageTables) -> Bool) throws -> (Trace, HeapImageTables) {
    let found = Shrinker(HeapImageReductions()).shrink(trace) { candidate in
      #expect(TraceLint.findings(in: candidate) == [])
      guard let image = HeapImageTables(candidate.tables),
        let place = candidate.operations.firstIndex(of: LeakVocabulary.word(.classify)), holds(image)
      else { return nil }
      return TraceFailure(by: place)
    }
    let trace = try #require(found).trace
    return (trace, try #require(HeapImageTables(trace.tables)))
  }

  @Test(arguments: ["random", "small-graphs", "circles"]) func oneInnerPointerIsLeft(name: String) throws {
    let (trace, image) = try shrunk(try workload(name)) { LeakTruth(of: $0).categories.contains(3) }
    #expect(trace.operations == [LeakVocabulary.word(.classify)])
    #expect(image.blocks.count == 1)
    #expect(image.nonzeroBytes + image.registers.count <= 4)
  }

  @Test func aCircleStaysOne() throws {
    let (_, image) = try shrunk(try workload("circles")) {
      // A lost circle: two blocks that lead to each other.
      let image = $0
      return image.blocks.contains { block in
        guard let other = image.word(at: (block.address + 7) & ~7).flatMap(image.block(at:)),
          let back = image.word(at: (image.blocks[other].address + 7) & ~7).flatMap(image.block(at:))
        else { return false }
        return image.blocks[back] == block && image.blocks[other] != block && block.size >= 8
          && image.blocks[other].size >= 8
      }
    }
    #expect(image.blocks.count == 2)
    #expect(image.regions.count == 1)
    #expect(image.blocks.allSatisfy { $0.size <= 8 && $0.site == 1 }, "\(image)")
    #expect(image.regions[0].bytes.count <= 64)
  }

  /// What does not count as a pointer stays so, and where it stands.
  @Test func anUnalignedPointerStaysUnaligned() throws {
    func misleading(_ image: HeapImageTables) -> Bool {
      let truth = LeakTruth(of: image).categories
      return image.blocks.contains { block in
        block.size >= 8
          && (0...block.size - 8).contains { offset in
            let address = block.address + UInt64(offset)
            guard address % 8 != 0, let word = image.word(at: address), let target = image.block(at: word) else {
              return false
            }
            return truth[target] == 1
          }
      }
    }
    let (_, image) = try shrunk(try workload("unaligned"), misleading)
    #expect(image.blocks.count <= 2)
    #expect(misleading(image))
  }

  @Test func tablesCostWhatTheyTake() throws {
    let trace = try workload("random")
    #expect(trace.wordCount > trace.operations.count + 3 * 3000)
    #expect(trace.answerWords > 3000)
  }

  @Test func takenApartAndPutTogetherAnImageIsTheSame() throws {
    for name in ["random", "roots", "unaligned", "nothing"] {
      let trace = try workload(name)
      #expect(try #require(HeapImageTables(trace.tables)).tables == trace.tables)
    }
    #expect(HeapImageTables([NamedTable("blocks", words: [1])]) == nil)
  }
}
