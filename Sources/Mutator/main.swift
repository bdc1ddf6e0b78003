// Lists the small changes that Swift files may be given: `Mutator FILE…`.
//
// A program of its own, built by `Judging/Building/SyntaxProgram.swift` against the parser of the toolchain at hand. Each change is
// a line of fields with tabs between them: the file, the kind, where the bytes begin that are replaced, how many they are, the
// declaration that they stand in, and what comes in their place, with `\n`, `\t` and `\\` for line feeds, tabs and backslashes.
// Once all changes of a file are told comes a line with `=` and its name.

import Glibc
import SwiftOperators
import SwiftParser
import SwiftSyntax

for name in CommandLine.arguments.dropFirst() {
  guard let bytes = contents(of: name), let source = String(validating: bytes, as: UTF8.self) else { exit(2) }
  let tree = Parser.parse(source: source)
  guard !tree.hasError else { exit(3) }
  let visitor = MutationVisitor()
  // Operators that the file declares itself are left as they are parsed.
  visitor.walk(OperatorTable.standardOperators.foldAll(tree) { _ in })
  let tokens = SourceTokens(of: tree)
  // The same tokens as the source's, or as those of a change that was told, are no change.
  var known: Set = [tokens.words]
  for change in visitor.changes.sorted() where known.insert(tokens.words(after: change)).inserted {
    print(
      name, change.kind.rawValue, change.offset, change.length, change.declaration, escaped(change.replacement),
      separator: "\t")
  }
  print("= \(name)")
}

func escaped(_ text: String) -> String {
  var result = ""
  for character in text.unicodeScalars {
    switch character {
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "\\": result += "\\\\"
    default: result.unicodeScalars.append(character)
    }
  }
  return result
}

func contents(of name: String) -> [UInt8]? {
  guard let file = fopen(name, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
  return ferror(file) == 0 ? bytes : nil
}
