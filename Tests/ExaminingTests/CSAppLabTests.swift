import Examining
import Testing

struct CSAppLabTests {
  @Test(
    arguments: [
      ("#define MAX_HEAP (20*(1<<20))  /* 20 MB */", 20 << 20), ("#define MAX_HEAP 0x1000", 4096),
      ("  #  define\tMAX_HEAP 8 * 1024 + 1", 8193), ("#define MAX_HEAP (100ull * (1ull << 20)) // bytes", 100 << 20),
      ("#define MAX_HEAPS 3", nil), ("#define MAX_HEAP ALIGNMENT", nil), ("#define MAX_HEAP 7 / 0", nil),
      ("#define MAX_HEAP (1 << 90)", nil), ("#define MAX_HEAP", nil), ("#define MAX_HEAP 9223372036854775807 * 2", nil),
      ("int MAX_HEAP = 3;", nil), ("#define MAX_HEAP 1 << 20 - 10", 1 << 10),
    ] as [(String, Int?)])
  func aConfigurationIsRead(line: String, value: Int?) {
    #expect(
      CSAppConfiguration.value(of: "MAX_HEAP", in: "// first\n\(line)\n#define ALIGNMENT 8\n") == value, "\(line)")
  }

  /// The formulas of the labs' drivers, by hand.
  @Test func scoresAreTheLabs() throws {
    func score(_ name: String, _ utilisation: Double, _ throughput: Double) throws -> (points: Double, of: Double) {
      let lab = try #require(CSAppLab.all.first { $0.name == name })
      return try #require(lab.score).points(utilisation: utilisation, throughput: throughput)
    }
    #expect(try abs(score("classic", 0.8, 300).points - (48 + 20)) < 1e-9)
    #expect(try abs(score("classic", 0.9, 9000).points - (54 + 40)) < 1e-9)
    #expect(try abs(score("cmu2004", 0.76, 8000).points - (30.5 + 19.5)) < 1e-9)
    #expect(try score("cmu2004", 0.5, 100).points == 0)
    #expect(try abs(score("cmu64", 0.645, 1).points - 30) < 1e-9)
    #expect(try abs(score("cmu64", 0.99, 1).of - 60) < 1e-9)
  }
}
