import EventLog
import Foundation
import Quantities
import Sessions
import Tariffs
import Testing

@testable import Projections

@Suite("Whole read models as of an earlier position")
struct PastModelsTests {
  @Test("are not built where there is no name, or where the ledger keeps its own")
  func places() throws {
    let control = try TestLedger()
    try control.publishSite()
    #expect(throws: PastModelsError.noDirectory) {
      try PastModels.build(of: control.ledger, through: 1, into: "")
    }
    let inside = control.ledger.path + "/models/sessions/v7-9"
    #expect(throws: PastModelsError.insideLedger(inside)) {
      try PastModels.build(of: control.ledger, through: 1, into: inside)
    }
    #expect(!FileManager.default.fileExists(atPath: inside))
  }

  /// A ledger that was recorded on several days: sessions, a tariff that came later, a late record,
  /// and a stop by a timer.
  private func recorded() throws -> TestLedger {
    let control = try TestLedger(at: instant("2026-03-03T00:00:00Z"))
    try control.publishSite("depot", ["CP-1", "CP-2"])
    let fleet = try Fleet(seed: 31)
    try control.load(
      Visit(transaction: 1, start: instant("2026-03-02T08:00:00Z")),
      Visit(station: "CP-2", transaction: 1, start: instant("2026-03-02T09:00:00Z")))
    control.clock.set(instant("2026-03-09T00:00:00Z"))
    try control.load(trace: fleet.trace)
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    control.clock.set(instant("2026-03-10T00:00:00Z"))
    try control.load(Visit(transaction: 2, start: instant("2026-03-02T06:00:00Z")))
    return control
  }

  /// A ledger with the first records of another one, and nothing behind.
  private func truncated(_ control: TestLedger, at position: UInt64) throws -> TestLedger {
    let short = try TestLedger(at: instant("2020-01-01T00:00:00Z"))
    var records: [(Envelope, [UInt8], String?)] = []
    try control.ledger.read { log in
      try log.forEachEvent(from: 1, through: position) { envelope, body in
        records.append(
          (
            envelope, Array(body),
            envelope.station == 0 ? nil : try log.stationName(envelope.station)
          ))
        return true
      }
    }
    for time in Set(records.map(\.0.recordedAt)).sorted() {
      short.clock.set(time)
      try short.ledger.append { batch in
        for (envelope, body, name) in records where envelope.recordedAt == time {
          let station = try name.map { try batch.stationID(named: $0) } ?? 0
          let event = NewEvent(
            kind: envelope.kind, station: station, direction: envelope.direction,
            receivedAt: envelope.receivedAt, flags: envelope.flags)
          _ = try body.withUnsafeBytes { try batch.append(event, body: $0) }
        }
      }
    }
    return short
  }

  @Test("They have the digests of a ledger that was cut off there, wherever that is")
  func truncation() throws {
    let control = try recorded()
    let head = try control.ledger.head()
    for position in [1, 5, 14, head / 3, head / 2, head - 9, head - 1, head] {
      let past = try PastModels.build(
        of: control.ledger, through: position, into: control.directory + "/as-of-\(position)",
        workers: 3)
      let expected = try truncated(control, at: position).models().allDigests()
      #expect(try past.digests(for: control.ledger) == expected, "position \(position)")
    }
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A query reads them with the facts of then, while the ledger goes on")
  func query() throws {
    let control = try recorded()
    let position = try PastLog.position(
      in: control.ledger, recordedBy: instant("2026-03-04T00:00:00Z"))
    let path = control.directory + "/past"
    let built = try PastModels.build(of: control.ledger, through: position, into: path)
    #expect(built.position == position && built.recordedAt == instant("2026-03-03T00:00:00Z"))
    try control.load(Visit(transaction: 3, start: instant("2026-03-11T06:00:00Z")))

    let models = try PastModels(at: path, of: control.ledger).open(for: control.ledger)
    let then = try models.sessions()
    #expect(then.map(\.stationName) == ["CP-1", "CP-2"])
    #expect(then.allSatisfy { $0.cost == .unpriced(.noTariff) })
    let now = try control.sessions().filter { $0.session.id == then[0].session.id }
    #expect(now.first?.cents == "5.00")
    // What one session was told to be then is in them.
    let past = try PastLog(control.ledger, through: position)
    let told = try past.sessions(ofStation: then[0].session.station).map(\.session)
    #expect(told == [then[0].session])
  }

  @Test("Nothing is overwritten, and what does not belong together is refused")
  func refusals() throws {
    let control = try recorded()
    let other = try TestLedger()
    try other.load(Visit(start: instant("2026-03-02T08:00:00Z")))
    let path = control.directory + "/past"
    _ = try PastModels.build(of: control.ledger, through: 3, into: path)

    #expect(throws: PastModelsError.notEmpty(path)) {
      try PastModels.build(of: control.ledger, through: 4, into: path)
    }
    #expect(throws: PastModelsError.noSuchPosition(0)) {
      try PastModels.build(of: control.ledger, through: 0, into: path + "-0")
    }
    #expect(throws: PastModelsError.noSuchPosition(1_000_000)) {
      try PastModels.build(of: control.ledger, through: 1_000_000, into: path + "-0")
    }
    #expect(throws: PastModelsError.otherLog(path)) {
      try PastModels(at: path, of: other.ledger)
    }
    #expect(throws: PastModelsError.notBuilt(path + "-0")) {
      try PastModels(at: path + "-0", of: control.ledger)
    }
    let file = path + "/as-of.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacing("sessions ", with: "sessions 0").write(
      toFile: file, atomically: true, encoding: .utf8)
    #expect(throws: PastModelsError.otherVersion(path)) {
      try PastModels(at: path, of: control.ledger)
    }
  }
}
