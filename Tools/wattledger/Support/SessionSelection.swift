import ArgumentParser
import Projections
import Sessions

/// Which sessions a verb is about.
struct SessionSelection: ParsableArguments {
  @Option(help: "The first start, RFC 3339, or a date: midnight at the site.")
  var from: String?

  @Option(help: "The first start that is no longer listed.")
  var to: String?

  @Option(help: "Only this site. May be repeated.")
  var site: [String] = []

  @Option(help: "Only this station. May be repeated.")
  var station: [String] = []

  @Option(help: "Only this token.")
  var token: String?

  @Option(help: "Only this EVSE.")
  var evse: Int32?

  @Option(help: "Only this connector.")
  var connector: Int32?

  @Option(help: "Only sessions that are open, or closed.")
  var state: Session.State?

  @Flag(help: "The same as --state open.")
  var open = false

  @Option(help: "Only sessions with this finding; docs/findings.md lists all. May be repeated.")
  var finding: [FindingCode] = []

  @Flag(help: "Only sessions whose end is estimated.")
  var estimated = false

  @Flag(help: "Only sessions without a price.")
  var unpriced = false

  @Option(help: "The least energy, in kWh or with a unit: 500Wh.")
  var minEnergy: EnergyArgument?

  @Option(help: "The greatest energy.")
  var maxEnergy: EnergyArgument?

  @Option(help: "The least cost with VAT.")
  var minCost: AmountArgument?

  @Option(help: "The greatest cost with VAT.")
  var maxCost: AmountArgument?

  func validate() throws {
    guard !open || state ?? .open == .open else {
      throw ValidationError("--open and --state closed exclude each other")
    }
    guard !unpriced || (minCost == nil && maxCost == nil) else {
      throw ValidationError("--unpriced goes with neither --min-cost nor --max-cost")
    }
  }

  func filter() throws -> SessionFilter {
    var filter = SessionFilter()
    filter.from = try SessionFilter.Bound.read(from, "--from")
    filter.to = try SessionFilter.Bound.read(to, "--to")
    filter.sites = Set(site)
    filter.stations = Set(station)
    filter.token = token
    filter.state = open ? .open : state
    filter.evse = evse
    filter.connector = connector
    filter.findings = Set(finding)
    filter.isEstimated = estimated
    filter.isUnpriced = unpriced
    filter.minEnergy = minEnergy?.energy
    filter.maxEnergy = maxEnergy?.energy
    filter.minCost = minCost?.amount
    filter.maxCost = maxCost?.amount
    return filter
  }
}

extension Session.State: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "open": self = .open
    case "closed": self = .closed
    default: return nil
    }
  }
}
