/// Spellings of what is not safe Swift, and of what only looks so.
enum SafetySpellings {
  /// What a finding must name, and files that each must have one.
  static let refused: [(what: String, files: [String])] = [
    (
      "import of 'Glibc'",
      [
        "import Glibc", "import AllocLab; import Glibc", "import struct Glibc.stat", "import `Glibc`",
        "#if canImport(Glibc)\nimport Glibc\n#endif", "#if NEVER\n#elseif OTHER\n#else\ninternal import Glibc\n#endif",
        "/* */ import /* */\n Glibc", "import Glibc.stdlib",
      ]
    ),
    ("import of 'Foundation'", ["import Foundation", "public import class Foundation.Thread", "import\nFoundation"]),
    ("import of 'Synchronization'", ["import Synchronization", "private import struct Synchronization.Mutex"]),
    ("import of '_Concurrency'", ["import _Concurrency", "import func _Concurrency.detach"]),
    ("import of 'Worker'", ["import Worker", "import `Worker`"]),
    (
      "'unsafe'",
      [
        "func f(_ p: Int) -> Int { unsafe p }", "let text = \"a \\(unsafe 1) b\"",
        "func f(_ c: Int = { unsafe 3 }()) {}",
        "#if NEVER\nlet x = unsafe 1\n#endif", "let t = #\"\\#(unsafe 1)\"#",
        "func f() { for unsafe x in [1] { _ = x } }",
        "struct S { unowned(unsafe) var c: C }", "let t = \"\"\"\n \\(unsafe 1)\n \"\"\"", "let x = (unsafe\n1)",
      ]
    ),
    (
      "'nonisolated'",
      [
        "nonisolated(unsafe) var x = 1", "enum E { nonisolated(unsafe) static var x = 1 }",
        "#if !NEVER\nnonisolated ( unsafe ) var x = 1\n#endif", "nonisolated\n(unsafe) var x = 1",
      ]
    ),
    (
      "attribute '@unchecked'",
      [
        "final class C: @unchecked Sendable {}", "extension C: @unchecked\nSendable {}",
        "final class C: Equatable, @ unchecked Sendable {}", "struct S { final class C: @/**/unchecked Sendable {} }",
      ]
    ),
    (
      "attribute '@unsafe'",
      ["@unsafe func f() {}", "struct S { @unsafe var x: Int }", "@inlinable @unsafe func f() {}"]
    ),
    ("attribute '@safe'", ["@safe func f() {}", "@safe struct S {}", "extension S { @safe\nfunc f() {} }"]),
    (
      "attribute '@_",
      [
        "@_cdecl(\"main\") func f() {}", "@_silgen_name(\"fork\") func f() -> Int32", "@_extern(c, \"fork\") func f()",
        "struct S { @_optimize(none) func f() {} }", "#if NEVER\n@_exported import AllocLab\n#endif",
        "@`_cdecl`(\"main\") func f() {}",
      ]
    ),
    ("attribute '@section'", ["@section(\".init_array\") let x = 1", "@used @section(\"a\") let x = 1"]),
    ("attribute '@used'", ["@used let x = 1", "enum E { @used static let x = 1 }", "@used\nlet x = 1"]),
    ("attribute '@c'", ["@c func f() {}", "@c(mmap) func f() {}", "@c\nfunc f() {}"]),
    (
      "attribute '@MainActor'",
      [
        "@MainActor var x = 1", "@MainActor final class C {}", "let c: @MainActor () -> Void = {}",
        "let c = { @MainActor in 1 }",
      ]
    ),
    (
      "attribute '@globalActor'",
      ["@globalActor enum G {}", "@globalActor\nstruct G {}", "#if A\n@globalActor enum G {}\n#endif"]
    ),
    ("attribute '@main'", ["@main struct P {}", "@main enum P { static func main() {} }", "@main\nstruct P {}"]),
    (
      "attribute '@preconcurrency'",
      ["@preconcurrency import AllocLab", "extension C: @preconcurrency P {}", "@preconcurrency func f() {}"]
    ),
    ("an actor", ["actor A {}", "public actor `A` {}", "struct S { actor A {} }", "#if NEVER\nactor A {}\n#endif"]),
    (
      "'Task'",
      [
        "func f() { Task {} }", "func f() { `Task` {} }", "func f() { _ = Swift.Task<Int, Never>.self }",
        "let x: Task<Int, Never>? = nil", "func f(_ x: Int = { Task.detached {}; return 1 }()) {}",
        "let s = \"\\(Task {})\"",
        "typealias T = Task",
      ]
    ),
    (
      "'async'",
      ["func f() async {}", "let c: () async -> Void", "func f() { async let x = 1 }", "let c = { () async in }"]
    ),
    ("'await'", ["func f() { await g() }", "func f(_ x: Int = { await g() }()) {}", "let s = \"\\(await g())\""]),
    (
      "'MainActor'",
      ["func f() { MainActor.assumeIsolated {} }", "let t = MainActor.self", "func f() { `MainActor`.shared }"]
    ),
    (
      "'CommandLine'",
      ["func f() { CommandLine.arguments = [] }", "let x = Swift.CommandLine.arguments", "let c = `CommandLine`.self"]
    ),
    (
      "macro '#", ["let x = #evil(1)", "#evil", "struct S { #evil }", "func f() { #evil { 1 } }", "let d = #dsohandle"]
    ),
    ("declaration of a macro", ["@freestanding(expression) macro m() = #e", "macro m()", "#if A\nmacro m()\n#endif"]),
    ("'#sourceLocation'", ["#sourceLocation(file: \"a\", line: 1)", "#if A\n#sourceLocation()\n#endif"]),
    (
      "code outside",
      [
        "print(1)", "for _ in 0..<3 {}", "#if A\nprint(1)\n#endif", "#if A\n#if B\nwhile true {}\n#endif\n#endif",
        "let x = 1; x",
      ]
    ),
  ]

  /// Files that must pass.
  static let admitted = [
    "import AllocLab", "import Swift", "import struct AllocLab.Heap", "// unsafe\n/* await /* Task */ async */",
    "let s = \"unsafe await Task import Glibc\"", "let s = #\"\\(unsafe 1)\"#",
    "let s = \"\"\"\n  unsafe p\n  @MainActor\n  \"\"\"",
    "let unsafeIndex = 1, asyncQueue = 2, awaiting = 3",
    "func f(actor: Int) -> Int { let actor = actor; return actor + 1 }",
    "func f() { var actor = 1; actor += 1 }", "struct Task { let id: Int }\nfunc f() -> Task { Task(id: 1) }",
    "enum Kind { case async, await }",
    "enum K { case one }\nfunc f(_ k: K) { switch k { case .one: break } }", "let `unsafe` = 1",
    "func f(async: Int, await: Int) {}",
    "let c = ##\"\\#(await x)\"##", "/// `@unchecked`, `nonisolated(unsafe)`\nstruct S {}",
    "func f() { let r = /unsafe await/ }",
    "@frozen public struct S { @inlinable public init() {} }", "@inline(__always) func f() {}",
    "@propertyWrapper struct Clamped { var wrappedValue: Int }\nstruct S { @Clamped var x = 1 }",
    "struct Tasks { var task = 1 }", "func f() { print(#function, #line, #fileID) }",
    "#if DEBUG\nlet x = 1\n#else\nlet x = 2\n#endif",
    "struct S<Task> { var x: Task }", "enum E { struct Actor {} }\nlet a = E.Actor()",
    "func f() { let k = \\String.count }",
    "@discardableResult func f(_ c: @escaping @Sendable () -> Void) -> Int { 1 }", "struct S: ~Copyable { deinit {} }",
    "func f() { guard #available(macOS 10, *) else { return } }", "struct MainActorLike {}", "let _storage = 1",
  ]
}
