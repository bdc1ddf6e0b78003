import AllocLab

/// Tells how a program came to where it stands, and what these places are called.
public struct StackUnwinder: Unwinder, ~Copyable {
  private let image: ProcessImage

  public init(image: ProcessImage) { self.image = image }

  public mutating func backtrace(of thread: Int, _ frames: inout FrameList) -> BacktraceEnd {
    // TODO: where the thread stands, who called that, who called that one, and so on, as long as it is sure.
    .damaged
  }

  public mutating func symbolise(_ address: UInt64, isReturnAddress: Bool) -> CodeLocation? {
    // TODO: the module that covers the place, then its symbols and its lines. Until then, a module that nobody takes for an answer.
    CodeLocation(module: -1)
  }
}
