import ChargerEvents
import EventLog
import JSON
import OCPP
import Sessions

/// The stages of a replay, one more with each call, so that their differences show where time goes.
/// Each returns a number that depends on all that it did.
struct FoldStages {
  let ledger: Ledger

  /// Reads every record and checks its checksum. Returns the bytes of the bodies.
  func scan() throws -> UInt64 {
    var bytes: UInt64 = 0
    try ledger.scan { _, body in
      bytes += UInt64(body.count)
      return true
    }
    return bytes
  }

  /// Scans and decodes. Returns the number of meter readings.
  func decode() throws -> UInt64 {
    let parser = JSONParser()
    var decoders: [OCPPDecoder] = []
    var readings: UInt64 = 0
    try ledger.scan { envelope, body in
      guard envelope.kind.isOCPPFrame else { return true }
      let index = Int(envelope.station)
      while decoders.count <= index { decoders.append(OCPPDecoder()) }
      decoders[index].decode(
        body, fromStation: envelope.direction == .fromStation, parser: parser
      ) { _, found in readings += UInt64(found.count) }
      return true
    }
    return readings
  }

  /// Scans, decodes and folds into sessions that are dropped when they are over. Returns the
  /// number of closed sessions.
  func fold() throws -> UInt64 {
    let parser = JSONParser()
    var stations: [Station] = []
    var changes = SessionChanges()
    var sessions: UInt64 = 0
    try ledger.scan { envelope, body in
      guard envelope.kind.isOCPPFrame else { return true }
      let index = Int(envelope.station)
      while stations.count <= index { stations.append(Station(number: stations.count)) }
      let stamp = EventStamp(position: envelope.position, receivedAt: envelope.receivedAt)
      stations[index].apply(
        body, fromStation: envelope.direction == .fromStation, stamp, parser, &changes)
      if changes.sessions.count >= 1000 {
        sessions += UInt64(changes.sessions.count)
        changes.removeAll()
      }
      return true
    }
    return sessions + UInt64(changes.sessions.count)
  }

  /// A class for the same reason as in the projections: two folds borrow parts of it at once.
  private final class Station {
    private var decoder = OCPPDecoder()
    private var fold: StationFold

    init(number: Int) {
      fold = StationFold(
        station: StationID(rawValue: UInt32(number)), stationName: "CP-\(number)")
    }

    func apply(
      _ frame: UnsafeRawBufferPointer, fromStation: Bool, _ stamp: EventStamp,
      _ parser: JSONParser, _ changes: inout SessionChanges
    ) {
      decoder.decode(frame, fromStation: fromStation, parser: parser) { event, readings in
        fold.apply(
          event, readings: readings, stamp: stamp, history: NoHistory(), changes: &changes)
      }
    }
  }
}
