/// What may be written, and what to write instead of what may not.
enum SafetyRules {
  /// Attributes that change neither safety, names of symbols nor threads; all others are refused, but for a file's own property
  /// wrappers and result builders.
  static let attributes: Set<String> = [
    "available", "autoclosure", "discardableResult", "dynamicCallable", "dynamicMemberLookup", "escaping", "frozen",
    "inlinable", "inline", "propertyWrapper", "resultBuilder", "retroactive", "Sendable", "specialized", "unknown",
    "usableFromInline", "warn_unqualified_access",
  ]

  /// What begins with `#`, stands for a value, and comes from no macro.
  static let macros: Set<String> = [
    "function", "file", "fileID", "filePath", "line", "column", "warning", "error",
  ]

  private static let oneThread = "everything runs in one thread; call the function directly"

  /// Words that are refused wherever they might be keywords; in backticks they are names like others.
  static let words = [
    "unsafe": "reach memory through Heap and Span, whose accesses are checked",
    "nonisolated": "keep state in your type or on its heap, and shared values in a 'let'",
    "async": oneThread,
    "await": oneThread,
    "isolated": oneThread,
    "distributed": oneThread,
  ]

  static let state = "keep state in your type or on its heap"

  private static let identity = "use '===', or a number of your own; addresses of objects say nothing here"

  /// Names of the standard library's that lead to threads, or to what outlives the subject.
  static let names: [String: String] = {
    var names = [
      "CommandLine": "keep state in your type or on its heap; the worker's arguments say nothing",
      "MainActor": state, "TaskLocal": state, "GlobalActor": state,
      "_Concurrency": oneThread, "Builtin": "use the operators and types of Swift",
      "ObjectIdentifier": identity, "Identifiable": identity,
      "Mirror": "look at your own fields by their names",
      "ContinuousClock": "time is measured by the grader", "SuspendingClock": "time is measured by the grader",
    ]
    for name in [
      "Task", "TaskGroup", "ThrowingTaskGroup", "DiscardingTaskGroup", "ThrowingDiscardingTaskGroup", "AsyncStream",
      "AsyncThrowingStream", "UnsafeContinuation", "CheckedContinuation", "UnsafeCurrentTask", "asyncDetached",
      "withTaskGroup", "withThrowingTaskGroup", "withUnsafeCurrentTask", "withUnsafeContinuation",
      "withCheckedContinuation", "withUnsafeThrowingContinuation", "withCheckedThrowingContinuation",
    ] { names[name] = oneThread }
    return names
  }()

  /// How attributes begin that belong to libraries of other systems.
  static let foreignAttributes = ["NS", "IB", "UI", "GK", "LLDB", "MainActor", "TaskLocal", "Sendable"]

  /// Words of the language that begin with underscores, and which are safe.
  static let underscoredWords: Set<String> = ["_read", "_modify", "__always"]

  /// Names of the standard library's that anybody would choose, and that lead to nothing there.
  static let commonNames: Set<String> = [
    "_storage", "_count", "_buffer", "_base", "_value", "_index", "_end", "_capacity", "_position", "_line", "_step",
    "_owner", "_low", "_high", "_elements", "_empty", "_lock",
  ]

  /// How whoever runs this knows that it is for the compiler to say what is wrong.
  static let syntaxError = "a mistake in the syntax"

  /// What to write instead of an attribute.
  static func remedy(forAttribute name: String) -> String {
    switch name {
    case "unsafe", "safe": "reach memory through Heap and Span, whose accesses are checked; remove it"
    case "unchecked": "conform to Sendable without it, or keep the value in your type"
    case "MainActor", "globalActor", "preconcurrency", "concurrent", "TaskLocal": state
    case "section", "used", "c", "_cdecl", "_silgen_name", "_extern", "export":
      "write a plain Swift function or property; nothing but Swift calls your code"
    case "main": "remove it; the grader calls your type"
    case _ where name.hasPrefix("_"): "remove it; attributes with an underscore are the compiler's own"
    default: "remove it; macros and attributes that the course does not need are not taken"
    }
  }

  /// A name, short enough for a line and without anything that is not printed.
  static func brief(_ name: String) -> String {
    String(name.prefix(40).map { $0.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f } ? $0 : "?" })
  }
}
