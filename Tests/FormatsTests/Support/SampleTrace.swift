import EventLog
import JSON
import Quantities

/// Traces and ledgers for tests of the import.
enum Sample {
  /// 2024-01-15T10:00:00Z.
  static let start = Instant(millisecondsSinceEpoch: 1_705_312_800_000)

  /// One line of a trace: a heartbeat with this id, received so many seconds after the start.
  static func line(_ id: String, station: String = "CS-1", second: Int = 0) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      let time = start.advanced(byMilliseconds: Int64(second) * 1000)
      writer.member("timestamp", time.rfc3339)
      writer.member("ocppVersion", "1.6")
      writer.member("chargePointId", station)
      writer.member("direction", "cp-to-csms")
      writer.member("raw", "[2,\"\(id)\",\"Heartbeat\",{}]")
    }
    return writer.string
  }
}

/// An event of a log, to compare.
struct LoggedFrame: Hashable, CustomStringConvertible {
  var kind: UInt8
  var station: String
  var receivedAt: Instant
  var body: String

  var description: String { "\(station) \(receivedAt.rfc3339) kind \(kind) \(body)" }
}

extension Ledger {
  /// All events in order.
  func frames() throws -> [LoggedFrame] {
    var frames: [LoggedFrame] = []
    try read { snapshot in
      let names = Dictionary(
        uniqueKeysWithValues: try snapshot.stations().map { ($0.id, $0.name) })
      try snapshot.forEachEvent { envelope, body in
        frames.append(
          LoggedFrame(
            kind: envelope.kind.rawValue, station: names[envelope.station] ?? "",
            receivedAt: envelope.receivedAt, body: String(decoding: body, as: UTF8.self)))
        return true
      }
    }
    return frames
  }
}
