import EventLog
import Foundation
import Projections
import Quantities
import Sessions
import Sites
import TestSupport
import Testing

@testable import ModelExport

@Suite("An SQLite file")
struct SQLiteTests {
  @Test("holds every row of the read models, sound, whatever the number of threads")
  func everyRow() throws {
    let made = try ExportLedger()
    let expected = try TextRows(of: made.exporter(workers: 1))
    for name in ["sessions", "readings", "costs", "charging_periods", "findings", "messages"] {
      #expect(expected.tables[name]?.isEmpty == false, "the control has no \(name)")
    }
    for workers in [1, 3] {
      let path = made.file("\(workers).sqlite")
      let summary = try SQLiteFile(path).write(made.exporter(workers: workers))
      let reader = try SQLiteReader(path)
      #expect(try reader.all().difference(from: expected) == nil)
      #expect(try reader.rows("PRAGMA integrity_check") == [["ok"]])
      #expect(try reader.rows("PRAGMA foreign_key_check") == [])
      #expect(summary.rows == UInt64(expected.tables.values.reduce(0) { $0 + $1.count }))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: made.directory).allSatisfy {
          !$0.hasSuffix(".part")
        })
    }
    // Byte for byte.
    #expect(
      try Data(contentsOf: URL(filePath: made.file("1.sqlite")))
        == Data(contentsOf: URL(filePath: made.file("3.sqlite"))))
  }

  @Test("tells sessions as the read models do")
  func sessions() throws {
    let made = try ExportLedger()
    _ = try SQLiteFile(made.file("x.sqlite")).write(made.exporter())
    let reader = try SQLiteReader(made.file("x.sqlite"))
    let models = try ReadModels.open(for: made.ledger)
    var seen = 0
    _ = try models.forEachSession(
      matching: SessionFilter(), in: SessionOrder(), limit: nil
    ) { entry in
      let session = entry.session
      let row = try reader.rows(
        """
        SELECT station, site_id, started_at, ended_at, energy_mwh, energy_wh, incl_vat, incl_vat_minor,
          (SELECT count(*) FROM readings r WHERE r.session_key = s.session_key),
          (SELECT sum(energy_mwh) FROM charging_periods p WHERE p.session_key = s.session_key),
          (SELECT sum(count) FROM findings f WHERE f.session_key = s.session_key)
        FROM sessions s LEFT JOIN costs USING (session_key)
        WHERE session_id = '\(session.id)'
        """)
      var price: SessionPrice?
      if case .priced(let found) = entry.cost { price = found }
      let isBilled = !session.wasRefused && !session.isVoid
      let findings = session.findings.reduce(0) { $0 + Int($1.count) }
      #expect(
        row == [
          [
            entry.stationName, entry.placement?.siteID, session.startedAt.rfc3339,
            session.endedAt?.rfc3339, "\(session.energy.milliwattHours)",
            "\(session.energy.wattHours)",
            price.map { $0.inclVAT.decimalString(in: $0.currency) },
            price.flatMap { $0.inclVAT.minorUnits(of: $0.currency) }.map { "\($0)" },
            "\(session.readings.count + session.setAside.count)",
            isBilled ? "\(session.energy.milliwattHours)" : nil,
            session.findings.isEmpty ? nil : "\(findings)",
          ]
        ])
      seen += 1
    }
    #expect(try seen == models.sessionCount())
    #expect(
      try reader.rows("SELECT token FROM sessions WHERE station = 'AWKWARD'")
        == [[ExportLedger.awkwardToken]])
  }

  @Test("tells stations, the last status of their connectors and their faults as `stations` does")
  func stations() throws {
    let made = try ExportLedger()
    try made.load(ExportLedger.fault("AWKWARD"))
    _ = try SQLiteFile(made.file("x.sqlite")).write(made.exporter())
    let reader = try SQLiteReader(made.file("x.sqlite"))
    let stations = try ReadModels.open(for: made.ledger).stations()
    try #require(stations.count > 1)
    for station in stations {
      let (name, record) = ("'\(station.name)'", station.record)
      #expect(
        try reader.rows(
          """
          SELECT site_id, model, boots, last_heard_at, frames_from_station, faults FROM stations
          WHERE station = \(name)
          """)
          == [
            [
              station.siteID, record.model, "\(record.boots)", record.lastHeardAt?.rfc3339,
              "\(record.framesFromStation)", "\(record.faults)",
            ]
          ])
      #expect(
        try reader.rows(
          """
          SELECT connector, lower(status), at, position FROM connector_states
          WHERE station = \(name)
          """)
          == record.connectors.map { connector in
            [
              connector.connector.map { "\($0)" }, "\(connector.status)".lowercased(),
              connector.at.rfc3339, "\(connector.position)",
            ]
          })
      #expect(
        try reader.rows("SELECT code, info, at FROM station_faults WHERE station = \(name)")
          == (record.lastFault.map { [[$0.code, $0.info, $0.at.rfc3339]] } ?? []))
    }
    #expect(
      try reader.rows("SELECT code, info FROM station_faults WHERE station = 'AWKWARD'")
        == [["GroundFailure", "it rains"]])
    // A station that a site lists and nobody ever heard.
    #expect(
      try reader.rows("SELECT boots, last_heard_at FROM stations WHERE station LIKE 'silent%'")
        == [["0", nil]])
    #expect(
      try reader.rows("SELECT read_models FROM wattledger_export").first?[0]?
        .contains("stations ") == true)
  }

  @Test("holds only the sessions that were asked for, with what belongs to them")
  func selection() throws {
    let made = try ExportLedger()
    var filter = SessionFilter()
    filter.stations = ["AWKWARD"]
    let summary = try SQLiteFile(made.file("x.sqlite")).write(
      made.exporter(filter, selection: "--station AWKWARD"))
    #expect(summary.sessions == 1)
    let reader = try SQLiteReader(made.file("x.sqlite"))
    #expect(try reader.rows("SELECT DISTINCT station FROM sessions") == [["AWKWARD"]])
    #expect(try reader.rows("SELECT kind FROM messages ORDER BY n") == [["started"], ["ended"]])
    #expect(try reader.rows("PRAGMA foreign_key_check") == [])
    #expect(
      try reader.rows("SELECT selection FROM wattledger_export") == [["--station AWKWARD"]])
  }

  @Test("of an empty ledger has empty tables")
  func empty() throws {
    try withTemporaryDirectory { directory in
      let exporter = try ModelExporter(
        ReadModels.open(for: .create(at: directory + "/ledger")), program: "test")
      _ = try SQLiteFile(directory + "/x.sqlite").write(exporter)
      let reader = try SQLiteReader(directory + "/x.sqlite")
      #expect(try reader.rows("SELECT count(*) FROM sessions") == [["0"]])
      #expect(try reader.rows("SELECT position, log_time FROM wattledger_export") == [["0", nil]])
    }
  }

  @Test("replaces an earlier export, and nothing else")
  func replacing() throws {
    let made = try ExportLedger()
    let path = made.file("x.sqlite")
    try Data("somebody's notes".utf8).write(to: URL(filePath: path))
    #expect(throws: ExportError.occupied(path: path)) {
      try SQLiteFile(path).write(made.exporter())
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "somebody's notes")

    try FileManager.default.removeItem(atPath: path)
    _ = try SQLiteFile(path).write(made.exporter())
    try made.load(ExportLedger.visit("AWKWARD", id: 8, hour: 11, token: "B"))
    _ = try SQLiteFile(path).write(made.exporter())
    let reader = try SQLiteReader(path)
    #expect(try reader.rows("SELECT count(*) FROM sessions WHERE station = 'AWKWARD'") == [["2"]])
  }

  @Test("that cannot be written leaves the earlier one, and says where")
  func unwritable() throws {
    let made = try ExportLedger()
    let path = made.file("nowhere/x.sqlite")
    let part = path + ".part"
    #expect(throws: ExportError.file(operation: "create", path: part, code: ENOENT)) {
      try SQLiteFile(path).write(made.exporter())
    }
    // SQLite says that the disk is full with no error of the system.
    let database = try SQLiteDatabase(path: made.file("full.sqlite"), target: "full.sqlite")
    try database.execute("PRAGMA max_page_count = 1", "limit")
    #expect {
      try database.execute("CREATE TABLE t (a); CREATE TABLE u (a)", "create t")
    } throws: { error in
      error as? ExportError == .file(operation: "create t", path: "full.sqlite", code: ENOSPC)
        && "\(error)".contains("Free some space")
    }
    // Another process is writing.
    let target = made.file("y.sqlite")
    let pending = try PendingTarget(for: target, isDirectory: false)
    #expect(throws: ExportError.busy(target: target)) {
      try SQLiteFile(target).write(made.exporter())
    }
    withExtendedLifetime(pending) {}
  }
}
