import Quantities
import Sessions
import Sites
import Tariffs

/// Says what sessions cost under the tariffs in force, or under one tariff for all of them.
///
/// Keeps the tariffs that it has compiled. One worker owns a pricer, so there are no locks.
public final class Pricer {
  public let facts: Facts
  private var compiled: [Key: CompiledTariff] = [:]
  private var lastUsed: (key: Key, tariff: CompiledTariff)?

  /// A publication, by its position, in the zone of a site fact, by its position.
  private struct Key: Hashable {
    var tariff: UInt64
    var site: UInt64
  }

  public init(facts: Facts) { self.facts = facts }

  /// The tariff that is in force for a session (SEMANTICS 19), ready to price with.
  public func tariff(
    for session: UsageRow, station: String, at placement: Placement?
  ) -> Result<ChosenTariff, UnpricedCause> {
    guard let placement else { return .failure(.noSite) }
    let context = SessionContext(
      site: placement.siteID,
      station: facts.placeName(ofStation: station, at: session.usage.startedAt),
      evse: session.evse.map { Int($0) },
      connector: session.connector.map { Int($0) },
      tokenGroups: session.token.map {
        facts.tokens.groups(ofToken: $0, at: session.usage.startedAt)
      } ?? [])
    guard let choice = facts.tariffs.choose(for: context, at: session.usage.startedAt) else {
      return .failure(.noTariff)
    }
    let key = Key(tariff: choice.published.position, site: placement.position)
    if let lastUsed, lastUsed.key == key {
      return .success(ChosenTariff(choice: choice, compiled: lastUsed.tariff))
    }
    guard let tariff = compile(choice, key, placement.zone) else { return .failure(.noTariff) }
    lastUsed = (key, tariff)
    return .success(ChosenTariff(choice: choice, compiled: tariff))
  }

  private func compile(
    _ choice: TariffChoice, _ key: Key, _ zone: TimeZoneTable
  ) -> CompiledTariff? {
    if let known = compiled[key] { return known }
    // Compiling fails only for want of a zone, and a site has one.
    guard let tariff = try? CompiledTariff(choice.publication.tariff, zone: zone) else {
      return nil
    }
    compiled[key] = tariff
    return tariff
  }

  /// What a session costs under the tariff in force.
  public func cost(
    of session: UsageRow, station: String, at placement: Placement?
  ) -> SessionCost {
    switch tariff(for: session, station: station, at: placement) {
    case .failure(let cause): .unpriced(cause)
    case .success(let chosen): chosen.cost(of: session.usage)
    }
  }
}

/// The tariff of a session and how it came to be that.
public struct ChosenTariff: Sendable {
  public var choice: TariffChoice
  public var compiled: CompiledTariff

  /// What `usage` costs under it.
  public func cost(of usage: Usage) -> SessionCost {
    guard let total = try? compiled.total(of: usage), !total.amount.isOverflow else {
      return .unpriced(.outOfRange)
    }
    return .priced(
      SessionPrice(
        tariffID: compiled.tariff.id, tariffPosition: choice.published.position,
        isBackdated: choice.isBackdated, currency: compiled.tariff.currency, total: total))
  }
}
