import Testing
import Vocabularies

@Suite("The pattern of a block's bytes")
struct PayloadPatternTests {
  private static let key = PayloadPattern.key(ofOperation: 7)

  @Test("Filling writes each byte of the pattern and none beside it", arguments: 0...140)
  func fills(count: Int) {
    var bytes = [UInt8](repeating: 0xa5, count: count + 16)
    bytes.withUnsafeMutableBytes { PayloadPattern.fill($0.baseAddress! + 8, count: count, key: Self.key) }
    for (place, byte) in bytes.enumerated() {
      let isInside = (8..<8 + count).contains(place)
      #expect(byte == (isInside ? PayloadPattern.byte(at: place - 8, key: Self.key) : 0xa5))
    }
  }

  @Test("The first difference is found, wherever it is", arguments: 0...140)
  func findsDifferences(count: Int) {
    var bytes = (0..<count + 1).map { PayloadPattern.byte(at: $0, key: Self.key) }
    // What lies behind is not looked at.
    bytes[count] ^= 1
    #expect(Self.firstDifference(bytes, count) == nil)
    for place in 0..<count {
      bytes[place] ^= 0x80
      bytes[count - 1] ^= 1
      #expect(Self.firstDifference(bytes, count) == place)
      bytes[place] ^= 0x80
      bytes[count - 1] ^= 1
    }
  }

  private static func firstDifference(_ bytes: [UInt8], _ count: Int) -> Int? {
    bytes.withUnsafeBytes { PayloadPattern.firstDifference($0.baseAddress!, count: count, key: key) }
  }
}
