package import Examining
package import Judging
package import SystemPackage
import Vocabularies

extension CSAppLab {
  /// Reads a lab's conventions from a JSON file, whose keys are this type's properties.
  package init(contentsOf file: FilePath) throws(JudgeError) {
    self = try Course.read(CSAppLab.self, file) { $0.problems }
  }

  /// What is wrong with a lab's file.
  private var problems: [CourseProblem] {
    var problems: [CourseProblem] = []
    if ![8, 16].contains(alignment) { problems.append(CourseProblem([.name("alignment")], "is 8 or 16")) }
    if let heapLimit, !Self.heapLimits.contains(heapLimit) {
      problems.append(CourseProblem([.name("heapLimit")], "is 4096 to \(Self.heapLimits.upperBound)"))
    }
    if let globalsLimit, globalsLimit < 0 { problems.append(CourseProblem([.name("globalsLimit")], "is 0 or more")) }
    if base < CSAppLab.plain.base || base >= 1 << 46 || base % 4096 != 0 {
      problems.append(CourseProblem([.name("base")], "is a multiple of 4096 from \(CSAppLab.plain.base) on, below 2⁴⁶"))
    }
    if let bits, ![32, 64].contains(bits) { problems.append(CourseProblem([.name("bits")], "is 32 or 64")) }
    if isFor32Bits, base != CSAppParameter.lowBase {
      problems.append(CourseProblem([.name("base")], "is \(CSAppParameter.lowBase) with 32 bits"))
    }
    return problems
  }
}
