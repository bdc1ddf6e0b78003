extension HeapMap {
  /// What a cell's bytes are, the most important of it.
  enum Kind: Equatable {
    case beyond, free, grown, released
    case live(shade: Int)
    /// Less than half of it is live.
    case sparse(shade: Int)
    case subject
    case fault

    var glyph: String {
      switch self {
      case .beyond: " "
      case .free: "·"
      case .grown: "+"
      case .released: "○"
      case .live(let shade): ["▓", "▒", "▚"][shade]
      case .sparse: "░"
      case .subject: "█"
      case .fault: "✗"
      }
    }

    var tone: StyledText.Tone {
      switch self {
      case .beyond: .plain
      case .free: .dim
      case .grown: .grown
      case .released: .released
      case .live(let shade), .sparse(let shade): .shade(shade)
      case .subject: .subject
      case .fault: .wrong
      }
    }

    var isUnused: Bool { self == .free || self == .grown || self == .beyond }
  }

  struct Cell {
    var kind: Kind
    /// Part of a block's name, in place of the glyph.
    var label: Character?
  }

  /// The cells of the window at one moment.
  func cells(of moment: Moment, in layout: Layout) -> [Cell] {
    let count = layout.rows * layout.columns
    var cells = (0..<count).map { number in
      Cell(kind: layout.bytes(ofCell: number).lowerBound < moment.end ? .free : .beyond)
    }
    var live = [Int](repeating: 0, count: count)
    let shades = shades(in: layout)
    let visible = moment.blocks.filter { $0.bytes.overlaps(layout.window) }
      .sorted { ($0.bytes.lowerBound, $0.tint) < ($1.bytes.lowerBound, $1.tint) }
    for block in visible {
      let shade = shades[block.bytes.lowerBound] ?? 0
      for cell in layout.cells(of: block.bytes) {
        let bytes = layout.bytes(ofCell: cell)
        live[cell] += block.bytes.clamped(to: bytes).count
        if case .live = cells[cell].kind, live[cell] > bytes.count / 2 { continue }
        cells[cell].kind = live[cell] * 2 < bytes.count ? .sparse(shade: shade) : .live(shade: shade)
      }
    }
    if let subject = moment.subject {
      for cell in layout.cells(of: subject) { cells[cell].kind = .subject }
    }
    for fault in moment.faults {
      for cell in layout.cells(of: fault) { cells[cell].kind = .fault }
    }
    for block in visible { label(block, in: &cells, layout) }
    return cells
  }

  /// Writes a block's name at its start where there is room for it and something of the block besides.
  private func label(_ block: Block, in cells: inout [Cell], _ layout: Layout) {
    let range = layout.cells(of: block.bytes)
    guard block.bytes.lowerBound >= layout.start, let first = range.first else { return }
    let rest = layout.columns - first % layout.columns
    let kind = cells[first].kind
    let name = Array(block.name)
    guard name.count < min(range.count, rest), !kind.isUnused, kind != .fault else { return }
    let place = first..<first + name.count
    // Another block's name, or what is wrong, is not written over.
    guard cells[place].allSatisfy({ $0.kind == kind && $0.label == nil }), cells[place.upperBound].kind == kind else {
      return
    }
    for (cell, letter) in zip(place, name) { cells[cell].label = letter }
  }

  /// Marks what the operation gave back, and what the heap grew by.
  func markChanges(from first: [Cell], in second: inout [Cell], _ layout: Layout) {
    for cell in second.indices where second[cell].kind == .free {
      if let subject = before.subject, layout.cells(of: subject).contains(cell) {
        second[cell].kind = .released
      } else if first[cell].kind == .beyond {
        second[cell].kind = .grown
      }
    }
  }

  /// The shade of each visible block, by where it begins: its own if it can be, and never that of the block before it.
  private func shades(in layout: Layout) -> [Int: Int] {
    var tints: [Int: Int] = [:]
    for block in before.blocks + after.blocks where block.bytes.overlaps(layout.window) {
      tints[block.bytes.lowerBound] = block.tint
    }
    var shades: [Int: Int] = [:]
    var last = -1
    for (start, tint) in tints.sorted(by: { $0.key < $1.key }) {
      var shade = Int(tint.magnitude % UInt(StyledText.Tone.shades))
      if shade == last { shade = (shade + 1) % StyledText.Tone.shades }
      shades[start] = shade
      last = shade
    }
    return shades
  }

  /// What the characters mean, of those that there are, in lines of at most `width`.
  func legend(_ cells: [Cell], _ layout: Layout, width: Int) -> [StyledText] {
    var entries: [(Kind, String)] = []
    if cells.contains(where: { $0.kind == .subject }) { entries.append((.subject, "this block")) }
    if cells.contains(where: { $0.kind == .fault }) { entries.append((.fault, "wrong")) }
    if cells.contains(where: { if case .live = $0.kind { true } else { false } }) {
      entries.append((.live(shade: 0), "live"))
    }
    if cells.contains(where: { if case .sparse = $0.kind { true } else { false } }) {
      entries.append((.sparse(shade: 0), "partly live"))
    }
    if cells.contains(where: { $0.kind == .released }) { entries.append((.released, "given back")) }
    if cells.contains(where: { $0.kind == .grown }) { entries.append((.grown, "new heap")) }
    if cells.contains(where: { $0.kind == .free }) { entries.append((.free, "free")) }
    let bytes = 1 << layout.scale
    var lines = [StyledText(bytes == 1 ? "1 cell = 1 byte" : "1 cell = \(bytes) bytes", .dim)]
    for (kind, meaning) in entries {
      let shown = if case .live = kind { "▓▒▚" } else { kind.glyph }
      if lines[lines.count - 1].count + 3 + shown.count + meaning.count > width {
        lines.append(StyledText(" "))
      } else {
        lines[lines.count - 1].append("  ")
      }
      lines[lines.count - 1].append(shown, kind.tone)
      lines[lines.count - 1].append(" " + meaning, .dim)
    }
    return lines
  }
}
