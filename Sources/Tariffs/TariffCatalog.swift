import Quantities

/// Every publication of the log, ready to say which one is for a session (SEMANTICS 19).
///
/// Built by adding facts in the order of the log; the order of adding does not change an answer.
public struct TariffCatalog: Sendable {
  private var published: [TariffTarget: [PublishedTariff]] = [:]
  private var reprices: [(order: RepriceOrder, publishedAt: Instant)] = []

  public init() {}

  /// Whether any tariff was published.
  public var isEmpty: Bool { published.isEmpty }

  /// Every publication, once each, in the order of the log.
  public var publications: [PublishedTariff] {
    var seen: Set<UInt64> = []
    return published.values.joined().filter { seen.insert($0.position).inserted }
      .sorted { $0.position < $1.position }
  }

  /// Adds a publication that is in the log. It is not checked again: what was once accepted stays.
  public mutating func add(
    _ publication: TariffPublication, publishedAt: Instant, position: UInt64
  ) {
    guard let validity = publication.validity else { return }
    let entry = PublishedTariff(publication, validity, publishedAt, position)
    for target in publication.assignments {
      let entries = published[target, default: []]
      let index = entries.firstIndex { entry.isBefore($0) } ?? entries.endIndex
      published[target, default: []].insert(entry, at: index)
    }
  }

  /// Adds a reprice order that is in the log.
  public mutating func add(_ order: RepriceOrder, publishedAt: Instant) {
    reprices.append((order, publishedAt))
  }

  /// The publication at a position of the log; nil if there is none.
  /// - Complexity: O(publications).
  public func publishedTariff(at position: UInt64) -> PublishedTariff? {
    published.values.lazy.joined().first { $0.position == position }
  }

  /// What is published for sessions of `target` at its rank, in order.
  func entries(competingWith target: TariffTarget) -> [PublishedTariff] {
    published.filter { target.competes(with: $0.key) }.values.joined().sorted { $0.isBefore($1) }
  }

  /// The tariff of a session that starts at `start`; nil if none was ever published for it.
  ///
  /// - Complexity: a few hash look-ups, and the publications of the targets found.
  public func choose(for session: SessionContext, at start: Instant) -> TariffChoice? {
    let known = knownUntil(session, start)
    var inForce: (rank: Int, tariff: PublishedTariff)?
    var afterwards: PublishedTariff?
    session.forEachTarget { target, rank in
      guard inForce == nil || inForce?.rank == rank, let entries = published[target] else { return }
      for entry in entries where entry.validity.contains(start) {
        if entry.publishedAt > known {
          // The first publication afterwards gave the price; a later one of a stronger rank must
          // not take it away.
          if afterwards.map({ entry.publishedAt < $0.publishedAt }) ?? true { afterwards = entry }
          break
        }
        if inForce.map({ $0.tariff.isBefore(entry) }) ?? true { inForce = (rank, entry) }
      }
    }
    if let inForce {
      return TariffChoice(
        published: inForce.tariff, isBackdated: inForce.tariff.publishedAt > start)
    }
    return afterwards.map { TariffChoice(published: $0, isBackdated: true) }
  }

  /// Publications up to here count as known at the session's start: the start itself, or the last
  /// reprice order for the session.
  private func knownUntil(_ session: SessionContext, _ start: Instant) -> Instant {
    var known = start
    for (order, publishedAt) in reprices
    where order.from <= start && start < order.to && publishedAt > known {
      var isMeant = order.targets.isEmpty
      session.forEachTarget { target, _ in isMeant = isMeant || order.targets.contains(target) }
      if isMeant { known = publishedAt }
    }
    return known
  }
}

/// A publication and its place in the log. A class, because many sessions share one.
public final class PublishedTariff: Sendable {
  /// What was published.
  public let publication: TariffPublication
  /// When it is valid.
  public let validity: Range<Instant>
  /// When the fact was received.
  public let publishedAt: Instant
  /// The position of the fact, by which an explanation names it.
  public let position: UInt64

  init(
    _ publication: TariffPublication, _ validity: Range<Instant>, _ publishedAt: Instant,
    _ position: UInt64
  ) {
    self.publication = publication
    self.validity = validity
    self.publishedAt = publishedAt
    self.position = position
  }

  func isBefore(_ other: PublishedTariff) -> Bool {
    (publishedAt, position) < (other.publishedAt, other.position)
  }
}

/// Which tariff a session is priced with.
public struct TariffChoice: Sendable {
  /// The publication that prices the session.
  public let published: PublishedTariff
  /// It was published after the session had started.
  public let isBackdated: Bool

  /// What was published.
  public var publication: TariffPublication { published.publication }
}
