import EventLog
import JSON
import Quantities

/// Reads the parts of an envelope from the texts that files hold for them, with what the options
/// add where a file is silent.
final class EnvelopeReader {
  private let timeZone: TimeZoneTable?
  private let defaultKind: EventKind
  private let defaultStation: UnsafeMutableRawBufferPointer

  init(_ options: ImportOptions) {
    let name = Array((options.station ?? "").utf8)
    timeZone = options.timeZone ?? options.columns?.timeZone
    defaultKind = options.kind
    defaultStation = .allocate(byteCount: name.count, alignment: 1)
    defaultStation.copyBytes(from: name)
  }

  deinit { defaultStation.deallocate() }

  /// The station's name, from the file or else from the options.
  func station(_ text: UnsafeRawBufferPointer?) throws(RejectReason) -> UnsafeRawBufferPointer {
    let written = text.map { $0.trimmingBlanks() } ?? UnsafeRawBufferPointer(start: nil, count: 0)
    let name = written.isEmpty ? UnsafeRawBufferPointer(defaultStation) : written
    guard !name.isEmpty else { throw .noStation }
    guard name.count <= ImportRecord.stationNameByteLimit else {
      throw .stationNameTooLong(byteCount: name.count)
    }
    guard name.isUTF8 else { throw .stationNotUTF8 }
    return name
  }

  /// The recorder's time. A local time that comes twice is taken as the earlier one, one that was
  /// skipped as the moment of the change, so that a line's time depends on no other line.
  func time(_ text: UnsafeRawBufferPointer?) throws(RejectReason) -> Instant {
    guard let text = text?.trimmingBlanks(), !text.isEmpty else { throw .noTime }
    guard let parsed = Instant.parse(rfc3339: text) else { throw .unreadableTime(text.excerpt) }
    return try instant(parsed, text: text)
  }

  /// The moment that `text` was parsed to, by the clocks of the zone if it has no offset.
  func instant(
    _ parsed: Instant.Parsed, text: UnsafeRawBufferPointer
  ) throws(RejectReason) -> Instant {
    switch parsed {
    case .instant(let instant): return instant
    case .local(let local):
      guard let timeZone else { throw .timeWithoutOffset(text.excerpt) }
      return timeZone.instants(forLocal: local).first
    }
  }

  /// The direction; nil if the file does not tell it.
  func direction(_ text: UnsafeRawBufferPointer?) throws(RejectReason) -> Direction? {
    guard let text = text?.trimmingBlanks(), !text.isEmpty else { return nil }
    if text.isAny(of: Self.wordsFromStation) { return .fromStation }
    if text.isAny(of: Self.wordsToStation) { return .toStation }
    throw .unreadableDirection(text.excerpt)
  }

  /// The OCPP version: `1.6`, `OCPP1.6J`, `ocpp2.0.1`, … Another version than those that can be
  /// decoded is unknown.
  func kind(_ text: UnsafeRawBufferPointer?) -> EventKind {
    guard let text = text?.trimmingBlanks(), !text.isEmpty else { return defaultKind }
    let number = text.drop { !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0) }
    if number.starts(with: "1.6".utf8) { return .ocpp16 }
    if number.starts(with: "2.0".utf8) { return .ocpp201 }
    if number.starts(with: "2.1".utf8) { return .ocpp21 }
    return .ocppUnknown
  }

  /// The event's name: 32 hexadecimal digits, with hyphens between them if it is written as a UUID.
  /// nil if there is none.
  func eventID(_ value: JSONValue?) throws(RejectReason) -> EventID? {
    guard let value, !value.isNull else { return nil }
    guard let text = value.text, let id = EventID(hexadecimal: text) else {
      throw .unreadableEventID
    }
    return id
  }

  // The words of the trace format, and those of back ends' logs, which speak for the back end.
  private static let wordsFromStation: [StaticString] = [
    "cp-to-csms", "cs-to-csms", "from-station", "in", "msg-in", "recv", "receive", "received",
    "incoming", "inbound",
  ]
  private static let wordsToStation: [StaticString] = [
    "csms-to-cp", "csms-to-cs", "to-station", "out", "msg-out", "send", "sent", "outgoing",
    "outbound",
  ]
}

extension EventID {
  /// From 32 hexadecimal digits of either case; hyphens do not count.
  fileprivate init?(hexadecimal text: UnsafeRawBufferPointer) {
    var digitCount = 0
    var words: (low: UInt64, high: UInt64) = (0, 0)
    for character in text where character != UInt8(ascii: "-") {
      guard digitCount < 32, let digit = Character(Unicode.Scalar(character)).hexDigitValue else {
        return nil
      }
      // Two digits a byte, the upper one first; the first byte of a word is its lowest.
      let shift = UInt64(digitCount / 2 % 8 * 8 + (digitCount % 2 == 0 ? 4 : 0))
      if digitCount < 16 {
        words.low |= UInt64(digit) << shift
      } else {
        words.high |= UInt64(digit) << shift
      }
      digitCount += 1
    }
    guard digitCount == 32 else { return nil }
    self.init(low: words.low, high: words.high)
  }
}
