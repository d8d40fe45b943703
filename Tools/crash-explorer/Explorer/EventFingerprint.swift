import Bytes
import EventLog
import Quantities

/// An event, as short as it can be told from any other.
struct EventFingerprint: Equatable, Sendable {
  var envelope: Envelope
  var bodyBytes: Int
  var bodyChecksum: UInt32

  init(_ envelope: Envelope, _ body: UnsafeRawBufferPointer) {
    self.envelope = envelope
    bodyBytes = body.count
    bodyChecksum = CRC32C.checksum(body)
  }

  /// Whether it can be what `log append` made of the line.
  func isEvent(of line: FedLine) -> Bool {
    envelope.kind == line.event.kind && envelope.direction == line.event.direction
      && envelope.receivedAt == line.event.receivedAt && bodyBytes == line.body.count
      && bodyChecksum == line.body.withUnsafeBytes { CRC32C.checksum($0) }
  }

  static func all(inLedger path: String) throws -> [EventFingerprint] {
    try all(in: Ledger.open(at: path))
  }

  /// All events of a ledger, each with a right checksum and a right place in its stream.
  static func all(in ledger: Ledger) throws -> [EventFingerprint] {
    var events: [EventFingerprint] = []
    var streams: [UInt32: Stream] = [:]
    var bodyBytes = 0
    try ledger.scan { envelope, body in
      events.append(EventFingerprint(envelope, body))
      let last = streams[envelope.station]?.last ?? 0
      guard envelope.previousOfStream == last else {
        throw Problem("the event at position \(envelope.position) is not linked to its stream")
      }
      streams[envelope.station, default: Stream()].add(envelope)
      bodyBytes += body.count
      return true
    }
    try checkTables(of: ledger, streams: streams, events: events.count, bodyBytes: bodyBytes)
    return events
  }

  /// What is stored beside the events must agree with them.
  private static func checkTables(
    of ledger: Ledger, streams: [UInt32: Stream], events: Int, bodyBytes: Int
  ) throws {
    let statistics = try ledger.statistics()
    guard statistics.events == UInt64(events), statistics.bodyBytes == UInt64(bodyBytes) else {
      throw Problem("the totals of the log do not agree with its events")
    }
    try ledger.read { snapshot in
      for (station, head) in streams {
        let stored = try snapshot.streamHead(of: station)
        let name = try snapshot.stationName(station)
        guard let stored, head.agrees(with: stored), station == 0 || name != nil else {
          throw Problem("the head or the name of station \(station) does not agree with its events")
        }
      }
    }
  }
}

/// A stream as its events tell it.
private struct Stream {
  var last: UInt64 = 0
  private var count: UInt64 = 0
  private var greatest = Instant.distantPast

  mutating func add(_ envelope: Envelope) {
    last = envelope.position
    count += 1
    greatest = max(greatest, envelope.receivedAt)
  }

  func agrees(with head: StreamHead) -> Bool {
    head.lastPosition == last && head.count == count && head.greatestReceivedAt == greatest
  }
}
