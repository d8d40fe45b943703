import ChargerEvents
import JSON
import Quantities
import Testing

@testable import SessionRecords

/// A German back end's table.
private let germanHeader = [
  "Beleg", "Ladepunkt", "Stecker", "Beginn", "Ende", "Energie", "Dauer", "Ladedauer", "Netto",
]

private func germanMap(
  _ change: (inout SessionTableMap) -> Void = { _ in }
) throws -> SessionTableMap {
  var map = SessionTableMap(columns: [
    .id: [.named("Beleg")], .station: [.named("Ladepunkt")], .connector: [.named("Stecker")],
    .start: [.named("Beginn")], .end: [.named("Ende")], .energy: [.named("Energie")],
    .duration: [.named("dauer")], .chargingDuration: [.numbered(8)],
    .costExclVAT: [.named("Netto")],
  ])
  map.numbers = TableNumberStyle(decimalPoint: .comma, thousandsSeparator: .point)
  map.timeLayouts = [
    try TableTimeLayout("dd.MM.yyyy HH:mm:ss"), try TableTimeLayout("dd.MM.yyyy HH:mm"),
  ]
  map.timeZone = try TimeZoneTable.system(named: "Europe/Berlin")
  map.currency = CurrencyCode("EUR")
  map.connectorNames = ["CCS links": 1]
  change(&map)
  return try map.resolved(header: germanHeader, delimiter: UInt8(ascii: ";"))
}

private func read(_ row: String, _ map: SessionTableMap) throws -> SessionTableRow {
  var row = row
  return try row.withUTF8 { bytes in
    try SessionTableRow(UnsafeRawBufferPointer(bytes), map: map, parser: JSONParser())
  }
}

@Suite("A row of a table of sessions")
struct SessionTableRowTests {
  @Test("decimal comma, separators, local times and quotes are read as the map says")
  func german() throws {
    let row = try read(
      #"B-7;"Hof ""Süd""";CCS links;12.07.2026 10:00;12.07.2026 11:30:30;1.234,5 Wh;;;"3,21 €""#,
      germanMap())
    #expect(row.station == #"Hof "Süd""#)
    #expect(row.record.id == "B-7" && row.record.names == ["row B-7"])
    #expect(row.record.connector == 1)
    #expect(row.record.startedAt.rfc3339 == "2026-07-12T08:00:00.000Z")
    #expect(row.record.endedAt?.rfc3339 == "2026-07-12T09:30:30.000Z")
    #expect(row.record.knownAt == row.record.endedAt)
    #expect(row.record.energy == Energy(milliwattHours: 1_234_500))
    #expect(row.record.billed?.exclVAT == ExactAmount(try #require(DecimalNumber("3.21"))))
    #expect(row.record.billed?.currency == CurrencyCode("EUR"))
    #expect(row.record.remarks.isEmpty)
    #expect(row.record.pieces.map(\.activity) == [.charging])
  }

  @Test("a duration stands for the end or the start, and what follows the charging is parking")
  func durations() throws {
    let row = try read("B-8;CP;2;12.01.2026 10:00;;5;90;1:00;", germanMap())
    #expect(row.record.endedAt?.rfc3339 == "2026-01-12T10:30:00.000Z")
    #expect(row.record.pieces.map(\.activity) == [.charging, .parking])
    #expect(row.record.pieces.map(\.energy.milliwattHours) == [5_000_000, 0])
    #expect(row.record.pieces[0].end.rfc3339 == "2026-01-12T10:00:00.000Z")
    let backwards = try read("B-9;CP;2;;12.01.2026 10:00;5;90;;", germanMap())
    #expect(backwards.record.startedAt.rfc3339 == "2026-01-12T07:30:00.000Z")
  }

  @Test("an end in the hour that comes twice is the later one if the earlier lies before the start")
  func autumn() throws {
    let row = try read("1;CP;1;25.10.2026 02:50;25.10.2026 02:10;5;;;", germanMap())
    #expect(row.record.startedAt.rfc3339 == "2026-10-25T00:50:00.000Z")
    #expect(row.record.endedAt?.rfc3339 == "2026-10-25T01:10:00.000Z")
  }

  @Test("what a session can do without is left out with a remark")
  func unreadableFields() throws {
    let row = try read("1;CP;links;12.01.2026 10:00;12.01.2026 11:00;viel;x;y;umsonst", germanMap())
    #expect(row.record.remarks == [.unreadableField])
    #expect(row.record.energy == nil && row.record.connector == nil && row.record.billed == nil)
    let endless = try read("1;CP;1;12.01.2026 10:00;;5;;;", germanMap())
    #expect(endless.record.remarks == [.missingTime] && endless.record.endedAt == nil)
  }

  @Test("registers give the energy, and are compared with it where both are there")
  func registers() throws {
    let header = ["start", "end", "from", "to", "kWh"]
    func record(_ row: String) throws -> SessionRecord {
      let map = SessionTableMap(columns: [
        .start: [.named("start")], .end: [.named("end")], .meterStart: [.named("from")],
        .meterStop: [.named("to")], .energy: [.named("kWh")],
      ])
      return try read(row, map.resolved(header: header, delimiter: UInt8(ascii: ","))).record
    }
    let times = "2026-01-12T08:00:00Z,2026-01-12T09:00:00Z"
    let bare = try record("\(times),100.5,112.25,")
    #expect(bare.energy == Energy(milliwattHours: 11_750_000) && bare.remarks.isEmpty)
    let other = try record("\(times),100.5,112.25,11")
    #expect(other.energy == Energy(milliwattHours: 11_000_000))
    #expect(other.remarks == [.registersDisagree])
  }

  @Test(
    "a row without times, or with more fields than columns, is no session",
    arguments: [
      ("1;CP;1;;;5;;;", SessionRecordProblem.noTime),
      ("1;CP;1;gestern;;5;;;", .unreadableTime("gestern")),
      ("1;CP;1;gestern;heute;5;;;", .unreadableTime("gestern")),
      ("1;CP;1;12.01.2026 10:00;;5;;;;9", .wrongFieldCount(expected: 9, found: 10)),
      ("1;\"CP;1;12.01.2026 10:00;;5;;;", .brokenCSV("a quote is never closed")),
    ])
  func refused(row: String, problem: SessionRecordProblem) throws {
    let map = try germanMap()
    #expect(throws: problem) { try read(row, map) }
  }

  @Test("a local time needs a zone")
  func noZone() throws {
    let map = try germanMap { $0.timeZone = nil }
    #expect(throws: SessionRecordProblem.timeWithoutOffset("12.01.2026 10:00")) {
      try read("1;CP;1;12.01.2026 10:00;;5;;;", map)
    }
  }

  @Test("rows of JSON are read by keys, their numbers with a point, and columns are joined")
  func json() throws {
    var map = try germanMap()
    map.rowFormat = .json
    map.columns = [
      .start: [.named("day"), .named("time")], .duration: [.named("stay")],
      .energy: [.named("use.energy")], .token: [.named("card")],
    ]
    let row = try read(
      #"{"day":"12.01.2026","time":"10:00","stay":"1,5 h","use":{"energy":7.25},"card":null}"#, map)
    #expect(row.station == nil && row.record.token == nil)
    #expect(row.record.energy == Energy(milliwattHours: 7_250_000))
    #expect(row.record.endedAt?.rfc3339 == "2026-01-12T10:30:00.000Z")
    #expect(throws: SessionRecordProblem.notAnObject) { try read("[1]", map) }
  }

  @Test("rows without an id are told apart by what they say")
  func names() throws {
    let map = try germanMap { $0.columns[.id] = nil }
    func names(_ row: String) throws -> [String] { try read(row, map).record.names }
    let first = try names("1;CP;1;12.01.2026 10:00;12.01.2026 11:00;5;;;")
    #expect(try names("2;CP;1;12.01.2026 10:00:00;12.01.2026 11:00;5,0;;;7") == first)
    #expect(try names("1;CP;1;12.01.2026 10:00;12.01.2026 11:00;6;;;") != first)
    #expect(try names("1;CP;2;12.01.2026 10:00;12.01.2026 11:00;5;;;") != first)
  }

  @Test("a map comes back from the body of its event, with its zone")
  func mapBody() throws {
    let map = try germanMap()
    let parser = JSONParser()
    let read = try map.body.withUnsafeBytes { body in
      try SessionTableMap(body: JSONReader(try parser.parse(body)))
    }
    #expect(read == map && read.body == map.body)
    let body = SessionTableRow.body(
      mapName: map.body.withUnsafeBytes { SessionTableMap.name(ofBody: $0) },
      row: UnsafeRawBufferPointer(start: nil, count: 0))
    body.withUnsafeBytes { #expect(SessionTableRow.parts(ofBody: $0)?.row.count == 0) }
    #expect(body.count == 33)
  }
}
