import ArgumentParser

@main struct AllocLabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alloclab", abstract: "Build allocators, replay traces, grade.", subcommands: [TraceCommand.self])
}
