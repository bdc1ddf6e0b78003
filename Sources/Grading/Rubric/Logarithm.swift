import Glibc

/// The natural logarithm, from the system's mathematics library.
enum Logarithm {
  static func natural(_ value: Double) -> Double { log(value) }
}
