/// A key, or a byte that a terminal sends for one.
package enum Key: Sendable, Equatable {
  case left, right, up, down, home, end, pageUp, pageDown
  case enter, escape, backspace
  /// Ctrl-C, Ctrl-Z and Ctrl-D, which a terminal in raw mode leaves to the program.
  case interrupt, suspend, endOfInput
  /// A printable ASCII character.
  case character(Character)
  /// Something that is none of these.
  case unknown
}

/// Makes keys out of what a terminal sends, a byte at a time, however its sequences are cut.
package struct KeyDecoder: Sendable {
  private enum State {
    case plain, escape, sequence, single
  }

  private var state = State.plain
  private var parameters: [UInt8] = []

  /// A longer sequence is no key's.
  private static let parameterLimit = 16

  package init() {}

  /// Whether it waits for the rest of a sequence; a lone Escape looks like the beginning of one.
  package var isWaiting: Bool { state != .plain }

  /// Takes a byte; nil where more are needed, or the byte is part of no key.
  package mutating func take(_ byte: UInt8) -> Key? {
    switch state {
    case .plain: return plain(byte)
    case .escape:
      switch byte {
      case 0x5b: state = .sequence
      case 0x4f: state = .single
      case 0x1b: return .escape
      default:
        // Alt with a key.
        state = .plain
        return .unknown
      }
      return nil
    case .single:
      state = .plain
      return key(final: byte)
    case .sequence:
      if byte == 0x1b {
        // The sequence was cut off, and another begins.
        parameters.removeAll()
        state = .escape
        return nil
      }
      guard byte >= 0x40, byte <= 0x7e else {
        if parameters.count < Self.parameterLimit { parameters.append(byte) }
        return nil
      }
      defer { parameters.removeAll() }
      state = .plain
      return key(final: byte)
    }
  }

  /// Says that nothing more came for a while: what looked like the beginning of a sequence was Escape.
  package mutating func pause() -> Key? {
    defer {
      state = .plain
      parameters.removeAll()
    }
    return state == .escape ? .escape : nil
  }

  private mutating func plain(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x1b:
      state = .escape
      return nil
    case 0x03: return .interrupt
    case 0x04: return .endOfInput
    case 0x1a: return .suspend
    case 0x0a, 0x0d: return .enter
    case 0x08, 0x7f: return .backspace
    case 0x20...0x7e: return .character(Character(Unicode.Scalar(byte)))
    // Parts of a character that is not ASCII, which no key here is.
    case 0x80...: return nil
    default: return .unknown
    }
  }

  private func key(final: UInt8) -> Key {
    switch final {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return .right
    case UInt8(ascii: "D"): return .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "~"): break
    default: return .unknown
    }
    // What is held down with the key follows a semicolon.
    switch String(decoding: parameters.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self) {
    case "1", "7": return .home
    case "4", "8": return .end
    case "5": return .pageUp
    case "6": return .pageDown
    default: return .unknown
    }
  }
}
