import EventLog
import Foundation
import JSON
import Quantities

/// One event as one line of JSON.
enum EventLine {
  /// The envelope, and the body as it was received: text if it is UTF-8, else base64.
  static func json(
    _ envelope: Envelope, station: String?, _ body: UnsafeRawBufferPointer
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("position", envelope.position)
      json.member("kind", envelope.kind.name)
      json.member("station", station)
      json.member("direction", envelope.direction.name)
      json.member("received_at", envelope.receivedAt.rfc3339)
      json.member("recorded_at", envelope.recordedAt.rfc3339)
      json.member("previous_of_station", envelope.previousOfStream)
      json.member("rebuilt_from_payload", envelope.flags.contains(.rebuiltFromPayload))
      if let text = String(validating: body, as: UTF8.self) {
        json.member("body", text)
      } else {
        json.member("body_base64", Data(body).base64EncodedString())
      }
    }
    json.endLine()
    return json.bytes
  }
}

extension EventKind {
  /// As programs read it.
  var name: String {
    switch self {
    case .ocpp16: "ocpp1.6"
    case .ocpp201: "ocpp2.0.1"
    case .ocpp21: "ocpp2.1"
    case .ocppUnknown: "ocpp"
    case .siteFact: "site"
    case .tariffFact: "tariff"
    case .tokenFact: "token"
    case .repriceFact: "reprice"
    case .correctionFact: "correction"
    case .tick: "tick"
    case .cdr: "cdr"
    case .tableRow: "table_row"
    case .ocpiSession: "ocpi_session"
    case .tableMap: "table_map"
    default: "kind_\(rawValue)"
    }
  }
}

extension Direction {
  /// As programs read it; nil where there is none.
  var name: String? {
    switch self {
    case .none: nil
    case .fromStation: "from_station"
    case .toStation: "to_station"
    }
  }
}
