/// The parameters of a trace that tell a worker of a CS:APP malloc lab's conventions.
public enum CSAppParameter {
  /// Where the heap is to begin.
  public static let base = "csapp.base"
  /// Whether `mm_init` answers with a Boolean.
  public static let boolean = "csapp.boolean"

  /// Where the heap begins if nothing is said: below 2 GiB, where pointers survive a cast to `int`, and above the first, into which the
  /// kernel may draw the place of a program's own break.
  public static let lowBase = 0x4400_0000
  /// The most bytes that a heap there can have.
  public static let lowBytes = 0x8000_0000 - lowBase
}
