import ChargerEvents
import EventLog
import OCPP
import Projections
import Quantities
import Sessions

/// The frames of some stations of a log in memory, and their fold into sessions: what is left of a
/// replay without the log below it and without prices and rows above it.
struct FrameFold: Sendable {
  private struct Frame {
    var start: Int
    var end: Int
    var station: Int
    var isFromStation: Bool
    var stamp: EventStamp
  }

  private var bytes: [UInt8] = []
  private var frames: [Frame] = []
  /// Enough sessions that handing them over costs little, few enough to stay in the cache.
  private static let sessionsBetweenBatches = 1000

  var count: Int { frames.count }

  /// Takes the frames of every `count`-th station.
  init(of ledger: Ledger, worker: Int, of count: Int) throws {
    try ledger.scan { envelope, body in
      guard envelope.kind.isOCPPFrame, Int(envelope.station) % count == worker else { return true }
      let start = bytes.count
      bytes.append(contentsOf: body)
      frames.append(
        Frame(
          start: start, end: bytes.count, station: Int(envelope.station) / count,
          isFromStation: envelope.direction == .fromStation,
          stamp: EventStamp(position: envelope.position, receivedAt: envelope.receivedAt)))
      return true
    }
  }

  /// Decodes and folds all frames with all rules. Returns the sum of the energy of all sessions, in
  /// mWh, which depends on no order of stations.
  func fold() -> UInt64 {
    let reader = FrameReader()
    var stations: [FoldedStation] = []
    var changes = SessionChanges()
    var energy: UInt64 = 0
    func takeSessions() {
      for session in changes.sessions {
        energy &+= UInt64(bitPattern: session.energy.milliwattHours)
      }
      changes.removeAll()
    }
    bytes.withUnsafeBytes { bytes in
      for frame in frames {
        while stations.count <= frame.station {
          stations.append(FoldedStation(number: stations.count))
        }
        stations[frame.station].apply(
          UnsafeRawBufferPointer(rebasing: bytes[frame.start..<frame.end]),
          fromStation: frame.isFromStation, frame.stamp, reader, &changes)
        if changes.count >= Self.sessionsBetweenBatches { takeSessions() }
      }
    }
    takeSessions()
    return energy
  }

  /// Folds each part by a worker of its own.
  static func fold(_ parts: [FrameFold]) throws -> UInt64 {
    try inParallel(parts) { $0.fold() }.reduce(0, &+)
  }
}

/// What a fold keeps of one station.
struct FoldedStation {
  private var decoder = OCPPDecoder()
  private var fold: StationFold

  init(number: Int) {
    fold = StationFold(
      station: StationID(rawValue: UInt32(number)), stationName: "CP-\(number)")
  }

  mutating func apply(
    _ frame: UnsafeRawBufferPointer, fromStation: Bool, _ stamp: EventStamp,
    _ reader: FrameReader, _ changes: inout SessionChanges
  ) {
    decoder.decode(frame, fromStation: fromStation, reader: reader) { event, readings in
      fold.apply(
        event, readings: readings, stamp: stamp, history: NoHistory(), changes: &changes)
    }
  }
}
