import EventLog
import Glibc
import Projections
import Quantities

/// What is demanded of a ledger after a crash. Run in a child process: damage that LMDB notices may
/// abort it, a cut file may kill it.
struct LedgerCheck {
  /// The last position that was promised.
  var acknowledged: UInt64
  /// The positions that a commit may end at; nil if any will do.
  var commits: Set<UInt64>?
  /// The events that the log must be a beginning of, or that must be its beginning.
  var expected: [EventFingerprint]
  /// Lines that are sent again, as nobody knows whether they are there.
  var fed: [FedEvent] = []
  /// Whether to bring the read models up to date and compare them with a fresh build.
  var checksModels = false

  /// Throws ``Problem`` if anything is not as promised. Appends to the ledger.
  func run(on path: String) throws {
    let ledger = try open(path)
    var events = try checkLog(ledger)
    if checksModels { try checkModels(of: ledger) }
    if !fed.isEmpty {
      try fed.resend(to: ledger)
      let all = try EventFingerprint.all(in: ledger)
      guard all.count == max(events.count, Int(fed.last?.position ?? 0)) else {
        throw Problem("with what was sent again there are \(all.count) events")
      }
      guard all.prefix(events.count) == events[...] else {
        throw Problem("sending again has changed what was there")
      }
      events = all
    }
    try append(to: ledger, head: events.count)
    let again = try EventFingerprint.all(in: ledger)
    guard again.count == events.count + Self.appended else {
      throw Problem("appended to \(events.count) events and found \(again.count)")
    }
    guard again.prefix(events.count) == events[...] else {
      throw Problem("appending has changed what was there")
    }
  }

  /// Opens the ledger, or makes it where nothing was promised yet.
  private func open(_ path: String) throws -> Ledger {
    do {
      return try Ledger.open(at: path)
    } catch LedgerError.notALedger where acknowledged == 0 {
      return try Ledger.create(at: path)
    }
  }

  /// Reads every event.
  private func checkLog(_ ledger: Ledger) throws -> [EventFingerprint] {
    let found = try EventFingerprint.all(in: ledger)
    guard found.count >= acknowledged else {
      throw Problem("\(acknowledged) events were acknowledged, and \(found.count) are there")
    }
    if let commits, !commits.contains(UInt64(found.count)) {
      throw Problem("\(found.count) events: a commit is there in part")
    }
    for (index, (one, other)) in zip(found, expected).enumerated() where one != other {
      throw Problem("the event at position \(index + 1) is not the one that was recorded")
    }
    return found
  }

  private func checkModels(of ledger: Ledger) throws {
    for comparison in try ReadModels.verify(for: ledger, workers: 1)
    where comparison.isSame == false {
      throw Problem("the read model \(comparison.model.name) is not what the log gives")
    }
  }

  private static let appended = 3

  /// Three commits, so that freed pages are used again: a new station, a large body, an old station.
  private func append(to ledger: Ledger, head: Int) throws {
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
