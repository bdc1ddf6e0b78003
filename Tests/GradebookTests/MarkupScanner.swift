/// Reads XML, and HTML that is written like it, as strictly as the standards ask: what it takes, every reader takes.
struct MarkupScanner {
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  struct Element {
    let name: String
    let attributes: [String: String]
    /// The name of the element that it stands in; nil for the outermost.
    let parent: String?
    /// Its own text, what its elements hold left out.
    var text = ""
  }

  private let scalars: [Unicode.Scalar]
  private var place = 0
  private static let void: Set = ["meta", "br", "hr", "img", "link"]
  private static let entities = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'", "#10": "\n", "#9": "\t", "#13": "\r",
  ]

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// All elements, in the order in which they begin.
  ///
  /// - Parameter allowsVoid: whether some elements have no end, as in HTML.
  mutating func elements(allowsVoid: Bool) throws -> [Element] {
    var (all, open): ([Element], [Int]) = ([], [])
    if take("<?xml ") { try skip(past: "?>") }
    if take("<!DOCTYPE html>") {}
    while place < scalars.count {
      if take("</") {
        guard let last = open.popLast(), all[last].name == name(), take(">") else { throw problem("an end of nothing") }
      } else if scalars[place] == "<" {
        place += 1
        let element = Element(name: name(), attributes: try attributes(), parent: open.last.map { all[$0].name })
        guard !element.name.isEmpty else { throw problem("a < that begins no element") }
        all.append(element)
        if take("/>") { continue }
        guard take(">") else { throw problem("an element that does not end") }
        if !(allowsVoid && Self.void.contains(element.name)) { open.append(all.count - 1) }
      } else {
        let scalar = try character()
        if let last = open.last { all[last].text += scalar } else if scalar != "\n" { throw problem("text outside") }
      }
    }
    guard open.isEmpty, !all.isEmpty else { throw problem("the end, with elements open") }
    return all
  }

  private func problem(_ what: String) -> Problem { Problem(description: "\(what) at \(place)") }

  private mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func skip(past text: String) throws {
    while !take(text) {
      guard place < scalars.count else { throw problem("no \(text)") }
      place += 1
    }
  }

  private mutating func name() -> String {
    var name = ""
    while place < scalars.count,
      scalars[place].properties.isAlphabetic || "-0123456789".unicodeScalars.contains(scalars[place])
    {
      name.unicodeScalars.append(scalars[place])
      place += 1
    }
    return name
  }

  private mutating func attributes() throws -> [String: String] {
    var all: [String: String] = [:]
    while place < scalars.count, scalars[place] == " " || scalars[place] == "\n" {
      place += 1
      let name = name()
      guard !name.isEmpty, take("=\""), all[name] == nil else { throw problem("an attribute") }
      var value = ""
      while place < scalars.count, scalars[place] != "\"" {
        guard scalars[place] != "\n" else { throw problem("a line feed in an attribute") }
        value += try character()
      }
      guard take("\"") else { throw problem("an attribute that does not end") }
      all[name] = value
    }
    return all
  }

  /// One character, or what an entity stands for.
  private mutating func character() throws -> String {
    let scalar = scalars[place]
    place += 1
    if scalar == "&" {
      var entity = ""
      while place < scalars.count, scalars[place] != ";", entity.count < 8 {
        entity.unicodeScalars.append(scalars[place])
        place += 1
      }
      guard let meant = Self.entities[entity], take(";") else { throw problem("the entity \(entity)") }
      return meant
    }
    let isAllowed =
      scalar == "\t" || scalar == "\n" || scalar.value >= 0x20 && scalar.value != 0xfffe && scalar.value != 0xffff
    guard isAllowed, scalar != "<" else { throw problem("a character that may not be there: \(scalar.value)") }
    return String(scalar)
  }
}
