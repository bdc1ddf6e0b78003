/// What can befall a submission of any exercise.
extension ViolationKind {
  package static let frame = endings + judgements + claims + generalities + [graderFailed]

  // How a worker may end.
  private static let endings = [
    missing, doesNotCompile, unsafeCode, strayAccess, crash, hang, flood, outOfMemory, earlyExit,
  ]

  package static let missing = ViolationKind(
    "missing", .isAboutNoTrace, means: "The exercise's file was not handed in, so there is nothing to judge.")
  package static let doesNotCompile = ViolationKind(
    "does-not-compile", .isAboutNoTrace, means: "The compiler refuses the submission, and says why.")
  package static let unsafeCode = ViolationKind(
    "unsafe-code", .isAboutNoTrace,
    means:
      "The submission is not safe Swift, so it is not run; what it may not have, and what to write instead, is told with it."
  )
  package static let strayAccess = ViolationKind(
    "stray-access", [.endsWorker, .mayComeOfOverwriting],
    means: "An access strayed outside the heap, which stops the program.")
  package static let crash = ViolationKind(
    "crash", [.endsWorker, .mayComeOfOverwriting],
    means: "The program crashed: a failed precondition, a bad access to memory, or an abort stopped it.")
  package static let hang = ViolationKind(
    "hang", [.endsWorker, .mayComeOfOverwriting], means: "The program did not finish in the time that it is given.")
  package static let flood = ViolationKind(
    "flood", .endsWorker, means: "The program printed far more than it should. Remove debugging output.")
  package static let outOfMemory = ViolationKind(
    "out-of-memory", .endsWorker, means: "The program needed more memory than it is given.")
  package static let earlyExit = ViolationKind(
    "early-exit", .endsWorker, means: "The program ended before it was told to.")

  // Right, but at a price.
  private static let judgements = [slow, wasteful, overfitted, privateMemory, notRepeatable, worksOnlyOnce]

  package static let slow = ViolationKind(
    "slow", .isAboutNoTrace,
    means:
      "The answers are right, but on some trace they take so much longer than the reference solution's that more than half of the "
      + "points for its time are lost. That is a price, and no error.")
  package static let wasteful = ViolationKind(
    "wasteful", .isAboutNoTrace,
    means:
      "The answers are right, but on some trace they touch so much more memory than the reference solution's that more than half of "
      + "the points for its space are lost. That is a price, and no error.")
  package static let overfitted = ViolationKind(
    "overfitted", .isAboutNoTrace,
    means: "All traces that everybody has go right, but slight changes of them go wrong, or cost far more.")
  package static let privateMemory = ViolationKind(
    "private-memory",
    means:
      "The answers are right, but the program keeps more outside the heap than the exercise allows. Keep less in arrays and "
      + "dictionaries, or forget what is not needed any more.")

  package static let notRepeatable = ViolationKind(
    "not-repeatable",
    means:
      "The same requests got other answers than when every answer was checked. Whatever is drawn at random must be drawn from a seed "
      + "that is always the same.")

  package static let worksOnlyOnce = ViolationKind(
    "works-only-once", .isAboutNoTrace,
    means:
      "A trace goes right in a new process, and no longer when mm_init is called again in the same one. The labs' drivers call it for "
      + "every trace and every measurement: it must set all that is kept outside the heap to what it is at the start, since "
      + "mem_reset_brk has emptied the heap before.")

  // What a subject says of itself.
  private static let claims = [invariantBroken, answerTooLong, answerUnsteady]

  /// All that a student is told of what was wrong on a hidden trace.
  private static let generalities = [hiddenFault, hiddenEnd, hiddenLimit]

  package static let hiddenFault = ViolationKind(
    "hidden-fault", .isAboutNoTrace,
    means:
      "Something was wrong on a trace that you do not have. `alloclab chaos` makes as many others as you like, and shows "
      + "the shortest that goes wrong.")
  package static let hiddenEnd = ViolationKind(
    "hidden-end", .isAboutNoTrace,
    means:
      "The program ended on a trace that you do not have: a stray access, a crash or an exit. `alloclab chaos` makes as "
      + "many others as you like, and shows the shortest that goes wrong.")
  package static let hiddenLimit = ViolationKind(
    "hidden-limit", .isAboutNoTrace,
    means:
      "The program reached a limit on a trace that you do not have: of time, memory or output. `alloclab chaos` makes as "
      + "many others as you like, and shows the shortest that goes wrong.")

  package static let invariantBroken = ViolationKind(
    "invariant-broken", means: "The allocator's own invariantViolations() found something wrong.")

  // No fault of a submission that is known.
  package static let graderFailed = ViolationKind(
    "grader-failed", .isAboutNoTrace,
    means: "The grader itself came to an end, or could not do its work, so there are neither points nor a verdict. "
      + "Grade the submission again; if it fails again, look at what it does, and tell whoever maintains the grader.")
}
