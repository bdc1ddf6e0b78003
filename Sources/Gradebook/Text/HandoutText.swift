package import Grading
package import SystemPackage

/// What an instructor reads after handing out.
package enum HandoutText {
  package static func text(_ handout: Handout, _ folder: FilePath, style: TerminalStyle) -> String {
    let size = handout.files.reduce(0) { $0 + $1.bytes.count }
    let texts = handout.files.filter { !$0.path.hasPrefix("lib/") || $0.path.hasSuffix(".sh") }.count
    let (files, runs) = (handout.secrets.fileCount, handout.secrets.runCount)
    return """
      \(style.green("✓")) \(style.bold(printable(folder.string))): \(handout.files.count) files, \(size >> 20) MiB: \
      \(handout.assignments.joined(separator: ", "))
        no text of its \(texts), nor of the sources of the tool's \(handout.modules.count) modules, has 32 words in a row of solutions,
        honest designs, mutants or attacks (\(files) files, \(runs) runs of words) but what given.json lists
        the tool is linked from these modules and packages alone; no recorded trace and no hidden seed is in it
        not looked for: what was rewritten with other names, and answers that the tool's compiled oracles work out
      try it:  \(printable(folder.string))/alloclab check …

      """
  }
}
