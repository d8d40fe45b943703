import Foundation
import Testing

/// What the command prints is what the schemas say, key by key.
@Suite("Printed JSON")
struct OutputTests {
  private let schemas: SchemaSet
  private let wattledger: Command

  init() throws {
    schemas = try SchemaSet(folder: Command.repository.appending(path: "Schemas"))
    wattledger = try Command()
  }

  @Test("of a ledger with priced sessions, facts and a rejected line fits its schema")
  func ledger() throws {
    // Given two days of a small fleet, a site, a tariff, and a line without a time.
    try wattledger(
      "simulate", "--seed", "7", "--stations", "3", "--days", "2", "--meter-interval", "900",
      "--fault-rate", "300", "--site", "site.yaml", "--output", "fleet.jsonl")
    _ = try wattledger.directory.file(
      "bad.jsonl",
      """
      {"chargePointId":"S","direction":"CS_TO_CSMS"}
      {"chargePointId":"S","direction":"cp-to-csms","timestamp":"2025-10-02T00:00:00Z","raw":"[]"}
      """)
    try wattledger("site", "publish", "site.yaml")
    try wattledger("tariff", "publish", sample("tariff-2025.json"), "--site", "sim-1")

    // Then every verb prints what its schema describes.
    try expect("import", wattledger("import", "fleet.jsonl", "bad.jsonl", "--format", "json"))
    try expect("reject", contents("bad.jsonl.rejects.jsonl"))
    let sessions = try wattledger("sessions", "--limit", "0", "--format", "json")
    try expect("sessions", sessions)
    let first = try #require(try JSONTree(sessions)["sessions"]?["0"]?["session_id"]?.string)
    try expect("session", wattledger("sessions", first, "--format", "json"))
    try expect("findings", wattledger("findings", "--format", "json"))
    let keys = "week,site,station,tariff,currency"
    try expect("totals", wattledger("totals", "--by", keys, "--format", "json"))
    try expect("totals", wattledger("totals", "--by", "month", "--format", "json"))
    try expect("stations", wattledger("stations", "--format", "json"))
    try expect("connectors", wattledger("connectors", "--format", "json"))
    try expect("log-stats", wattledger("log", "stats", "--actions", "--format", "json"))
    try expect("backup", wattledger("log", "backup", "copy", "--format", "json"))
    try expect("backup", wattledger("log", "backup", "copy", "--check", "--format", "json"))
    try expect(
      "restore",
      wattledger("log", "restore", "copy", "--ledger", "restored", "--format", "json"))
    try expect("log-seal", wattledger("log", "seal", "--keep-hot", "0", "--format", "json"))
    try expect("rebuild-plan", wattledger("rebuild", "--dry-run", "--format", "json"))
    try expect("export-summary", wattledger("export", "--to", "x.sqlite", "--summary", "json"))
    try wattledger("export", "--to", "tables", "--format", "ndjson")
    for name in ["sessions", "costs", "readings", "sites", "wattledger_export"] {
      let line = try contents("tables/\(name).ndjson").split(separator: 0x0A).first
      try expect("export", Data(#require(line, "\(name)")))
    }
    try expect("rebuild", wattledger("rebuild", "--format", "json"))
    try expect("rebuild-switch", wattledger("rebuild", "--rollback", "--format", "json"))
    try expect("rebuild-switch", wattledger("rebuild", "--drop-old", "--format", "json"))
    for line in try wattledger.errors("rebuild", "--progress", "json").split(separator: 0x0A) {
      try expect("rebuild-progress", Data(line))
    }
    try expect(
      "rebuild",
      wattledger(
        "rebuild", "--as-of", "100", "--into", wattledger.directory.url.path + "/past",
        "--format", "json"))
    let past = wattledger.directory.url.path + "/past"
    try expect("sessions", wattledger("sessions", "--models", past, "--format", "json"))
    try expect("verify", wattledger("verify", "--format", "json"))
    try expect("verify", wattledger("verify", "--replay", "--format", "json"))
    try expect(
      "backtest", wattledger("backtest", "tariff", sample("tariff-2026.json"), "--format", "json"))
    let lines = try wattledger("log", "show", "1", "--count", "40").split(separator: 0x0A)
    #expect(lines.count == 40)
    for line in lines { try expect("event", Data(line)) }
    let tariffFact = try JSONTree(Data(lines[1]))["body"]?.string
    try expect("tariff-publication", Data(#require(tariffFact).utf8))
  }

  @Test("of lines that are appended as they come fits its schema")
  func appending() throws {
    let lines = try wattledger.directory.file(
      "lines.jsonl",
      """
      {"chargePointId":"S","direction":"CS_TO_CSMS"}
      {"chargePointId":"S","direction":"cp-to-csms","timestamp":"2025-10-02T00:00:00Z","raw":"[]"}
      """)
    let answers = try wattledger("log", "append", input: lines).split(separator: 0x0A)
    #expect(answers.count == 2)
    for answer in answers { try expect("log-append", Data(answer)) }
  }

  @Test("of a trace and of a price fits its schema")
  func withoutLedger() throws {
    let trace = Command.repository.appending(
      path: "Tests/Fixtures/ocpp-trace-format/unresponsive-csms/trace.jsonl")
    try expect("trace-view", wattledger("trace", trace.path, "--format", "json"))

    let cdr = try wattledger.directory.file(
      "cdr.json",
      """
      {"id": "CDR-1", "currency": "EUR", "start_date_time": "2026-01-12T15:00:00Z",
       "end_date_time": "2026-01-12T20:30:30Z", "total_energy": 12.4,
       "total_cost": {"excl_vat": 9.0},
       "charging_periods": [
         {"start_date_time": "2026-01-12T15:00:00Z",
          "dimensions": [{"type": "ENERGY", "volume": 12.4}, {"type": "TIME", "volume": 3.0}]},
         {"start_date_time": "2026-01-12T18:00:00Z",
          "dimensions": [{"type": "PARKING_TIME", "volume": 2.508333}]}]}
      """)
    let price = try wattledger(
      "price", "--tariff", sample("tariff-2026.json"), "--cdr", cdr, "--time-zone",
      "Europe/Berlin", "--format", "json")
    #expect(try JSONTree(price)["steps"]?.elements.isEmpty == false)
    try expect("price", price)
  }

  private func expect(_ schema: String, _ json: Data) throws {
    let mistakes = schemas.mistakes(in: try JSONTree(json), against: schema)
    #expect(mistakes.isEmpty, "\(schema): \(mistakes.prefix(10).joined(separator: "; "))")
  }

  private func sample(_ name: String) -> String {
    Command.repository.appending(path: "Tools/sample/\(name)").path
  }

  private func contents(_ name: String) throws -> Data {
    try Data(contentsOf: wattledger.directory.url.appending(path: name))
  }
}
