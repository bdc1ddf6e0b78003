internal import CPlatform
public import Vocabularies

/// Serves the judge's requests for as long as this process lives: the `main` of every worker.
///
/// The channel and the heap come as two inherited descriptors; see `Channel`.
@inlinable public func serve<D: Driver & ~Copyable>(_ driver: D.Type) -> Never {
  let server = Server()
  var request = server.nextRequest(spinning: false)
  while true { request = serveOneSubject(D.self, server, request) }
}

/// Whether this program was started under that name: how a program that serves several exercises knows which is meant.
public func isStarted(as name: String) -> Bool { unsafe String(cString: cp_program_name()) == name }

/// Serves `first`, and all further requests that are about the same subject; returns the one that is not.
@inlinable func serveOneSubject<D: Driver & ~Copyable>(_: D.Type, _ server: Server, _ first: Request) -> Request {
  var request = first
  server.reset()
  var driver = D(server.session)
  repeat {
    switch request.command {
    case .begin: break
    case .checked: runChecked(&driver, server, request)
    case .batch: unsafe runBatch(&driver, server.operations, server.outcomes, request.count)
    case .latency: unsafe runLatency(&driver, server.operations, server.outcomes, request.count)
    }
    if request.command == .batch { prepareEnd(of: D.self) }
    server.respond()
    request = server.nextRequest(spinning: request.command == .checked)
    // A batch that does not begin with the trace goes on with the subject that has replayed what is before.
  } while request.command == .checked || request.command == .batch && request.firstIndex > 0
  return request
}

/// Has the metadata of a driver's type made, which Swift does when the first of its values ends: that is when the next batch has been
/// asked for, whose time it is not. Once it is there, this takes no time.
@usableFromInline @inline(never) func prepareEnd<D: Driver & ~Copyable>(of _: D.Type) {
  // The metadata comes as an argument. With a body that other modules cannot have, none leaves it out.
  cp_pause()
}

/// Runs the operations flat out.
@inlinable func runBatch<D: Driver & ~Copyable>(
  _ driver: inout D, _ operations: UnsafePointer<UInt64>, _ outcomes: UnsafeMutablePointer<UInt64>, _ count: Int
) {
  var index = 0
  while index < count {
    // Safe: the channel holds `count` operations and outcomes.
    unsafe outcomes[index] = driver.perform(operations[index])
    index &+= 1
  }
}

/// Runs the operations flat out, and puts the cycles that each took in the place of its outcome.
@inlinable func runLatency<D: Driver & ~Copyable>(
  _ driver: inout D, _ operations: UnsafePointer<UInt64>, _ outcomes: UnsafeMutablePointer<UInt64>, _ count: Int
) {
  var before = Server.cycles()
  for index in 0..<count {
    // Safe: the channel holds `count` operations and outcomes.
    _ = unsafe driver.perform(operations[index])
    let after = Server.cycles()
    unsafe outcomes[index] = after &- before
    before = after
  }
}

/// Runs the operations one by one with the driver's own checks, and tells how far it has come.
@inlinable func runChecked<D: Driver & ~Copyable>(_ driver: inout D, _ server: Server, _ request: Request) {
  for index in 0..<request.count {
    // Safe: the channel holds `count` operations and outcomes, and the control page has all of its words.
    server.control.current = request.firstIndex &+ UInt64(index)
    unsafe server.outcomes[index] = driver.performChecked(
      server.operations[index], index: request.firstIndex &+ UInt64(index))
  }
}
