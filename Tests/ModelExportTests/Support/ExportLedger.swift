import EventLog
import FleetSimulator
import Formats
import Foundation
import JSON
import ModelExport
import Projections
import Quantities
import Sites
import Tariffs
import TestSupport

/// A ledger with a small fleet of a few days, a site and a tariff, in a directory of its own that is
/// removed at the end.
final class ExportLedger {
  let directory: String
  let ledger: Ledger

  /// A token that formats with quotes, line ends and formulas must not stumble over.
  static let awkwardToken = "=1+2,\"é\"\n\\N\t"

  init(seed: UInt64 = 11) throws {
    directory = try makeTemporaryDirectory()
    ledger = try Ledger.create(at: directory + "/ledger")
    var plan = FleetPlan(seed: seed, startDate: Self.instant("2026-03-02T00:00:00Z"))
    plan.stations = 4
    plan.days = 3
    plan.meterIntervalSeconds = 900
    plan.idleMeterIntervalSeconds = 3600
    plan.heartbeatIntervalSeconds = 7200
    plan.faultRatePerThousand = 400
    let simulator = try FleetSimulator(plan)
    var trace: [UInt8] = []
    _ = simulator.run(onSession: { _ in }, { trace.append(contentsOf: $0) })
    let stations = simulator.stations.map(\.name)
    try publishSite(Array(stations.dropLast()) + ["silent \"one\""])
    try publishTariff(perKWh: "0.39")
    try load(trace)
    try load(Self.visit("AWKWARD", id: 7, hour: 9, token: Self.awkwardToken))
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func file(_ name: String) -> String { "\(directory)/\(name)" }

  func load(_ trace: some Sequence<UInt8>) throws {
    try Data(trace).write(to: URL(filePath: file("trace.jsonl")))
    _ = try Importer(ledger).run(path: file("trace.jsonl"))
  }

  /// Everything as of now.
  func exporter(
    _ filter: SessionFilter = SessionFilter(), selection: String? = nil, workers: Int = 2
  ) throws -> ModelExporter {
    try ModelExporter(
      ReadModels.open(for: ledger), filter: filter, selection: selection, program: "test",
      workers: workers)
  }

  func publishSite(_ stations: [String]) throws {
    let fact = try SiteFact(
      site: Site(
        id: "depot", timeZone: "UTC", capacity: Power(milliwatts: 90_000_000),
        stations: stations.map { name in
          Site.Station(
            id: name, connectors: [.init(connector: 1, maxPower: Power(milliwatts: 22_000_000))])
        }),
      zone: .utc)
    _ = try FactPublisher(ledger).publish(fact)
  }

  func publishTariff(perKWh price: String) throws {
    let json = """
      {"country_code":"DE","party_id":"WLE","id":"T","currency":"EUR","elements":[
      {"price_components":[{"type":"ENERGY","price":\(price),"vat":19,"step_size":1}]}],
      "last_updated":"2025-01-01T00:00:00Z"}
      """
    var notes: [PricingNote] = []
    let tariff = try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
      try Tariff.read(JSONReader(value), notes: &notes)
    }
    _ = try FactPublisher(ledger).publish(
      TariffPublication(
        tariff: tariff, tariffJSON: Array(json.utf8), assignments: [.site("depot")]))
  }

  /// Lets the tariffs that are published now price the sessions of March 2026.
  func repriceAll() throws {
    let order = RepriceOrder(
      from: Self.instant("2026-03-01T00:00:00Z"), to: Self.instant("2026-04-01T00:00:00Z"))
    let body = order.encoded()
    try ledger.append { batch in
      _ = try body.withUnsafeBytes {
        try batch.append(
          .init(kind: .repriceFact, receivedAt: Self.instant("2026-12-31T00:00:00Z")), body: $0)
      }
    }
  }

  /// A 1.6 session of half an hour on 4 March 2026, as lines of a trace.
  static func visit(_ station: String, id: Int, hour: Int, token: String) -> [UInt8] {
    let time = { (minute: Int) in "2026-03-04T\(hour < 10 ? "0" : "")\(hour):\(minute):00Z" }
    let start: [String: Any] = [
      "connectorId": 1, "idTag": token, "meterStart": 1000 * id, "timestamp": time(10),
    ]
    let stop: [String: Any] = [
      "transactionId": id, "meterStop": 1000 * id + 4321, "timestamp": time(40),
    ]
    let frames: [(Int, String, [Any])] = [
      (10, "cp-to-csms", [2, "a\(id)", "StartTransaction", start]),
      (
        10, "csms-to-cp",
        [3, "a\(id)", ["transactionId": id, "idTagInfo": ["status": "Accepted"]]]
      ),
      (40, "cp-to-csms", [2, "b\(id)", "StopTransaction", stop]),
    ]
    return frames.flatMap { minute, direction, frame in
      line(station, time(minute), direction, frame)
    }
  }

  /// A connector that says it is faulty, on 4 March 2026.
  static func fault(_ station: String) -> [UInt8] {
    let time = "2026-03-04T20:00:00Z"
    let status: [String: Any] = [
      "connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure", "info": "it rains",
      "timestamp": time,
    ]
    return line(station, time, "cp-to-csms", [2, "f", "StatusNotification", status])
  }

  private static func line(
    _ station: String, _ time: String, _ direction: String, _ frame: [Any]
  ) -> [UInt8] {
    let line = json([
      "ocppVersion": "1.6", "chargePointId": station, "direction": direction, "timestamp": time,
      "raw": json(frame),
    ])
    return Array((line + "\n").utf8)
  }

  private static func json(_ value: Any) -> String {
    let data = try? JSONSerialization.data(withJSONObject: value)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private static func instant(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) else { preconditionFailure("not a time: \(text)") }
    return instant
  }
}
