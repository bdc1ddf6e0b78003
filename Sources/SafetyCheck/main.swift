// Says what in Swift files is not safe Swift: `SafetyCheck [--module NAME]… FILE… [-- FILE…]…`.
//
// A program of its own, built by `Judging/Building/SyntaxProgram.swift` against the parser of the toolchain at hand, so that it
// reads files as the compiler does. Names of other files of a submission are known; `--` begins the next submission. Each finding is a line `file:line:column: what: remedy`. Once a file is parsed comes a line
// with `+` and its name, and once it is looked through one with `=`: so whoever reads this knows what was at work if it ends early.

import Glibc
import SwiftParser
import SwiftSyntax

var modules: Set<String> = ["AllocLab", "Swift"]
var arguments = CommandLine.arguments.dropFirst()
while arguments.first == "--module", arguments.count > 1 {
  modules.insert(arguments[arguments.startIndex + 1])
  arguments = arguments.dropFirst(2)
}

for group in arguments.split(separator: "--") {
  // First what all of them declare, then what is in each: a helper's names are those of the file that it helps.
  let declarations = Declarations()
  var trees: [SourceFileSyntax] = []
  for name in group {
    guard let text = contents(of: name) else {
      print("\(name):1:1: a file that cannot be read: save it as a plain text file")
      exit(2)
    }
    let tree = Parser.parse(source: text)
    declarations.walk(tree)
    trees.append(tree)
    print("+ \(name)")
    fflush(nil)
  }

  for (name, tree) in zip(group, trees) {
    let visitor = SafetyVisitor(admitting: modules, declarations, isBroken: tree.hasError)
    visitor.walk(tree)
    let converter = SourceLocationConverter(fileName: name, tree: tree)
    var findings = visitor.findings.sorted { $0.position < $1.position }
    if tree.hasError {
      // The compiler will say so as well. If it ever did not, its tree would be another than the one that was looked at.
      let place = tree.tokens(viewMode: .all).first {
        $0.presence == .missing || $0.parent?.is(UnexpectedNodesSyntax.self) == true
      }
      findings.append(
        SafetyFinding(
          position: (place ?? tree.endOfFileToken).positionAfterSkippingLeadingTrivia, what: SafetyRules.syntaxError,
          remedy: "write it as the compiler of this course reads it"))
    }
    for finding in findings {
      // Not `presumedLocation`: `#sourceLocation` does not move what is found.
      let place = converter.location(for: finding.position)
      print("\(name):\(place.line):\(place.column): \(finding.what): \(finding.remedy)")
    }
    print("= \(name)")
    fflush(nil)
  }
}

/// A file's text; what is no UTF-8 is repaired, as the compiler does.
func contents(of name: String) -> String? {
  guard let file = fopen(name, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
  return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
}
