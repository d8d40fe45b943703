import Bytes
import ChargerEvents
import EventLog
import OCPP
import Projections
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
    let reader = FrameReader()
    var decoders: [OCPPDecoder] = []
    var readings: UInt64 = 0
    try ledger.scan { envelope, body in
      guard envelope.kind.isOCPPFrame else { return true }
      let index = Int(envelope.station)
      while decoders.count <= index { decoders.append(OCPPDecoder()) }
      decoders[index].decode(
        body, fromStation: envelope.direction == .fromStation, reader: reader
      ) { _, found in readings += UInt64(found.count) }
      return true
    }
    return readings
  }

  /// Scans, decodes, folds into sessions and prices each session that is over, under the tariffs of
  /// the log. Nothing is written. Returns a hash of all costs.
  func foldAndPrice() throws -> UInt64 {
    let reader = FrameReader()
    var stations: [FoldedStation] = []
    var changes = SessionChanges()
    let context = RowContext(facts: try Facts(reading: ledger, through: try ledger.head()))
    var costs = StableHash64()
    var row = ByteWriter()
    func price(_ sessions: [Session]) {
      for session in sessions {
        context.stationName = context.facts.stationName(session.station)
        row.removeAll()
        CostRows().writeRow(for: session, in: context, into: &row)
        row.withUnsafeBytes { costs.combine(sized: $0) }
      }
    }
    try ledger.scan { envelope, body in
      guard envelope.kind.isOCPPFrame else { return true }
      let index = Int(envelope.station)
      while stations.count <= index { stations.append(FoldedStation(number: stations.count)) }
      let stamp = EventStamp(position: envelope.position, receivedAt: envelope.receivedAt)
      stations[index].apply(
        body, fromStation: envelope.direction == .fromStation, stamp, reader, &changes)
      if changes.count >= 1000 {
        price(changes.sessions)
        changes.removeAll()
      }
      return true
    }
    price(changes.sessions)
    return costs.value
  }
}
