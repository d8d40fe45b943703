import JSON
import Quantities

/// Takes from a line what terminals and log systems put around it: colour codes, the JSON of
/// journald and of Docker, the prefix of Docker Compose. A time in front of the line (syslog,
/// journald, `docker logs -t`) is read and left in place: layouts look for their words anywhere.
struct LogUnwrapper: ~Copyable {
  struct Line {
    var text: UnsafeRawBufferPointer
    var time: LogTime?

    /// The text behind the time that stands in front of it; nil if none does.
    var textBehindTime: UnsafeRawBufferPointer? {
      guard let stamp = time?.text, let start = text.baseAddress, let front = stamp.baseAddress,
        start <= front, front + stamp.count <= start + text.count
      else { return nil }
      return text.view((front - start + stamp.count)...)
    }
  }

  private var plain = ScratchBuffer()
  private var message = ScratchBuffer()
  private let parser = JSONParser()

  /// The line in it. Views are valid until the next call and as long as `line` is.
  mutating func unwrap(_ line: UnsafeRawBufferPointer) -> Line {
    let text = withoutColours(line)
    if text.first == UInt8(ascii: "{"), let carried = carriedLine(text) { return carried }
    let bare = Self.withoutComposePrefix(text)
    return Line(text: bare, time: Self.leadingTime(of: bare))
  }

  // MARK: Colours

  /// The text without the escape sequences of terminals (ECMA-48, control sequences).
  private mutating func withoutColours(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard var escape = line.offset(of: 0x1B) else { return line }
    plain.removeAll()
    var start = 0
    while true {
      plain.append(line.view(start..<escape))
      start = escape + 1
      if start < line.count, line[start] == UInt8(ascii: "[") {
        // Parameters up to a final byte.
        start += 1
        while start < line.count, !(0x40...0x7E ~= line[start]) { start += 1 }
        start = min(start + 1, line.count)
      }
      guard let next = line.offset(of: 0x1B, from: start) else { break }
      escape = next
    }
    plain.append(line.view(start...))
    return plain.bytes
  }

  // MARK: Lines in JSON

  /// The message of an entry of `journalctl -o json` or of Docker's JSON files; nil if it is none.
  private mutating func carriedLine(_ text: UnsafeRawBufferPointer) -> Line? {
    guard let entry = try? parser.parse(text), entry.kind == .object else { return nil }
    if let value = entry["MESSAGE"], let stamp = entry["__REALTIME_TIMESTAMP"]?.text {
      guard let carried = self.text(of: value) else { return nil }
      let instant = DecimalNumber(utf8: stamp).flatMap { Instant(sinceEpoch: $0, unit: -6) }
      return Line(text: carried, time: instant.map { LogTime($0, text: stamp) })
    }
    guard let log = entry["log"]?.text, let stamp = entry["time"]?.text else { return nil }
    let end = log.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { $0 + 1 } ?? 0
    let instant = Instant(rfc3339: stamp)
    return Line(text: copied(log.view(..<end)), time: instant.map { LogTime($0, text: stamp) })
  }

  /// journald writes text with control characters as an array of bytes.
  private mutating func text(of value: JSONValue) -> UnsafeRawBufferPointer? {
    if let text = value.text { return copied(text) }
    guard value.kind == .array else { return nil }
    message.removeAll()
    for element in value.elements {
      guard let number = element.int64, let byte = UInt8(exactly: number) else { return nil }
      message.append(byte)
    }
    return withoutColours(message.bytes)
  }

  private mutating func copied(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    message.removeAll()
    message.append(text)
    return withoutColours(message.bytes)
  }

  // MARK: Prefixes

  /// Without `name  | `.
  private static func withoutComposePrefix(
    _ text: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    let name = text.firstWord()
    let rest = text.view(name.count...).droppingBlanks()
    guard name.count < text.count, let behind = rest.after("| "),
      name.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "{") })
    else { return text }
    return behind
  }

  /// `Oct 11 11:42:45`, `2023-10-11T11:42:45+02:00`, with `<30>` and `1 ` of syslog before it.
  private static func leadingTime(of text: UnsafeRawBufferPointer) -> LogTime? {
    var text = text
    let priority = text.view(..<min(6, text.count))
    if priority.first == UInt8(ascii: "<"), let end = priority.offset(of: UInt8(ascii: ">")) {
      text = text.view((end + 1)...)
      text = text.after("1 ") ?? text
    }
    guard let first = text.first else { return nil }
    let isDigit = first &- UInt8(ascii: "0") < 10
    return LogTime(at: text, isDigit ? .iso8601 : .syslog)
  }
}
