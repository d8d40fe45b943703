import Quantities

extension TariffCatalog {
  /// Checks that a publication at `publishedAt` leaves no doubt which tariff is meant.
  ///
  /// A publication takes over from another one of the same target if it starts later, or is a new
  /// version of the same tariff. One without `valid_from` starts when it is published. Anything
  /// else that overlaps is refused: one of the two would silently never apply.
  public func check(
    _ publication: TariffPublication, publishedAt: Instant
  ) throws(TariffOverlap) {
    guard let validity = publication.validity else { return }
    let start = validity.start(publishedAt: publishedAt)
    for target in publication.assignments {
      for other in entries(competingWith: target)
      where other.validity.overlaps(validity) && start <= other.validity.lowerBound
        && other.publication.tariff.id != publication.tariff.id
      {
        throw TariffOverlap(
          target: target, tariff: publication.tariff.id, otherTariff: other.publication.tariff.id,
          otherPosition: other.position, otherStart: other.validity.lowerBound)
      }
    }
  }
}

extension TariffCatalog {
  /// The position of a publication that is equal to `publication` and that nothing has replaced:
  /// for each of its targets it is the latest one for sessions that start when `publication` would
  /// begin to hold if it were published at `now`. Nil if there is none.
  public func position(ofSame publication: TariffPublication, at now: Instant) -> UInt64? {
    guard let validity = publication.validity else { return nil }
    let start = min(
      validity.start(publishedAt: now), validity.upperBound.advanced(byMilliseconds: -1))
    var position: UInt64?
    for target in publication.assignments {
      let latest = entries(competingWith: target).last { $0.validity.contains(start) }
      guard let latest, latest.publication == publication else { return nil }
      position = latest.position
    }
    return position
  }
}

extension Range<Instant> {
  /// Where a validity begins: one without a beginning of its own when it is published.
  fileprivate func start(publishedAt: Instant) -> Instant {
    lowerBound == .distantPast ? publishedAt : lowerBound
  }
}

extension TariffTarget {
  /// Whether one session can be part of both at equal rank. Token groups are told apart by their
  /// names only: who will be in two of them is not known when a tariff is published.
  func competes(with other: TariffTarget) -> Bool {
    guard case .connector(let station, let evse, let connector) = self,
      case .connector(station, let otherEVSE, connector) = other
    else { return self == other }
    return evse == otherEVSE || evse == nil || otherEVSE == nil
  }
}

/// Two tariffs would be for the same sessions, and neither takes over from the other.
public struct TariffOverlap: Error, Sendable, Hashable {
  /// What both are assigned to.
  public var target: TariffTarget
  /// The id of the new one.
  public var tariff: String
  /// The id of the one in the log.
  public var otherTariff: String
  /// Where the other one is in the log.
  public var otherPosition: UInt64
  /// When the other one starts to be valid.
  public var otherStart: Instant
}

extension TariffOverlap: CustomStringConvertible {
  public var description: String {
    "tariff \(tariff) and tariff \(otherTariff) (position \(otherPosition), valid from "
      + "\(otherStart)) are both for \(target) at the same time; let \(tariff) start later, or "
      + "end it by then"
  }
}
