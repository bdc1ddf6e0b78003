package import Examining

/// What came of a window, before it is verified.
package struct ObservedWindow {
  package let window: Window
  package let outcomes: [UInt64]
  /// What the subject has said about its own records since it began; read only when asked for.
  package let finding: () -> Finding?
}
