import Grading
import Testing

@Suite struct TerminalTests {
  @Test(
    arguments: [
      (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
      (true, ["TERM": "dumb"], false), (true, ["TERM": "xterm"], true), (false, ["TERM": "xterm"], false),
    ] as [(Bool, [String: String], Bool)])
  func colourIsForTerminals(isTerminal: Bool, environment: [String: String], isColoured: Bool) {
    #expect(TerminalStyle(isTerminal: isTerminal) { environment[$0] }.isColoured == isColoured)
  }

  @Test func stylesNestAndVanish() {
    let style = TerminalStyle(isColoured: true)
    #expect(style.red("a\(style.bold("b"))c") == "\u{1b}[31ma\u{1b}[1mb\u{1b}[22mc\u{1b}[39m")
    #expect(style.green("") == "")
    let plain = TerminalStyle.plain
    #expect(plain.red(plain.bold(plain.dim(plain.green(plain.yellow("x"))))) == "x")
  }

  @Test(arguments: [
    ("", 0), ("pool", 4), ("naïve", 5), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("✓", 1), ("×", 1), ("😀", 2),
    ("👩‍👩‍👧", 2), ("✔️", 2), ("\u{1b}[31mred\u{1b}[39m", 3), ("🇩🇪", 2), ("▁▂▇", 3), ("\u{200b}", 0),
  ])
  func widthsAreColumns(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test func cutsKeepStylesAndWholeCharacters() {
    #expect(truncated("abcdef", toWidth: 6) == "abcdef")
    #expect(truncated("abcdef", toWidth: 4) == "abc…")
    #expect(truncated("日本語", toWidth: 4) == "日…")
    #expect(truncated("\u{1b}[31mabcdef\u{1b}[39m", toWidth: 3) == "\u{1b}[31mab…\u{1b}[39m")
    #expect(truncated("abc", toWidth: 1) == "…")
  }

  @Test func columnsAreAligned() {
    var table = TextTable([.init("exercise"), .init("points", .right), .init("note")])
    table.append(["pool", "30/30"])
    table.append(["日本", "5/30", "two\nlines"])
    table.append(["", "", "x"])
    #expect(
      table.text(indent: 1) == """
         exercise  points  note
         pool       30/30
         日本        5/30  two lines
                           x

        """)
    let styled = table.text(style: TerminalStyle(isColoured: true))
    #expect(styled.hasPrefix("\u{1b}[1mexercise\u{1b}[22m  \u{1b}[1mpoints\u{1b}[22m  \u{1b}[1mnote\u{1b}[22m\n"))
    var untitled = TextTable([.init(""), .init("", .right)])
    untitled.append(["a", "\u{1b}[31m1\u{1b}[39m"])
    untitled.append(["bbb", "10"])
    #expect(untitled.text() == "a     \u{1b}[31m1\u{1b}[39m\nbbb  10\n")
  }

  @Test(arguments: [
    ("plain é 😀 👩‍👧 日本", "plain é 😀 👩‍👧 日本"), ("\u{1b}[2J\u{1b}]0;x\u{7}", #"\e[2J\e]0;x\u{7}"#),
    ("a\rb\n\t\0", #"a\rb\n\t\0"#), ("\u{9b}31m\u{7f}", #"\u{9b}31m\u{7f}"#),
    ("\u{202e}txt\u{2066}\u{2028}\u{feff}", #"\u{202e}txt\u{2066}\u{2028}\u{feff}"#), ("e\u{301}", "e\u{301}"),
  ])
  func harmfulCharactersAreShown(text: String, shown: String) {
    #expect(printable(text) == shown)
  }

  @Test func linesCanBeKept() {
    #expect(printable("a\r\nb\tc\rd\n", keepsLines: true) == "a\nb\tc\\rd\n")
  }

  @Test func invalidBytesAreRepaired() {
    #expect(printable([0x61, 0xff, 0x62, 0xe2, 0x82]) == "a\u{fffd}b\u{fffd}")
    for byte in UInt8.min...UInt8.max {
      let shown = printable([byte, byte, byte])
      #expect(shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
    }
  }

  @Test func longTextIsCutBetweenCharacters() {
    #expect(printable("abcdef", maximumBytes: 6) == "abcdef")
    #expect(printable("abcdef", maximumBytes: 4) == "abcd… (2 more bytes)")
    #expect(printable("ab😀", maximumBytes: 5) == "ab… (4 more bytes)")
    #expect(printable("ab😀", maximumBytes: 6) == "ab😀")
    // Bytes that are continuations only are cut where the limit says, not searched to their start.
    #expect(printable(Array(repeating: 0x80, count: 100), maximumBytes: 10).hasSuffix("… (93 more bytes)"))
  }
}

/// What a progress line writes, by a clock that the test moves.
@Suite struct ProgressLineTests {
  final class Scene {
    var time = Duration.zero
    var written: [String] = []

    func line(isTerminal: Bool) -> ProgressLine {
      ProgressLine(isTerminal: isTerminal, columns: { 10 }, now: { self.time }, write: { self.written.append($0) })
    }
  }

  @Test func quickJobsAreSilent() {
    let scene = Scene()
    do {
      var line = scene.line(isTerminal: true)
      scene.time = .milliseconds(999)
      line.update("x")
      line.clear()
    }
    #expect(scene.written.isEmpty)
  }

  @Test func aTerminalsLineIsRewrittenAndTakenAway() {
    let scene = Scene()
    do {
      var line = scene.line(isTerminal: true)
      scene.time = .milliseconds(1_000)
      line.update("one")
      scene.time = .milliseconds(1_050)
      line.update("too soon")
      scene.time = .milliseconds(1_100)
      line.update("longer than ten \u{1b}[2J")
      line.clear()
      line.clear()
      scene.time = .seconds(2)
      line.update("three")
    }
    let erase = "\r\u{1b}[K"
    #expect(scene.written == [erase + "one", erase + "longer t…", erase, erase + "three", erase])
  }

  @Test func aPipeGetsALineNowAndThen() {
    let scene = Scene()
    do {
      var line = scene.line(isTerminal: false)
      for second in 0...25 {
        scene.time = .seconds(second)
        line.update("\(second)\n")
      }
      line.clear()
    }
    #expect(scene.written == ["1\\n\n", "11\\n\n", "21\\n\n"])
  }
}
