import Testing
import Workloads

/// Every reference string of a length, each once.
@Suite struct PagingStringsTests {
  /// As de Bruijn (1946) has it, lexicographically least.
  @Test func binary() {
    var builder = PagingTraceBuilder()
    builder.allStrings(of: 3, from: 0, pages: 2)
    #expect(builder.accesses == [0, 0, 0, 1, 0, 1, 1, 1, 0, 0])
  }

  @Test(arguments: [(1, 1), (1, 4), (3, 1), (4, 6), (5, 3)])
  func eachOnce(length: Int, pages: Int) {
    var builder = PagingTraceBuilder()
    builder.allStrings(of: length, from: 7, pages: pages)
    let count = (0..<length).reduce(1) { product, _ in product * pages }
    #expect(builder.accesses.count == count + length - 1)
    let strings = (0..<count).map { Array(builder.accesses[$0..<$0 + length]) }
    #expect(Set(strings).count == count)
    #expect(Set(strings.joined()) == Set((0..<UInt64(pages)).map { $0 + 7 }))
  }
}
