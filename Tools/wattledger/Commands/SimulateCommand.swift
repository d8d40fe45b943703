import ArgumentParser
import FleetSimulator
import Formats
import Quantities

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Write a fleet's OCPP traffic, made from a seed, as a trace.",
    discussion: """
      The same options give the same bytes on every machine. Arrivals, energies and durations \
      follow measured distributions; faults of real life (lost stops, duplicates, late delivery, \
      power loss, register resets) happen at the rate asked for.
      """)

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(parsing: .unconditional, help: "Stations.")
  var stations = 20

  @Option(parsing: .unconditional, help: "Connectors of each station.")
  var connectors = 2

  @Option(help: "The first day, UTC.")
  var start = "2025-10-01"

  @Option(parsing: .unconditional, help: "Days.")
  var days = 30

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of the stations that speak OCPP 2.0.1.", valueName: "percent"))
  var ocpp201Share = 50

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Time between meter values.", valueName: "seconds"))
  var meterInterval = 60

  @Option(parsing: .unconditional, help: "Sessions on each connector a day.")
  var sessionsPerDay = 1.5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Sessions with a fault, in a thousand.", valueName: "permille"))
  var faultRate = 20

  @Option(help: ArgumentHelp("Also write the site of these stations as YAML.", valueName: "file"))
  var site: String?

  @Option(help: "The time zone of that site.")
  var timeZone = "Europe/Berlin"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The trace; .gz and .zst are compressed, - is standard output.", valueName: "file"))
  var output = "-"

  func run() throws {
    guard let date = CivilDate(start) else {
      throw Failure.input("--start \(start): write a date such as 2025-10-01")
    }
    var plan = FleetPlan(seed: seed, startDate: TimeZoneTable.utc.startOfDay(date))
    plan.stations = stations
    plan.connectorsPerStation = connectors
    plan.days = days
    plan.ocpp201SharePercent = ocpp201Share
    plan.meterIntervalSeconds = meterInterval
    plan.sessionsPerConnectorPerDay = sessionsPerDay
    plan.faultRatePerThousand = faultRate
    let simulator = try simulator(of: plan)
    if let site { try write(siteOf: simulator, to: site) }

    let file = try FileOutput(path: output)
    let summary = try simulator.run { (line) throws(OutputError) in try file.write(line) }
    try file.finish()
    Terminal.note(summary.sentence)
  }

  /// Which option sets what of the plan, for messages.
  private static let options = [
    "stations": "--stations", "connectorsPerStation": "--connectors", "startDate": "--start",
    "days": "--days", "ocpp201SharePercent": "--ocpp201-share",
    "meterIntervalSeconds": "--meter-interval",
    "sessionsPerConnectorPerDay": "--sessions-per-day", "faultRatePerThousand": "--fault-rate",
  ]

  private func simulator(of plan: FleetPlan) throws -> FleetSimulator {
    do throws(FleetPlanError) {
      return try FleetSimulator(plan)
    } catch {
      guard case .outOfRange(let setting, let allowed) = error else { throw error }
      throw Failure.input("\(Self.options[setting] ?? setting) must be \(allowed)")
    }
  }

  private func write(siteOf simulator: FleetSimulator, to path: String) throws {
    var lines = ["id: sim-1", "name: Simulated site", "time_zone: \(timeZone)", "stations:"]
    for station in simulator.stations {
      lines.append("  - id: \(station.name)")
      lines.append("    connectors:")
      for number in 1...station.connectors {
        lines.append(
          station.isOCPP201
            ? "      - { evse: \(number), connector: 1 }" : "      - { connector: \(number) }")
      }
    }
    try WholeFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }
}

extension FleetSummary {
  /// What was simulated, for people.
  fileprivate var sentence: String {
    let faults = FleetFault.allCases.compactMap { fault in
      self.faults[fault].map { "\($0) \(fault.rawValue)" }
    }
    return "\(frames) frames, \(sessions) sessions, \(energy.milliwattHours / 1_000_000) kWh; "
      + (faults.isEmpty ? "no faults" : "faults: " + faults.joined(separator: ", "))
  }
}
