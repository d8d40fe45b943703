import Bytes
import EventLog
import FleetSimulator
import Formats
import JSON
import Projections
import Quantities
import Sites
import Tariffs

/// A simulated fleet's traffic as a trace, and a ledger into which it was imported.
struct FleetInput {
  let plan: FleetPlan
  /// Of the trace in the workspace.
  let name: String
  /// Of the ledger in the workspace.
  var ledgerName: String
  let workspace: Workspace

  init(_ plan: BenchmarkPlan, days: Int, name: String, in workspace: Workspace) {
    // 2025-03-10T00:00:00Z: the clocks change in the third week.
    let start = Instant(millisecondsSinceEpoch: 1_741_564_800_000)
    var fleet = FleetPlan(seed: plan.seed, startDate: start)
    fleet.stations = plan.stations
    fleet.connectorsPerStation = 2
    fleet.days = days
    fleet.meterIntervalSeconds = plan.meterIntervalSeconds
    fleet.idleMeterIntervalSeconds = 3 * plan.meterIntervalSeconds
    self.plan = fleet
    self.name = name
    ledgerName = name
    self.workspace = workspace
  }

  var tracePath: String { workspace.file(name + ".jsonl") }
  var ledgerPath: String { workspace.file(ledgerName) }

  /// Writes the trace.
  func simulate() throws -> (frames: Int, hash: UInt64) {
    let file = try FileOutput(path: tracePath)
    var hash = StableHash64()
    let summary = try FleetSimulator(plan).run { line throws(OutputError) in
      hash.combine(line)
      try file.write(line)
    }
    try file.finish()
    return (summary.frames, hash.value)
  }

  /// Makes the ledger and publishes the site of all stations and the tariff in force.
  func makeLedger() throws -> Ledger {
    let ledger = try Ledger.create(at: ledgerPath)
    let publisher = FactPublisher(ledger)
    let stations = try FleetSimulator(plan).stations.map { Site.Station(id: $0.name) }
    let site = Site(id: "fleet", timeZone: "Europe/Berlin", stations: stations)
    let fact = try SiteFact(publishing: site) { name throws(TimeZoneTableError) in
      try TimeZoneTable.system(named: name)
    }
    _ = try publisher.publish(fact)
    _ = try publisher.publish(
      TariffPublication(
        tariff: BenchmarkTariffs.inForce.tariff, tariffJSON: BenchmarkTariffs.inForce.json,
        assignments: [.site(site.id)]))
    return ledger
  }

  func importTrace(into ledger: Ledger) throws {
    let report = try Importer(ledger).run(path: tracePath)
    guard report.rejected == 0, report.added == report.read else {
      throw BenchmarkError("the import of the simulated trace left records out")
    }
  }
}
