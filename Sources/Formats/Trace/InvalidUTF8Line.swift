import JSON

/// Reads a line of JSON whose strings hold bytes that are not UTF-8.
///
/// Loggers write a station's bytes as they came, and JSON cannot hold them. To keep such a frame,
/// the line is parsed with `?` in the place of each bad byte; because the lengths are the same, the
/// place of a value in the copy is its place in the line.
struct InvalidUTF8Line: ~Copyable {
  private var copy = ScratchBuffer()
  private var unescaped = ScratchBuffer()

  /// A copy of `line` that is UTF-8. Valid until the next call.
  mutating func replacingBadBytes(of line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    copy.removeAll()
    var decoder = Unicode.UTF8.ForwardParser()
    var bytes = line.makeIterator()
    var offset = 0
    while true {
      switch decoder.parseScalar(from: &bytes) {
      case .valid(let scalar):
        copy.append(UnsafeRawBufferPointer(rebasing: line[offset..<offset + scalar.count]))
        offset += scalar.count
      case .error(let length):
        for _ in 0..<length { copy.append(UInt8(ascii: "?")) }
        offset += length
      case .emptyInput:
        return copy.bytes
      }
    }
  }

  /// The bytes of a string of the line itself, with escapes resolved. Valid until the next call.
  ///
  /// - Parameters:
  ///   - string: a string in the value that the copy was parsed to.
  ///   - root: that value.
  ///   - line: the line.
  mutating func text(
    of string: JSONValue, in root: JSONValue, line: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    let written = Self.written(string, in: root, line: line)
    unescaped.removeAll()
    JSONEscapes.resolve(
      UnsafeRawBufferPointer(rebasing: written.dropFirst().dropLast()), into: &unescaped)
    return unescaped.bytes
  }

  /// Whether a value reads the same in the copy and in the line.
  static func isIntact(
    _ value: JSONValue?, in root: JSONValue, line: UnsafeRawBufferPointer
  ) -> Bool {
    guard let value else { return true }
    return written(value, in: root, line: line).elementsEqual(value.rawText)
  }

  /// The bytes of a value in the line.
  private static func written(
    _ value: JSONValue, in root: JSONValue, line: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    let lead = line.prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.count
    guard let start = root.rawText.baseAddress, let place = value.rawText.baseAddress else {
      return value.rawText
    }
    let offset = lead + (place - start)
    return UnsafeRawBufferPointer(rebasing: line[offset..<offset + value.rawText.count])
  }
}

/// The escapes of JSON strings (RFC 8259, section 7).
enum JSONEscapes {
  /// Appends the bytes that `written` stands for. Escapes must be well formed, as a parser has
  /// found them; other bytes may be anything.
  static func resolve(_ written: UnsafeRawBufferPointer, into text: inout ScratchBuffer) {
    var offset = 0
    while offset < written.count {
      let byte = written[offset]
      guard byte == UInt8(ascii: "\\"), offset + 1 < written.count else {
        text.append(byte)
        offset += 1
        continue
      }
      let letter = written[offset + 1]
      offset += 2
      guard letter == UInt8(ascii: "u") else {
        text.append(character(of: letter))
        continue
      }
      var unit = hexadecimal(written, at: offset)
      offset += 4
      if 0xD800...0xDBFF ~= unit {
        let low = hexadecimal(written, at: offset + 2)
        unit = 0x10000 + (unit - 0xD800) << 10 + (low & 0x3FF)
        offset += 6
      }
      for byte in String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8 { text.append(byte) }
    }
  }

  private static func character(of letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
  }

  private static func hexadecimal(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
    guard offset + 4 <= bytes.count else { return 0xFFFD }
    let digits = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
    return UInt32(digits, radix: 16) ?? 0xFFFD
  }
}
