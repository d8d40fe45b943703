import EventLog
import FleetSimulator
import Formats
import Foundation
import JSON
import Projections
import Quantities
import Sites
import Tariffs

/// A ledger with a bit of everything: stations, sources, facts, sessions with costs, an event of
/// several pages, event ids, pages that were freed, read models.
public struct SampleLedger {
  /// The ledger's directory.
  public let path: String
  /// How many events it has.
  public let events: UInt64
  /// Those in its segment, if it has one.
  static let sealedPositions: ClosedRange<UInt64> = 1...4096

  /// Makes the ledger in `directory`.
  ///
  /// - Parameters:
  ///   - stations: of the simulated fleet.
  ///   - days: of its traffic.
  public init(in directory: String, stations: Int, days: Int, seed: UInt64 = 5) throws {
    path = directory + "/ledger"
    let clock = Instant(millisecondsSinceEpoch: 1_800_000_000_000)
    let ledger = try Ledger.create(at: path, options: .init(clock: { clock }))
    let simulator = try Self.fleet(stations: stations, days: days, seed: seed)
    try Self.publish(simulator.stations.map(\.name), to: ledger)
    let trace = directory + "/trace.jsonl"
    var bytes = Data()
    _ = simulator.run { bytes.append(contentsOf: $0) }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    // In pieces, so that pages are freed and used again, and the models are folded on.
    for piece in 0..<3 {
      let range = lines.count * piece / 3..<lines.count * (piece + 1) / 3
      try Data(lines[range].joined(separator: [UInt8(ascii: "\n")])).write(
        to: URL(filePath: trace))
      _ = try Importer(ledger).run(path: trace)
      _ = try ReadModels.open(for: ledger, workers: 1)
    }
    try Self.appendLongEvents(to: ledger)
    try Self.appendWithIDs(to: ledger)
    _ = try ReadModels.open(for: ledger, workers: 1)
    events = try ledger.head()
  }

  /// Makes a ledger in `directory` with one sealed segment of 4,096 short events, and little more
  /// than as many behind it.
  public init(sealedIn directory: String) throws {
    path = directory + "/ledger"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    let clock = Instant(millisecondsSinceEpoch: 1_800_000_000_000)
    let ledger = try Ledger.create(at: path, options: .init(clock: { clock }))
    // In pieces, so that pages are freed and used again.
    for piece in 0..<9 {
      try ledger.append { batch in
        let source = try batch.sourceID(named: "byte-flips")
        for number in piece * 920..<(piece + 1) * 920 {
          let station = try batch.stationID(named: "CP-\(number % 3)")
          let event = NewEvent(
            kind: .ocpp16, station: station, direction: .fromStation,
            receivedAt: clock.advanced(byMilliseconds: Int64(number) * 1000), source: source)
          let frame = #"[2,"\#(number)","Heartbeat",{}]"#
          _ = try Array(frame.utf8).withUnsafeBytes { try batch.append(event, body: $0) }
        }
      }
    }
    try ledger.seal(SealOptions(keepHotEvents: 0))
    events = try ledger.head()
  }

  private static func fleet(stations: Int, days: Int, seed: UInt64) throws -> FleetSimulator {
    // 2025-03-10T00:00:00Z
    var plan = FleetPlan(
      seed: seed, startDate: Instant(millisecondsSinceEpoch: 1_741_564_800_000))
    plan.stations = stations
    plan.days = days
    plan.meterIntervalSeconds = 900
    plan.idleMeterIntervalSeconds = 14_400
    plan.heartbeatIntervalSeconds = 14_400
    return try FleetSimulator(plan)
  }

  private static func publish(_ stations: [String], to ledger: Ledger) throws {
    let site = Site(
      id: "depot", timeZone: "Europe/Berlin", stations: stations.map { Site.Station(id: $0) })
    let fact = try SiteFact(publishing: site) { name throws(TimeZoneTableError) in
      try TimeZoneTable.system(named: name)
    }
    _ = try FactPublisher(ledger).publish(fact)
    let json = """
      {"country_code":"DE","party_id":"WLE","id":"plain","currency":"EUR","elements":[
      {"price_components":[{"type":"ENERGY","price":0.49,"vat":19,"step_size":1}]}],
      "last_updated":"2025-01-01T00:00:00Z"}
      """
    var notes: [PricingNote] = []
    let tariff = try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
      try Tariff.read(JSONReader(value), notes: &notes)
    }
    _ = try FactPublisher(ledger).publish(
      TariffPublication(
        tariff: tariff, tariffJSON: Array(json.utf8), assignments: [.site(site.id)]))
  }

  private static func appendLongEvents(to ledger: Ledger) throws {
    for length in [3000, 9000] {
      let frame = #"[2,"long","DataTransfer",{"data":""# + String(repeating: "d", count: length)
      try ledger.append { batch in
        let event = NewEvent(
          kind: .ocpp16, station: try batch.stationID(named: "CP-LONG"), direction: .fromStation,
          receivedAt: batch.recordedAt, source: try batch.sourceID(named: "byte-flips"))
        _ = try Array((frame + #""}]"#).utf8).withUnsafeBytes { try batch.append(event, body: $0) }
      }
    }
  }

  private static func appendWithIDs(to ledger: Ledger) throws {
    let writer = try LogWriter(ledger)
    for number in 1...8 as ClosedRange<UInt64> {
      let event = NewEvent(
        kind: .tick, receivedAt: try ledger.read { try $0.logTime() } ?? .distantPast)
      _ = try writer.append(event, body: [UInt8]().span.bytes, id: EventID(low: number, high: 7))
    }
    writer.stop()
  }

  /// The files in which each byte matters, by their place in the ledger.
  public var files: [String] {
    get throws {
      let models = try FileManager.default.subpathsOfDirectory(atPath: path + "/models").sorted()
      return try ["ledger.json", "log/data.mdb"] + segmentFiles
        + models.filter { $0.hasSuffix("/data.mdb") }.map { "models/\($0)" }
    }
  }

  /// Those of them that hold sealed events.
  public var segmentFiles: [String] {
    get throws {
      let segments = path + "/segments"
      guard FileManager.default.fileExists(atPath: segments) else { return [] }
      return try FileManager.default.contentsOfDirectory(atPath: segments).sorted()
        .filter { UInt64($0) != nil }.map { "segments/\($0)/data.mdb" }
    }
  }
}
