import Bytes
import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// A session record with one hour of charging and an hour of parking, and 10 kWh.
func record(
  _ source: SessionRecord.Source = .cdr, names: [String] = ["session A", "cdr 1"],
  energy: Int64 = 10_000, knownAt: Int64 = 7_300, _ change: (inout SessionRecord) -> Void = { _ in }
) -> SessionRecord {
  var record = SessionRecord(
    source: source, names: names, id: "A", knownAt: time(knownAt), startedAt: time(0))
  record.endedAt = time(7_200)
  record.connector = 1
  record.energy = wattHours(energy)
  record.pieces = [
    .init(start: time(0), end: time(3_600), energy: wattHours(energy), activity: .charging),
    .init(start: time(3_600), end: time(7_200), energy: .zero, activity: .parking),
  ]
  record.hasPeriods = true
  change(&record)
  return record
}

/// Folds records of one station, in this order, at positions from 1.
struct Folded {
  var fold = StationFold(station: StationID(rawValue: 1), stationName: "CP-1")
  var changes = SessionChanges()
  var position: UInt64 = 0

  init(_ records: SessionRecord...) { for record in records { add(record) } }

  mutating func add(_ record: SessionRecord) {
    position += 1
    let stamp = EventStamp(position: position, receivedAt: record.knownAt)
    fold.apply(record, stamp: stamp, history: NoHistory(), changes: &changes)
  }

  /// Goes on as from a checkpoint.
  mutating func storeState() throws {
    var writer = ByteWriter()
    fold.encode(into: &writer)
    fold = try writer.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      return try StationFold(decoding: &reader)
    }
  }

  /// All sessions, closed ones first.
  var sessions: [Session] { changes.sessions.filter { $0.state == .closed } + fold.open }
}

@Suite("Sessions without frames")
struct SessionRecordTests {
  @Test("periods become the curve, the states and the pieces that tariffs price")
  func periods() throws {
    let session = try #require(Folded(record()).sessions.first)
    #expect(session.grain == .periods && session.energyEvidence == .importedTotal)
    #expect(session.state == .closed && session.endedAt == time(7_200) && !session.isEstimated)
    #expect(session.energy == wattHours(10_000) && session.codes == [.coarsePeriods])
    #expect(session.states.map(\.state) == [.charging, .suspendedEV])
    let pieces = session.intervals
    #expect(pieces.map(\.activity) == [.charging, .suspendedEV])
    #expect(pieces.map(\.energy) == [wattHours(10_000), .zero])
    #expect(pieces[0].maxPower == Power(milliwatts: 10_000_000))
  }

  @Test("stated power and current are those of the piece, and of no other")
  func extremes() throws {
    let folded = Folded(
      record {
        $0.pieces[0].minPower = Power(milliwatts: 5)
        $0.pieces[0].maxPower = Power(milliwatts: 9)
        $0.pieces[0].maxCurrent = Current(milliamperes: 7)
      })
    let pieces = try #require(folded.sessions.first).intervals
    #expect(pieces[0].minPower == Power(milliwatts: 5))
    #expect(pieces[0].maxPower == Power(milliwatts: 9))
    #expect(pieces[0].maxCurrent == Current(milliamperes: 7))
    #expect(pieces[1].maxPower == Power(milliwatts: 0) && pieces[1].maxCurrent == nil)
  }

  @Test("a total is a straight line, and says so")
  func total() throws {
    let folded = Folded(record(.tableRow, names: ["row 1"]) { $0.hasPeriods = false })
    let session = try #require(folded.sessions.first)
    #expect(session.grain == .total && session.codes == [.coarseTotal])
  }

  @Test("a session comes back from its row with all that records gave it")
  func codec() throws {
    let billed = BilledAmount(
      currency: try #require(CurrencyCode("EUR")), exclVAT: ExactAmount(flat: -1_500_000),
      inclVAT: nil)
    for session in Folded(record { $0.billed = billed }).sessions {
      var writer = ByteWriter()
      var session = session
      session.chargeName = "charge"
      session.encode(into: &writer)
      let read = try writer.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes)
        return try Session(decoding: &reader)
      }
      #expect(read == session && read.billed == billed)
    }
  }

  @Test("the same record again changes nothing but a count; a later one takes its place")
  func versions() throws {
    let folded = Folded(record(), record(), record(energy: 12_000))
    #expect(folded.sessions.count == 1)
    let session = try #require(folded.sessions.first)
    #expect(session.energy == wattHours(12_000) && session.openedAtPosition == 1)
    #expect(session.codes == [.coarsePeriods, .coarseReplaced, .coarseRepeated])
    #expect(session.findings.first { $0.code == .coarseReplaced }?.positions == [1])
  }

  @Test("an OCPI Session is open until it ends; its CDR takes its place and keeps it")
  func sessionThenCDR() throws {
    var folded = Folded(
      record(.ocpiSession, names: ["session A"], energy: 3_000, knownAt: 1_800) {
        $0.isOngoing = true
        $0.endedAt = nil
      })
    #expect(folded.fold.open.map(\.energy) == [wattHours(3_000)])
    #expect(folded.fold.open.allSatisfy { $0.state == .open && $0.endedAt == nil })
    let id = folded.fold.open.first?.id
    folded.add(record(.ocpiSession, names: ["session A"], energy: 9_999))
    folded.add(record(.cdr))
    folded.add(record(.ocpiSession, names: ["session A"], energy: 9_000, knownAt: 9_000))
    #expect(folded.sessions.map(\.energy) == [wattHours(10_000)])
    #expect(folded.sessions.first?.id == id && folded.fold.open.isEmpty)
  }

  @Test("a Session that is never completed is closed by silence")
  func silence() throws {
    var folded = Folded(
      record(.ocpiSession, names: ["session A"], knownAt: 1_800) {
        $0.isOngoing = true
        $0.endedAt = nil
      })
    folded.fold.advance(
      to: time(1_800 + 49 * 3_600), history: NoHistory(), changes: &folded.changes)
    let session = try #require(folded.sessions.first)
    #expect(session.isEstimated && session.codes == [.closedBySilence, .coarsePeriods])
  }

  @Test("a credit makes the session void; a new CDR of it makes it good again")
  func credit() throws {
    var folded = Folded(record(), record { $0.creditedName = "cdr 1" })
    #expect(folded.sessions.map(\.isVoid) == [true])
    #expect(folded.sessions.first?.codes == [.coarsePeriods, .coarseCredited])
    folded.add(record(names: ["session A", "cdr 2"], energy: 8_000))
    #expect(folded.sessions.map(\.isVoid) == [false])
    #expect(folded.sessions.map(\.energy) == [wattHours(8_000)])
    folded.add(record { $0.creditedName = "cdr 1" })
    #expect(folded.sessions.map(\.isVoid) == [false])
  }

  @Test("a credit takes back the CDR that was corrected last, though another came between")
  func creditOfCorrectedCDR() {
    var folded = Folded(record(), record(names: ["session A", "cdr 2"], energy: 8_000))
    folded.add(record(energy: 12_000))
    #expect(folded.sessions.map(\.energy) == [wattHours(12_000)])
    folded.add(record { $0.creditedName = "cdr 1" })
    #expect(folded.sessions.map(\.isVoid) == [true])
  }

  @Test("a credit for an unknown CDR is a finding of the station")
  func unmatchedCredit() {
    let folded = Folded(record { $0.creditedName = "cdr 9" })
    #expect(folded.sessions.isEmpty)
    #expect(folded.fold.findings.map(\.code) == [.coarseCreditUnmatched])
  }

  @Test("an invalid session is void")
  func invalid() {
    let folded = Folded(record(.ocpiSession, names: ["session A"]) { $0.isInvalid = true })
    #expect(folded.sessions.map(\.isVoid) == [true])
    #expect(folded.sessions.first?.codes == [.coarsePeriods, .coarseInvalid])
  }

  @Test("what cannot be true is flagged, not dropped")
  func absurd() throws {
    let backwards = Folded(
      record {
        $0.endedAt = time(-60)
        $0.pieces = [
          .init(start: time(0), end: time(0), energy: wattHours(10_000), activity: .charging)
        ]
      })
    #expect(backwards.sessions.first?.codes == [.endBeforeStart, .coarsePeriods])
    #expect(backwards.sessions.first?.endedAt == time(0))
    let negative = try #require(
      Folded(record(energy: -5_000) { $0.hasPeriods = false }).sessions.first)
    #expect(negative.codes == [.energyNegative, .coarseTotal])
    #expect(negative.energy == .zero)
    let huge = try #require(Folded(record(energy: 9_000_000)).sessions.first)
    #expect(huge.codes == [.energyAbsurd, .powerAboveConnector, .coarsePeriods])
    #expect(huge.energy == wattHours(9_000_000))
    #expect(huge.findings.allSatisfy { $0.positions == [1] })
  }

  @Test("of 40,000 periods all energy counts, though the curve keeps fewer points")
  func tooManyPeriods() throws {
    let pieces = (0..<40_000).map { index in
      SessionRecord.Piece(
        start: time(index), end: time(index + 1), energy: wattHours(1), activity: .charging)
    }
    var folded = Folded(
      record(energy: 40_000) {
        $0.endedAt = time(40_000)
        $0.pieces = pieces
      })
    let session = try #require(folded.sessions.first)
    #expect(
      session.energy == wattHours(40_000) && session.codes == [.tooManyReadings, .coarsePeriods])
    #expect(session.readings.count == SessionPolicy.greatestReadings / 3)
    #expect(session.readings.last?.at == time(40_000))
    #expect(session.readings.last?.energy == wattHours(40_000))
    folded.add(record())
    #expect(folded.sessions.first?.codes == [.coarsePeriods, .coarseReplaced])
  }

  @Test("energy beyond any register is bounded and absurd, in the total and in the periods")
  func boundedEnergy() throws {
    let greatest = Energy(milliwattHours: SessionPolicy.greatestRegisterMilliwattHours)
    let endless = Energy(milliwattHours: .max)
    let folded = Folded(
      record {
        $0.energy = endless
        $0.meterStop = endless
        $0.pieces[0].energy = endless
        $0.pieces[1].energy = endless
      })
    let session = try #require(folded.sessions.first)
    #expect(session.energy == greatest && session.statedEnergy == greatest)
    #expect(session.meterStop == greatest && session.codes.contains(.energyAbsurd))
    let periods = try #require(Folded(record { $0.pieces[0].energy = endless }).sessions.first)
    #expect(periods.energy == greatest)
    #expect(Set(periods.codes) == [.energyAbsurd, .totalDiffersFromPeriods, .coarsePeriods])
  }

  @Test("a total that is not the sum of the periods is found, and the periods count")
  func totalAgainstPeriods() throws {
    let within = try #require(Folded(record { $0.energy = wattHours(10_001) }).sessions.first)
    #expect(within.codes == [.coarsePeriods])
    let folded = Folded(record { $0.energy = wattHours(10_002) })
    let session = try #require(folded.sessions.first)
    #expect(session.codes == [.totalDiffersFromPeriods, .coarsePeriods])
    #expect(session.energy == wattHours(10_000))
  }

  @Test("a record is judged by the rules for sessions from frames, again and again alike")
  func plausibility() throws {
    func codes(_ change: (inout SessionRecord) -> Void) throws -> [FindingCode] {
      var session = try #require(Folded(record(.cdr, change)).sessions.first)
      let codes = session.codes
      session.conclude()
      #expect(session.codes == codes)
      return codes
    }
    #expect(
      try codes { $0.knownAt = time(-600) } == [.startInFuture, .coarsePeriods])
    #expect(
      try codes { $0.knownAt = time(91 * 86_400 + 7_200) } == [.reportedLate, .coarsePeriods])
    #expect(try codes { $0.endedAt = time(0) } == [.energyWithoutDuration, .coarsePeriods])
    #expect(try codes { $0.endedAt = time(8 * 86_400) } == [.sessionTooLong, .coarsePeriods])
    #expect(
      try codes {
        $0.energy = .zero
        $0.pieces[0].energy = .zero
      } == [.noEnergy, .coarsePeriods])
    #expect(
      try codes {
        $0.energy = nil
        $0.pieces[0].energy = .zero
      } == [.energyUnknown, .coarsePeriods])
  }

  @Test("the power of a record is judged by the connector of its site")
  func connectorPower() throws {
    var session = try #require(Folded(record()).sessions.first)
    session.judge(connectorPower: Power(milliwatts: 4_000_000))
    #expect(session.codes == [.powerAboveConnector, .coarsePeriods])
    session.judge(connectorPower: Power(milliwatts: 11_000_000))
    #expect(session.codes == [.coarsePeriods])
  }

  @Test("a Session that states negative energy says so while it is open")
  func negativeWhileOpen() {
    let folded = Folded(
      record(.ocpiSession, names: ["session A"], energy: -10, knownAt: 1_800) {
        $0.isOngoing = true
        $0.hasPeriods = false
        $0.endedAt = nil
      })
    #expect(folded.fold.open.map(\.codes) == [[.energyNegative, .coarseTotal]])
  }

  @Test(
    "what a reader remarked is a finding",
    arguments: [
      (SessionRecord.Remark.unreadableField, FindingCode.coarseFieldUnreadable),
      (.registersDisagree, .energyEvidenceDisagrees),
      (.periodsInWattHours, .totalDiffersFromPeriods), (.timeDisagrees, .coarseTimeDisagrees),
      (.missingTime, .coarseTimeMissing), (.reservation, .coarseReservation),
      (.negativeEnergy, .energyNegative),
    ])
  func remarks(remark: SessionRecord.Remark, code: FindingCode) {
    var folded = Folded(record { $0.remarks = [remark] })
    #expect(Set(folded.sessions.first?.codes ?? []) == [.coarsePeriods, code])
    folded.add(record(energy: 11_000))
    #expect(folded.sessions.first?.codes == [.coarsePeriods, .coarseReplaced])
  }

  @Test("a record with the number of a transaction is not found as that transaction")
  func besideFrames() {
    let folded = Folded(record(.tableRow, names: ["row 7"]) { $0.id = "7" })
    #expect(folded.changes.index(of: .transaction("7", station: folded.fold.station)) == nil)
    #expect(folded.changes.index(of: .record("row 7", station: folded.fold.station)) != nil)
  }
}
