import Quantities
import Sessions
import TestSupport

@testable import Projections

extension SessionFilter {
  /// A filter made of one or two of the marks of some session, so that it often finds others too.
  static func sample(
    from all: [SessionEntry], using random: inout SplitMix64
  ) -> SessionFilter {
    var filter = SessionFilter()
    guard let entry = all.randomElement(using: &random) else { return filter }
    let session = entry.session
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      switch Int.random(in: 0..<16, using: &random) {
      case 0: filter.stations = [entry.stationName]
      case 1: filter.sites = ["depot"]
      case 2: filter.token = session.token
      case 3: filter.state = session.state
      case 4: filter.evse = session.evse
      case 5: filter.connector = session.connector
      case 6: filter.findings = Set(session.findings.map(\.code).prefix(2))
      case 7: filter.isEstimated = true
      case 8: filter.isUnpriced = true
      case 9: filter.minEnergy = session.energy
      case 10: filter.maxEnergy = session.energy
      case 11: filter.from = .instant(session.startedAt)
      case 12: filter.to = CivilDate("2026-03-04").map { .date($0) }
      case 13: filter.minCost = entry.price?.inclVAT
      case 14: filter.maxCost = entry.price?.inclVAT
      default: filter.findings = [.powerAboveConnector]
      }
    }
    return filter
  }
}
