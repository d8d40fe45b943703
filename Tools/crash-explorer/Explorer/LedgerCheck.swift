import Bytes
import EventLog
import Glibc
import Projections
import Quantities

/// What is demanded of a ledger after a crash. Run in a child process: damage that LMDB notices may
/// abort it, a cut file may kill it.
struct LedgerCheck {
  /// The last position whose commit had returned.
  var acknowledged: UInt64
  /// The positions that a commit may end at; nil if any will do.
  var commits: Set<UInt64>?
  /// The events that the log must be a beginning of, or that must be its beginning.
  var expected: [EventFingerprint]
  /// Whether to bring the read models up to date and compare them with a fresh build.
  var checksModels: Bool

  /// Throws ``Problem`` if anything is not as promised. Appends to the ledger.
  func run(on path: String) throws {
    let head = try checkLog(path)
    if checksModels { try checkModels(path) }
    try append(to: path, head: head)
    let again = try EventFingerprint.all(inLedger: path)
    guard again.count == head + Self.appended else {
      throw Problem("appended to \(head) events and found \(again.count)")
    }
    try compare(Array(again.prefix(head)))
  }

  /// Opens the ledger, or makes it where nothing was promised yet, and reads every event.
  private func checkLog(_ path: String) throws -> Int {
    do {
      let found = try EventFingerprint.all(inLedger: path)
      guard found.count >= acknowledged else {
        throw Problem("\(acknowledged) events were acknowledged, and \(found.count) are there")
      }
      if let commits, !commits.contains(UInt64(found.count)) {
        throw Problem("\(found.count) events: a commit is there in part")
      }
      try compare(found)
      return found.count
    } catch LedgerError.notALedger where acknowledged == 0 {
      try Ledger.create(at: path)
      return 0
    }
  }

  private func compare(_ found: [EventFingerprint]) throws {
    for (index, (one, other)) in zip(found, expected).enumerated() where one != other {
      throw Problem("the event at position \(index + 1) is not the one that was recorded")
    }
  }

  private func checkModels(_ path: String) throws {
    let ledger = try Ledger.open(at: path)
    for comparison in try ReadModels.verify(for: ledger, workers: 1)
    where comparison.isSame == false {
      throw Problem("the read model \(comparison.model.name) is not what the log gives")
    }
  }

  private static let appended = 3

  /// Three commits, so that freed pages are used again: a new station, a large body, an old station.
  private func append(to path: String, head: Int) throws {
    let ledger = try Ledger.open(at: path)
    for (number, bodyBytes) in [40, 9000, 300].enumerated() {
      let body = [UInt8](repeating: UInt8(number), count: bodyBytes)
      let position = try ledger.append { batch in
        let station = try batch.stationID(named: number == 1 ? "after" : "after the crash")
        return try body.withUnsafeBytes { bytes in
          try batch.append(
            NewEvent(kind: .ocppUnknown, station: station, receivedAt: .distantPast), body: bytes)
        }
      }
      guard position == UInt64(head + number + 1) else {
        throw Problem("an append behind \(head + number) got the position \(position)")
      }
    }
  }
}

/// An event, as short as it can be told from any other.
struct EventFingerprint: Equatable, Sendable {
  var envelope: Envelope
  var bodyBytes: Int
  var bodyChecksum: UInt32

  /// All events of a ledger, each with a right checksum and a right place in its stream.
  static func all(inLedger path: String) throws -> [EventFingerprint] {
    let ledger = try Ledger.open(at: path)
    var events: [EventFingerprint] = []
    var streams: [UInt32: Stream] = [:]
    var bodyBytes = 0
    try ledger.scan { envelope, body in
      events.append(
        EventFingerprint(
          envelope: envelope, bodyBytes: body.count, bodyChecksum: CRC32C.checksum(body)))
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
