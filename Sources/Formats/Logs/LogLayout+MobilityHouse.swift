import Quantities

extension LogLayout {
  /// The Python library mobilityhouse/ocpp, and Home Assistant, which uses it:
  /// `2026-01-12 08:00:00.120 INFO (MainThread) [ocpp] CP-1: receive message [2,…]`.
  ///
  /// Stations are written with the library too, so the frames tell whose log it is.
  static let mobilityHouse = LogLayout(.mobilityHouse, recorder: nil) { line in
    guard let (end, way, frame) = libraryMessage(in: line) else { return nil }
    return LogLine(
      time: LogTime.first(in: line.view(..<end), .iso8601), station: libraryName(line.view(..<end)),
      way: way, frame: frame)
  }

  /// openWB, a station that uses the same library:
  /// `2026-01-12 08:00:00,120 - {ocpp:456} - {INFO:OCPP Client} - CP-1: send [2,…]`.
  static let openWB = LogLayout(.openWB, recorder: .station) { line in
    guard let (end, way, frame) = libraryMessage(in: line) else { return nil }
    let head = line.view(..<end)
    let name = head.lastWord()
    guard head.view(..<(end - name.count)).trimmingBlanks().suffix(3).elementsEqual("} -".utf8)
    else { return nil }
    return LogLine(
      time: LogTime.first(in: head, .iso8601), station: name, way: way, frame: frame)
  }

  /// Where the station's name ends, and what follows `: receive message` or `: send`.
  private static func libraryMessage(
    in line: UnsafeRawBufferPointer
  ) -> (nameEnd: Int, LogLine.Way, UnsafeRawBufferPointer)? {
    let head = line.head
    var start = 0
    while let colon = head.offset(of: UInt8(ascii: ":"), from: start) {
      let words = line.view((colon + 1)...)
      if let frame = words.after(" receive message ") { return (colon, .received, frame) }
      // Other things are sent too, so here a frame must follow.
      if let frame = words.after(" send message ") ?? words.after(" send "),
        frame.first == UInt8(ascii: "[")
      {
        return (colon, .sent, frame)
      }
      start = colon + 1
    }
    return nil
  }

  /// The last word; without `INFO:ocpp:`, which Python's basic configuration puts before it.
  private static func libraryName(_ head: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let word = head.lastWord()
    guard let marker = word.offset(of: ":ocpp:") else { return word }
    return word.view((marker + 6)...)
  }
}
