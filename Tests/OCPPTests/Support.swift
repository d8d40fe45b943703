import ChargerEvents
import JSON
import OCPP
import Quantities

/// A decoder with a parser and a plain way to ask.
struct Station {
  var decoder = OCPPDecoder()
  let reader = FrameReader()

  /// Decodes a frame and passes its event and readings on.
  mutating func decode<Result>(
    _ frame: String, fromStation: Bool = true,
    _ use: (ChargerEvent, [MeterReading]) throws -> Result
  ) rethrows -> Result {
    var result: Result?
    try Array(frame.utf8).withUnsafeBytes { body in
      try decoder.decode(body, fromStation: fromStation, reader: reader) { event, readings in
        result = try use(copy event, Array(readings))
      }
    }
    // `decode` calls its closure exactly once.
    return result!
  }

  /// The readings of a frame from the station.
  mutating func readings(_ frame: String) -> [MeterReading] { decode(frame) { $1 } }

  /// What kind of event a frame gives, as the name of its case.
  mutating func kind(_ frame: String, fromStation: Bool = true) -> String {
    decode(frame, fromStation: fromStation) { event, _ in
      switch event {
      case .transactionStarted: "transactionStarted"
      case .transactionStartAnswered: "transactionStartAnswered"
      case .transactionStopped: "transactionStopped"
      case .transactionEvent: "transactionEvent"
      case .meterValues(let values): values.isRetry ? "meterValues again" : "meterValues"
      case .statusNotification(let status):
        status.isRetry ? "statusNotification again" : "statusNotification"
      case .bootNotification: "bootNotification"
      case .message(let message): message.action.map { "message \($0)" } ?? "message"
      case .other: "other"
      case .unreadable(let reason): "unreadable: \(reason)"
      }
    }
  }
}

/// A MeterValues frame of 1.6 with the given samples.
func meterValues16(_ samples: String) -> String {
  #"[2,"m","MeterValues",{"connectorId":1,"transactionId":7,"meterValue":["#
    + #"{"timestamp":"2025-03-30T01:59:00Z","sampledValue":["# + samples + "]}]}]"
}

/// A moment by its RFC 3339 text.
func instant(_ text: String) -> Instant? { Instant(rfc3339: text) }

extension Energy {
  static func wattHours(_ value: Int64) -> Energy { Energy(milliwattHours: value * 1000) }
}
