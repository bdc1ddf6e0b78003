import Vocabularies

/// The conventions of one malloc lab of the CS:APP family, as far as they differ: how `mm.c` is built, what its heap is like, and what its
/// driver makes of the figures.
package struct CSAppLab: Sendable, Equatable, Codable {
  /// What `mm_init` answers.
  package enum Answer: String, Sendable, Codable {
    /// Zero where it succeeds, and a number below where it does not.
    case status
    /// True where it succeeds.
    case boolean
  }

  /// What people call it.
  package var name: String
  /// What it is, in a sentence.
  package var summary: String
  /// What the addresses of blocks are multiples of, in bytes.
  package var alignment: Int
  /// The most that the heap may grow to, in bytes; nil for as much as a trace may need and no less than 20 MiB.
  package var heapLimit: Int?
  /// Where the heap begins.
  package var base: Int
  /// What is defined when `mm.c` is compiled: names, or names with values.
  package var defines: [String]
  /// What `mm_init` answers.
  package var initAnswers: Answer
  /// The most bytes that variables outside functions may take; nil for as many as they like, which count as heap in the score beyond what
  /// is free.
  package var globalsLimit: Int?
  /// For how many bits `mm.c` is built: 64, which nil stands for too, or 32.
  package var bits: Int?
  /// How the driver makes a score of utilisation and throughput; nil where it makes none.
  package var score: CSAppScore?

  package init(
    name: String, summary: String, alignment: Int = 8, heapLimit: Int? = nil, base: Int = CSAppParameter.lowBase,
    defines: [String] = ["DRIVER"], initAnswers: Answer = .status, globalsLimit: Int? = nil,
    bits: Int? = nil, score: CSAppScore? = nil
  ) {
    self.name = name
    self.summary = summary
    self.alignment = alignment
    self.heapLimit = heapLimit
    self.base = base
    self.defines = defines
    self.initAnswers = initAnswers
    self.globalsLimit = globalsLimit
    self.bits = bits
    self.score = score
  }

  /// Where the 64-bit labs' drivers map their heap, so that a pointer that is squeezed into an `int` shows.
  package static let highBase = 0x8_0000_0000

  /// Whether it is built for 32 bits.
  package var isFor32Bits: Bool { bits == 32 }

  /// The same, built for so many bits; in 32 of them a heap has to begin where pointers reach.
  package func built(forBits bits: Int) -> CSAppLab {
    var lab = self
    lab.bits = bits
    if lab.isFor32Bits { lab.base = CSAppParameter.lowBase }
    return lab
  }

  /// What a heap may be limited to, in bytes.
  package static let heapLimits = 4096...(1 << 32)

  /// The labs that are known by name.
  package static let all = [
    CSAppLab(
      name: "plain", summary: "No lab in particular: blocks at multiples of 8, a heap as large as the trace may need."),
    CSAppLab(
      name: "classic",
      summary: "The textbook's: blocks at multiples of 8, a heap of 20 MiB, 600 Kop/s for all throughput points.",
      heapLimit: 20 << 20, score: .index(utilisation: 0.6, throughput: 600)),
    CSAppLab(
      name: "classic32",
      summary: "The same, built for 32 bits, as its makefile does: pointers and sizes have 4 bytes.",
      heapLimit: 20 << 20, bits: 32, score: .index(utilisation: 0.6, throughput: 600)),
    CSAppLab(
      name: "cmu2004", summary: "Multiples of 8, utilisation from 60 to 92 %, throughput from 3,000 to 13,000 Kop/s.",
      heapLimit: 20 << 20,
      score: .ranges(utilisationShare: 0.61, utilisation: [0.60, 0.92], throughput: [3000, 13000])),
    CSAppLab(
      name: "cmu64",
      summary:
        "64 bits: multiples of 16, the heap at 0x800000000, NDEBUG, a Boolean from mm_init, 128 bytes of globals, utilisation from 55 to 74 %.",
      alignment: 16, heapLimit: 100 << 20, base: highBase, defines: ["DRIVER", "NDEBUG"], initAnswers: .boolean,
      globalsLimit: 128,
      score: .ranges(utilisationShare: 0.6, utilisation: [0.55, 0.74], throughput: nil)),
  ]

  /// The first of the known labs: what holds where nothing is said.
  package static var plain: CSAppLab { all[0] }
}
