/// Turns the compiler's paths into the student's.
enum PathRewriter {
  static func rewrite(_ output: [UInt8]) -> String {
    let text = String(decoding: output, as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("error: fatalError") }
      .map { $0.replacing("/submission/", with: "") }
      .joined(separator: "\n")
  }
}
