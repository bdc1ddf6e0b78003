import Glibc
import SystemPackage
import Testing

/// The built `alloclab` in a pseudo-terminal of its own, as someone sits before it.
enum TerminalTool {
  /// What came of a run.
  struct Result {
    /// Everything that the terminal was sent.
    let screen: String
    /// The exit status, or a signal's number, negative.
    let status: Int32
    /// Seconds from the last key to the end.
    let secondsAfterKeys: Double
  }

  /// Runs the program, presses `keys` once `seen` is on the screen, and waits for the end.
  ///
  /// - Parameters:
  ///   - ignoresInterrupts: start it as shells start what runs in the background, with SIGINT ignored.
  ///   - seconds: after which it is ended from outside.
  static func run(
    _ arguments: [String], in folder: FilePath, whenSeen seen: String, press keys: String,
    ignoresInterrupts: Bool = false, seconds: Int = 100
  ) throws -> Result {
    try run(
      arguments, in: folder, [Step(seen: seen, keys: keys)], ignoresInterrupts: ignoresInterrupts, seconds: seconds)
  }

  /// What is done once something new is on the screen.
  struct Step {
    let seen: String
    var keys = ""
    var also: () throws -> Void = {}
  }

  /// Runs the program, and takes each step once its text has come after the step before.
  static func run(
    _ arguments: [String], in folder: FilePath, _ steps: [Step], ignoresInterrupts: Bool = false, seconds: Int = 100
  ) throws -> Result {
    let program = try CommandLineTool.program()
    var size = winsize(ws_row: 24, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
    var (main, terminal): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    try #require(openpty(&main, &terminal, &name, nil, &size) == 0)
    defer { close(main) }
    // Of a new session, whose first opened terminal becomes the one that signals come from.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, 0x80)  // POSIX_SPAWN_SETSID, which Swift does not import
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    for descriptor in 1..<3 as Range<Int32> { posix_spawn_file_actions_adddup2(&actions, 0, descriptor) }
    let trap = ignoresInterrupts ? "trap '' INT; " : ""
    let command =
      ["env", "-C", folder.string, "TERM=xterm", "NO_COLOR=1", "sh", "-c", "\(trap)exec \"$0\" \"$@\"", program.string]
      + arguments
    var words = command.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    try #require(posix_spawnp(&process, "env", &actions, &attributes, &words, environ) == 0)
    close(terminal)
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(seconds)
    var pressed: ContinuousClock.Instant?
    var screen: [UInt8] = []
    var (left, looked) = (steps[...], 0)
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var request = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, 1000) == 0 {
        if clock.now < deadline { continue }
        kill(process, SIGKILL)
        break
      }
      let count = read(main, &buffer, buffer.count)
      if count <= 0 { break }
      screen += buffer.prefix(count)
      if let step = left.first, String(decoding: screen[looked...], as: UTF8.self).contains(step.seen) {
        looked = screen.count
        left.removeFirst()
        try step.also()
        let typed = Array(step.keys.utf8)
        try #require(write(main, typed, typed.count) == typed.count)
        pressed = clock.now
      }
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let text = String(decoding: screen, as: UTF8.self)
    try #require(left.isEmpty, "\(left.first?.seen ?? "") was not seen in \(text)")
    let wait = try #require(pressed.map { clock.now - $0 })
    return Result(
      screen: text, status: status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f),
      secondsAfterKeys: Double(wait.components.seconds) + Double(wait.components.attoseconds) / 1e18)
  }
}
