import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct DistributionTests {
  private func histogram(_ numbers: some Sequence<Int>) -> LogarithmicHistogram {
    var histogram = LogarithmicHistogram()
    for number in numbers { histogram.insert(number) }
    return histogram
  }

  @Test(arguments: UInt64(1)...5) func quantilesAgreeWithSorting(seed: UInt64) {
    var random = Workloads.SeededGenerator(seed: seed)
    let numbers = (0..<5000).map { _ in random.below(1 << random.pick(1...62)) }
    let sorted = numbers.sorted()
    let histogram = histogram(numbers)
    for share in [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1] {
      let exact = sorted[Int(share * 4999)]
      let found = histogram.quantile(share)
      #expect(found <= exact && Double(exact - found) <= Double(exact) / 64, "\(share)")
      if exact < 128 { #expect(found == exact) }
    }
    #expect(histogram.count == 5000)
  }

  @Test func extremesHaveABucket() {
    let ends = histogram([0, Int.max])
    #expect(ends.quantile(0) == 0)
    #expect(ends.quantile(1) > Int.max / 64 * 63)
    #expect(histogram([]).quantile(0.5) == 0)
    #expect(histogram([]).mean == 0 && histogram([]).coefficientOfVariation == 0)
  }

  @Test func momentsAreThoseOfTheNumbers() {
    let histogram = histogram([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(histogram.mean == 5)
    #expect(abs(histogram.coefficientOfVariation - 0.4) < 1e-12)
    #expect(histogram.share(in: 4...5) == 5.0 / 8)
  }

  /// The estimate is near the exponent from which numbers were drawn, and far above it for a light tail.
  @Test(arguments: [(ParetoTail.one, 1.0), (.fourThirds, 4.0 / 3), (.two, 2)])
  func tailsHaveTheirExponents(tail: ParetoTail, exponent: Double) throws {
    var random = Workloads.SeededGenerator(seed: 3)
    let numbers = (0..<100_000).map { _ in Int(min(10 * random.pareto(tail), 1e15)) }
    #expect(abs(try #require(histogram(numbers).tailExponent) / exponent - 1) < 0.04)
  }

  @Test func lightTailsAreLight() throws {
    var random = Workloads.SeededGenerator(seed: 3)
    #expect(try #require(histogram((0..<50_000).map { _ in random.below(10_000) }).tailExponent) > 15)
    #expect(try #require(histogram((0..<50_000).map { _ in Int(1000 * random.exponential()) }).tailExponent) > 2.5)
    #expect(histogram(Array(repeating: 64, count: 1000)).tailExponent == nil)
    #expect(histogram([1, 2, 3]).tailExponent == nil)
  }

  @Test func exponentialNumbersAreExponential() {
    var random = Workloads.SeededGenerator(seed: 8)
    let numbers = (0..<200_000).map { _ in Int(0x1p20 * random.exponential()) }
    let histogram = histogram(numbers)
    #expect(abs(histogram.mean / 0x1p20 - 1) < 0.01)
    #expect(abs(histogram.coefficientOfVariation - 1) < 0.01)
    #expect(abs(Double(histogram.quantile(0.5)) / (0.6931 * 0x1p20) - 1) < 0.025)
  }

  /// The same by the slowest and plainest way.
  @Test(arguments: UInt64(1)...4) func agreesWithANaiveModel(seed: UInt64) {
    let trace = programTrace(operations: 3000, seed: seed)
    var live: [(slot: Int, birth: Int, size: Int)] = []
    var (oldest, youngest, choices, grown, shrunk, unchanged) = (0, 0, 0, 0, 0, 0)
    var (sizes, lifetimes): ([Int], [Int]) = ([], [])
    var (near, power, classified) = (0, 0, 0)
    for (index, word) in trace.operations.enumerated() {
      let operation = AllocationOperation(word: word)
      let place = live.firstIndex { $0.slot == operation.slot }
      if operation.kind != .deallocate {
        let size = operation.size
        sizes.append(size)
        if size >= 31 {
          classified += 1
          let classes = (5...40).flatMap { shift in (4...7).map { ($0 << shift) >> 2 } }
          if classes.contains(where: { abs($0 - size) <= 1 }) { near += 1 }
          if (5...40).contains(where: { abs(1 << $0 - size) <= 1 }) { power += 1 }
        }
      }
      if let place, operation.kind == .deallocate {
        lifetimes.append(index - live[place].birth)
        if live.count > 1 {
          choices += 1
          if place == 0 { oldest += 1 }
          if place == live.count - 1 { youngest += 1 }
        }
        live.remove(at: place)
      } else if let place {
        let old = live[place].size
        if operation.size > old { grown += 1 } else if operation.size < old { shrunk += 1 } else { unchanged += 1 }
        live[place].size = operation.size
      } else {
        live.append((operation.slot, index, operation.size))
      }
    }
    var distribution = AllocationDistribution()
    for word in trace.operations { distribution.accept(word) }
    #expect(distribution.choices == (choices, oldest, youngest))
    #expect(distribution.reallocations == (grown, shrunk, unchanged))
    #expect(distribution.requests == sizes.count)
    #expect(distribution.zeroSizes == sizes.count { $0 == 0 })
    #expect(distribution.sizes.mean == Double(sizes.reduce(0, +)) / Double(sizes.count))
    #expect(distribution.lifetimes.count == lifetimes.count)
    #expect(distribution.lifetimes.quantile(0) == lifetimes.min() ?? 0)
    #expect(distribution.classified == (classified, near, power))
  }

  @Test func theLargestReleaseIsAShareOfWhatWasLive() {
    func release(_ keeping: Int, of count: Int) -> Double {
      var builder = AllocationTraceBuilder()
      for _ in 0..<count { builder.allocate(8) }
      while builder.live.count > keeping + (count - keeping) / 2 { builder.deallocateLast() }
      builder.reap()
      while builder.live.count > keeping { builder.deallocateLast() }
      builder.allocate(8)
      builder.deallocateLast()
      var distribution = AllocationDistribution()
      for word in builder.operations { distribution.accept(word) }
      return distribution.largestRelease
    }
    #expect(release(50, of: 1000) == 0.95)
    #expect(release(0, of: 20) == 1)
    #expect(release(0, of: 19) == 0)
  }

  @Test func invalidOperationsAreNotCounted() {
    var distribution = AllocationDistribution()
    for operation in [
      AllocationOperation(.deallocate, slot: 3), AllocationOperation(.reallocate, slot: 3, size: 8),
      AllocationOperation(.allocate, slot: 0, size: 8), AllocationOperation(.allocate, slot: 0, size: 99),
      AllocationOperation(word: .max),
    ] { distribution.accept(operation.word) }
    #expect(distribution.requests == 1 && distribution.frees == 0 && distribution.reallocations == (0, 0, 0))
  }

  @Test func theSummaryTellsWhatAGeneratorIs() throws {
    let names = ["pareto", "overflow", "wrong-frees", "growth-fails", "alignment-torture", "realloc-doubling"]
    for name in names {
      let text = TraceSummary(try #require(ChaosCatalogue.generator(name)).trace(operations: 5000, seed: 2)).text()
      #expect(text.contains("distributions\n"))
      for line in text.split(separator: "\n") where !line.contains("peak live") { #expect(line.count <= 80, "\(line)") }
      switch name {
      case "pareto": #expect(text.contains("size tail       exponent 1.") && text.contains(": heavy"))
      case "overflow": #expect(text.contains("odd sizes       enormous"))
      case "wrong-frees": #expect(text.contains("double frees") && text.contains("foreign frees"))
      case "growth-fails": #expect(text.contains("growth fails") && text.contains("growth works"))
      case "alignment-torture": #expect(text.contains("alignments      1: ") && text.contains("4096: "))
      default: #expect(text.contains("grow, typically by 2.00"))
      }
    }
  }
}
