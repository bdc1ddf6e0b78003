/// A message's code under a key, HMAC with SHA-256: who lacks the key learns nothing from it, and can make none. Source: RFC 2104.
package enum MessageCode {
  /// The 32 bytes of the code.
  package static func code(of message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
    let block = 64
    var padded = key
    if padded.count > block {
      var hash = SHA256.Hasher()
      hash.update(padded)
      padded = hash.finalize()
    }
    padded += repeatElement(0, count: block - padded.count)
    var inner = SHA256.Hasher()
    inner.update(padded.map { $0 ^ 0x36 })
    inner.update(message)
    var outer = SHA256.Hasher()
    outer.update(padded.map { $0 ^ 0x5c })
    outer.update(inner.finalize())
    return outer.finalize()
  }
}
