/// Spellings of what would outlive a subject, and of constants that do not.
extension SafetySpellings {
  /// What a finding must name, and files that each must have one.
  static let state: [(what: String, files: [String])] = [
    (
      "the constant '",
      [
        "final class Box: Error { var x = 0 }\nlet box = Box()",
        "final class Box: Error { var x = 0 }\nenum G { static let box: Box = Box() }",
        "final class Box: Error { var x = 0 }\nenum G { static let box: any Error = Box() }",
        "final class Box: Error { var x = 0 }\nenum G { static let boxes = [Box()] }",
        "final class Box: Error { var x = 0 }\nenum G { static let boxes: [Box] = [] }",
        "final class Box: Error { var x = 0 }\nstruct W { let b: Box }\nlet w: W = W(b: Box())",
        "final class Box: Error { var x = 0 }\nstruct W { let b: Box }\nlet w = W(b: Box())",
        "final class Box: Error { var x = 0 }\nenum W: Error { case a(Box) }\nlet w: W = .a(Box())",
        "final class Box: Error { var x = 0 }\nstruct W { let b = Box() }\nlet w = W()",
        "final class Int: Error { var x = 0 }\nlet w: Int = Int()",
        "typealias Int = Box\nfinal class Box: Error { var x = 0 }\nlet w: Int = Int()",
        "final class Box: Error, ExpressibleByIntegerLiteral { var x = 0; init(integerLiteral: Swift.Int) {} }\ntypealias IntegerLiteralType = Box\nlet w = 5",
        "final class Box: Error { var x = 0 }\nfunc + (a: Int, b: Int) -> Box { Box() }\nlet w = 1 + 2",
        "final class Box: Error { var x = 0 }\nprefix func - (a: Int) -> Box { Box() }\nlet w = -(2)",
        "final class Box: Error { var x = 0 }\nfunc make() -> Box { Box() }\nlet w = make()",
        "final class Box: Error { var x = 0 }\nfunc Double(_ x: Int) -> Box { Box() }\nlet w = Double(3)",
        "final class Box: Error { var x = 0 }\nextension Int { static var max: Box { Box() } }\nlet w = Int.max",
        "final class Box: Error { var x = 0 }\nextension MemoryLayout { static var size: Box { Box() } }\nenum E { static let size = MemoryLayout<Int>.size }",
        "final class Box: Error { var x = 0 }\nenum E { static var v: Box { Box() }; static let w = v }",
        "final class Box: Error { var x = 0 }\nenum E { static let w = (Box(), 1).0 }",
        "final class Box: Error { var x = 0 }\nenum E { static let w = 1 > 2 ? Box() : Box() }",
        "let f: @Sendable () -> Int = { 1 }",
        "enum E { static let f = { 1 } }",
        "enum E { static let f: some P = S() }\nprotocol P {}\nstruct S: P {}",
        "struct G<T> { var t: T }\nlet g: G<Int> = G(t: 1)",
        "#if A\n#else\nfinal class Box: Error { var x = 0 }\nlet g: Box = Box()\n#endif",
        "enum E {\n#if A\n#else\nstatic let g: Box = Box()\n#endif\n}\nfinal class Box: Error { var x = 0 }",
        "func f() { struct L { static let b = Box() } }\nfinal class Box: Error { var x = 0 }",
        "enum E { static let b = Box.shared }\nfinal class Box: Error { var x = 0; static var shared: Box { Box() } }",
        "let k = \\String.count",
        "let (a, b) = (Box(), Box())\nfinal class Box: Error { var x = 0 }",
        "let a, b: Box\nfinal class Box: Error { var x = 0 }",
        "struct AnyKeyPath { let k: Swift.AnyKeyPath }\nlet k: AnyKeyPath = AnyKeyPath(k: \\String.count)",
        "enum X { typealias P = Y.Q }\nenum Y { typealias Q = Swift.P }\nlet k: X.P = x",
        "typealias AnyKeyPath = Swift.AnyKeyPath\nlet k: AnyKeyPath = \\String.count",
        "@propertyWrapper struct V { let b = Box(); init(wrappedValue: Int) {}; var wrappedValue: Int { get { b.x } nonmutating set { b.x = newValue } } }\nenum E { @V static let x: Int = 0 }\nfinal class Box: Error { var x = 0 }",
        "struct W { lazy var b: Int = 0; unowned let c: Int }\nlet w: W? = nil",
        "struct W { @V var b: Int }\n@propertyWrapper struct V { var wrappedValue: Int }\nlet w: W? = nil",
        "let t = Swift.`Task`<Int, Never>.self",
      ]
    ),
    (
      "the variable '",
      [
        "func f() { struct L { static var b = 0 } }",
        "extension Int { static var b = 0 }",
        "var x = 0",
        "var x = 0 { didSet {} }",
        "@propertyWrapper struct V { var wrappedValue: Int }\nenum E { @V static var x = 0 }",
      ]
    ),
    (
      "'nonisolated'",
      [
        "enum E { nonisolated static var x = 0 }"
      ]
    ),
    (
      "attribute '@unchecked'",
      [
        "struct unchecked {}\nfinal class Box: @unchecked Sendable { var x = 0 }"
      ]
    ),
    (
      "attribute '@_cdecl'",
      [
        "struct _cdecl {}\n@_cdecl(\"x\") func f() {}"
      ]
    ),
    (
      "a module's name",
      [
        "func f() { Swift::print(1) }",
        "func f() { Worker::serve(1) }",
      ]
    ),
    (
      "'Task'",
      [
        "struct Task {}\nfunc f() { Swift.Task { } }",
        "struct Task {}\nfunc f() { Swift . Task { } }",
      ]
    ),
    (
      "'_getRetainCount'",
      [
        "func f(_ x: AnyObject) { _ = _getRetainCount(x) }",
        "struct S { func _getRetainCount() {} }\nfunc f(_ x: AnyObject) { _ = _getRetainCount(x) }",
      ]
    ),
    (
      "'_unsafeUninitializedCapacity'",
      [
        "func f() { _ = [Int](_unsafeUninitializedCapacity: 3) { _, _ in } }"
      ]
    ),
    (
      "'_buffer'",
      [
        "func f(_ a: [Int]) { a._buffer.foo }"
      ]
    ),
    (
      "'ObjectIdentifier'",
      [
        "func f(_ a: AnyObject) { _ = ObjectIdentifier(a) }"
      ]
    ),
    (
      "'Identifiable'",
      [
        "final class C: Identifiable {}"
      ]
    ),
    (
      "attribute '@MainActor'",
      [
        "@MainActor struct MainActor {}"
      ]
    ),
    (
      "attribute '@NSManaged'",
      [
        "@NSManaged struct NSManaged {}"
      ]
    ),
    (
      "'_unsafe'",
      [
        "func f(_ a: [Int]) { a.`_unsafe` }"
      ]
    ),
  ]

  /// Files whose constants are plain values.
  static let plain = [
    "enum E { static let size = MemoryLayout<UInt64>.size }",
    "enum E { static let a = 16, b = a * 2, c = E.a + b }",
    "enum E { static let classes = [16, 32, 64]; static let n = 64 * Heap.pageSize }",
    "enum E { static let classes: [Int] = (4...20).map { 1 << $0 } }",
    "let limit = Int.max / 2\nlet names = [\"a\": 1]",
    "struct P { var x: Int; let y: UInt8 = 3 }\nlet p = P(x: 1)\nlet q: [P] = []",
    "enum K: UInt8 { case a, b }\nenum E { static let first: K = .a; static let all: [K] = [.a, .b] }",
    "struct N { var next: Address?; var k: K }\nenum K { case a(Int), b([UInt8]) }\nlet n: N? = nil",
    "enum E { static let table = [Int](repeating: 0, count: 3), other = Array(repeating: 0, count: 2) }",
    "enum E { static let header = MemoryLayout<Int>.stride + MemoryLayout<Address>.size; static let mask = ~(header - 1) }",
    "enum E { static let m = UInt64(1) << 63, d = Double(3) * 1.5, c = true ? 1 : 2, neg = -1 }",
    "enum E { static let size: Int = { var n = 1; for _ in 0..<3 { n *= 2 }; return n }() }",
    "public enum E { @usableFromInline static let size = 8; @inlinable static var two: Int { 2 * size }; static let four = two * 2 }",
    "enum E { static let pair = (1, 2); static let (a, b) = (1, 2); static let r = 0..<5; static let s: Set<Int> = [1]; static let t: ClosedRange<Int> = 0...5 }",
    "enum E { static let i: InlineArray<4, Int> = [1,2,3,4]; static let j: [4 of Int] = [1,2,3,4] }",
    "struct S { static var x: Int { 1 }; lazy var y = 3; weak var z: C?; var _own = 3; func f() { _own += 1 } }\nclass C { var x = 0 }",
    "func f() { let x = C(); var y = 0; y += x.x }\nclass C { var x = 0 }",
    "protocol P { static var name: String { get } }",
    "typealias Word = UInt64\nlet w: Word = 5\nlet v = Word(7)",
    "struct A { struct B { var x: Int }; static let b = B(x: 1); static let c: A.B = B(x: 2) }",
  ]
}
