import Foundation
import Projections
import Quantities
import Sessions
import Testing

@testable import BenchmarkKit
@testable import ModelExport

/// One server for all tests, each of which has a database of its own.
///
/// It is Debian's, in a directory of its own, reached through a Unix socket in there.
private final class TestServer {
  private let workspace: BenchmarkKit.Workspace
  private let server: PostgreSQLServer

  init() throws {
    try #require(
      PostgreSQLServer.obstacle == nil,
      "PostgreSQL is missing: Tools/install-dependencies --test installs it")
    workspace = try BenchmarkKit.Workspace(in: NSTemporaryDirectory())
    server = try PostgreSQLServer(in: workspace)
  }

  deinit {
    server.stop()
    try? workspace.removeAll()
  }

  /// The address of the database that is there from the beginning; with other search paths, it is as
  /// many databases as one likes.
  func address(schema: String) throws -> String {
    let connection = try PostgreSQLConnection(server.connection)
    try connection.execute("CREATE SCHEMA \(schema)", "create a schema")
    return "\(server.connection) options='-csearch_path=\(schema)'"
  }
}

@Suite("A PostgreSQL database", .serialized)
struct PostgreSQLTests {
  @Test("is added to by what has changed, row for row as an SQLite file of the same moment")
  func increments() throws {
    let server = try TestServer()
    let address = try server.address(schema: "increments")
    let made = try ExportLedger()

    // Given the whole ledger, in small transactions.
    var database = PostgreSQLDatabase(address)
    database.bytesOfTransaction = 20_000
    let first = try database.write(made.exporter())
    try expectSame(address, made)

    // When nothing has changed, nothing is written.
    #expect(try database.write(made.exporter()).sessions == 0)

    // When one session more is in the log, it is written, and no other.
    try made.load(ExportLedger.visit("AWKWARD", id: 8, hour: 11, token: "B"))
    let second = try database.write(made.exporter())
    #expect(second.sessions == 1 && second.position > first.position)
    try expectSame(address, made)

    // When prices change, which no record of a session says, all priced ones are written again.
    try made.publishTariff(perKWh: "0.49")
    try made.repriceAll()
    let third = try database.write(made.exporter())
    #expect(third.sessions > 1)
    try expectSame(address, made)
  }

  @Test("that was left in the middle is gone on with")
  func resuming() throws {
    let server = try TestServer()
    let address = try server.address(schema: "resuming")
    let made = try ExportLedger()
    var database = PostgreSQLDatabase(address)
    database.bytesOfTransaction = 4_000

    // Given an export whose connection the server ends after some transactions.
    let observer = try PostgreSQLConnection(address)
    var wasEnded = false
    #expect(throws: ExportError.self) {
      try database.write(made.exporter(workers: 1)) { progress in
        guard !wasEnded, progress.sessions > progress.totalSessions / 3 else { return }
        wasEnded = true
        _ = try? observer.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            + "WHERE pid <> pg_backend_pid() AND datname = current_database()", "end it")
      }
    }
    let state = try observer.query(
      "SELECT state, position, (SELECT count(*) FROM sessions) FROM wattledger_export", "look")
    try #require(state.first?[0] == "loading" && state.first?[1] == "0")
    let before = try #require(state.first?[2].flatMap { UInt64($0) })
    #expect(before > 0)

    // When the ledger has grown and the export is begun again,
    try made.load(ExportLedger.visit("AWKWARD", id: 9, hour: 13, token: "C"))
    let summary = try database.write(made.exporter())

    // Then what was there is not written again, and nothing is missing.
    #expect(try summary.sessions <= UInt64(made.exporter().snapshot.sessionCount()) - before + 1)
    try expectSame(address, made)
  }

  @Test("loses sessions that are no more")
  func removal() throws {
    let server = try TestServer()
    let address = try server.address(schema: "removal")
    let made = try ExportLedger()
    _ = try PostgreSQLDatabase(address).write(made.exporter())
    let connection = try PostgreSQLConnection(address)
    // A session that the ledger does not have.
    try connection.execute(
      """
      CREATE TEMP TABLE copy AS SELECT * FROM sessions LIMIT 1;
      UPDATE copy SET session_key = 1; INSERT INTO sessions SELECT * FROM copy
      """, "add a session")
    #expect(try PostgreSQLDatabase(address).write(made.exporter()).removedSessions == 1)
    try expectSame(address, made)
  }

  @Test("with tables of something else, of another ledger or of another choice is left as it is")
  func refusals() throws {
    let server = try TestServer()
    let made = try ExportLedger()
    let foreign = try server.address(schema: "foreign_tables")
    try PostgreSQLConnection(foreign).execute("CREATE TABLE sessions (id int)", "create")
    #expect { try PostgreSQLDatabase(foreign).write(made.exporter()) } throws: { error in
      guard case ExportError.foreignTable(_, "sessions") = error else { return false }
      return true
    }

    let address = try server.address(schema: "others")
    var filter = SessionFilter()
    filter.stations = ["AWKWARD"]
    let few = try made.exporter(filter, selection: "--station AWKWARD")
    _ = try PostgreSQLDatabase(address).write(few)
    for other in [made, try ExportLedger(seed: 12)] {
      #expect { try PostgreSQLDatabase(address).write(other.exporter()) } throws: { error in
        guard case ExportError.otherExport = error else { return false }
        return true
      }
    }
    let connection = try PostgreSQLConnection(address)
    #expect(try connection.query("SELECT count(*) FROM sessions", "count") == [["1"]])
    try connection.execute("UPDATE wattledger_export SET layout = 99", "change the layout")
    #expect { try PostgreSQLDatabase(address).write(few) } throws: { error in
      "\(error)".contains("layout 99")
    }

    // Only another export at the same moment keeps --replace from doing what it says.
    let lock = PostgreSQLTarget(connection: connection, header: few.header)
    try lock.lock()
    #expect(throws: ExportError.busy(target: connection.target)) {
      try PostgreSQLDatabase(address, isReplacing: true).write(made.exporter())
    }
    try connection.execute("SELECT pg_advisory_unlock_all()", "unlock")
    _ = try PostgreSQLDatabase(address, isReplacing: true).write(made.exporter())
    try expectSame(address, made)
  }

  @Test("that cannot be reached is a failure to connect, which names no password")
  func unreachable() throws {
    let made = try ExportLedger()
    let address = "postgresql://ada:geheim@/x?host=\(made.directory)"
    #expect { try PostgreSQLDatabase(address).write(made.exporter()) } throws: { error in
      guard case ExportError.connection = error else { return false }
      return !"\(error)".contains("geheim") && "\(error)".contains(made.directory)
    }
  }

  @Test("gets decimal numbers and times exactly")
  func values() throws {
    let server = try TestServer()
    let connection = try PostgreSQLConnection(server.address(schema: "exact_values"))
    try connection.execute("CREATE TABLE numbers (n numeric)", "create")
    let numbers = [
      "0", "0.00", "-0.5", "1", "9999", "10000", "-10000.0001", "12345678.900000",
      "0.000000000000000001",
      "170141183460469231731687303715884105727.123456789012345678", "100000000", "0.00010000",
    ]
    var bytes: [UInt8] = []
    for number in numbers {
      bytes += [0, 1]
      CopyEncoder.append(decimal: number, to: &bytes)
    }
    try connection.copyIn(
      "COPY numbers FROM STDIN (FORMAT binary)",
      CopyEncoder.header + bytes + CopyEncoder.trailer, "copy")
    #expect(try connection.query("SELECT n FROM numbers", "read").map { $0[0] } == numbers)
    #expect(CopyEncoder.microseconds(Instant(millisecondsSinceEpoch: 946_684_800_001)) == 1000)
    #expect(CopyEncoder.microseconds(.distantPast) == .min)
    #expect(CopyEncoder.microseconds(.distantFuture) == .max)
  }

  /// The database holds what the read models do, and what an SQLite file of them does.
  private func expectSame(_ address: String, _ made: ExportLedger) throws {
    let exporter = try made.exporter()
    let path = made.file("same.sqlite")
    _ = try SQLiteFile(path).write(exporter)
    let connection = try PostgreSQLConnection(address)
    var found = TextRows()
    for table in ExportCatalog.tables {
      let columns = table.columns.map { column in
        switch column.kind {
        case .instant: "trunc(extract(epoch FROM \(column.name)) * 1000)"
        case .boolean: "\(column.name)::int"
        case .integer, .text, .decimal: column.name
        }
      }
      found.tables[table.name] = try connection.query(
        "SELECT \(columns.joined(separator: ", ")) FROM \(table.name)", "read \(table.name)")
    }
    #expect(try found.difference(from: SQLiteReader(path).all()) == nil)
    #expect(try found.difference(from: TextRows(of: exporter)) == nil)
  }
}
