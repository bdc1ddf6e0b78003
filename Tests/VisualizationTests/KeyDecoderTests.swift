import Testing
import Visualization

@Suite struct KeyDecoderTests {
  /// The keys of some bytes, and then of a pause.
  private func keys(_ text: String) -> [Key] {
    var decoder = KeyDecoder()
    return text.utf8.compactMap { decoder.take($0) } + [decoder.pause()].compactMap { $0 }
  }

  @Test(arguments: [
    ("n", [Key.character("n")]), ("\u{1b}[C", [.right]), ("\u{1b}[D", [.left]), ("\u{1b}OA", [.up]),
    ("\u{1b}OB", [.down]), ("\u{1b}[H", [.home]), ("\u{1b}[1~", [.home]), ("\u{1b}OF", [.end]),
    ("\u{1b}[4~", [.end]), ("\u{1b}[5~", [.pageUp]), ("\u{1b}[6~", [.pageDown]), ("\u{1b}[6;5~", [.pageDown]),
    ("\u{1b}[1;2C", [.right]), ("\r", [.enter]), ("\n", [.enter]), ("\u{7f}", [.backspace]), ("\u{8}", [.backspace]),
    ("\u{3}", [.interrupt]), ("\u{1a}", [.suspend]), ("\u{4}", [.endOfInput]), ("\u{1}", [.unknown]),
    ("\u{1b}", [.escape]), ("\u{1b}\u{1b}", [.escape, .escape]), ("\u{1b}x", [.unknown]), ("\u{1b}[Z", [.unknown]),
    // A character that is not ASCII is no key, and takes none with it.
    ("ü/", [.character("/")]), ("g12\r", [.character("g"), .character("1"), .character("2"), .enter]),
    // A sequence that was cut off, and one behind it.
    ("\u{1b}[1\u{1b}[C", [.right]), ("\u{1b}[", []),
  ])
  func sequences(text: String, expected: [Key]) {
    #expect(keys(text) == expected)
  }

  @Test func aSequenceMayComeInPieces() {
    var decoder = KeyDecoder()
    #expect(decoder.take(0x1b) == nil)
    #expect(decoder.isWaiting)
    #expect(decoder.take(0x5b) == nil)
    #expect(decoder.take(0x36) == nil)
    #expect(decoder.take(0x7e) == .pageDown)
    #expect(!decoder.isWaiting)
  }

  @Test func noiseNeverSticks() {
    var decoder = KeyDecoder()
    for byte in 0...UInt8.max { for _ in 0..<40 { _ = decoder.take(byte) } }
    _ = decoder.pause()
    #expect(decoder.take(UInt8(ascii: "q")) == .character("q"))
  }
}
