import EventLog
import JSON
import Quantities
import Sessions
import Sites
import Tariffs

/// All facts of a log, as ``FactImpact`` looks at them: which are new, and what the old ones were.
struct FactHistory {
  /// Whose sessions may be priced by another tariff, and from when to when they start. Without a
  /// target it is anybody's.
  private(set) var repriced: [(target: TariffTarget?, starts: Range<Instant>)] = []
  /// The stations that may stand somewhere else, and from when on.
  private(set) var moved: [(stations: Set<String>, starts: Range<Instant>)] = []

  /// The stations that have records, by their names.
  let ids: [String: StationID]

  private var listings: [Listing] = []
  private var groups: [TokenListing] = []
  /// The token groups that some tariff was published for.
  private var pricedGroups: Set<String> = []
  /// By a station: those that ever took its place.
  private var replacedBy: [String: Set<String>] = [:]

  /// What a site fact says of stations.
  private struct Listing {
    var site: String
    var stations: Set<String>
    var from: Instant
    var isNew: Bool
  }

  private struct TokenListing {
    var group: String
    var from: Instant
    var isNew: Bool
  }

  init(
    reading ledger: Ledger, _ facts: Facts, after position: UInt64, through head: UInt64
  ) throws {
    ids = facts.stationsByName
    let parser = JSONParser()
    try ledger.read { snapshot in
      try snapshot.forEachEvent(ofStream: 0, through: head) { envelope, body in
        // What cannot be read is left out by the folds too.
        if let fact = try? Fact(envelope.kind, body, parser) {
          add(fact, publishedAt: envelope.receivedAt, isNew: envelope.position > position)
        }
        return true
      }
    }
    addMoves(of: facts.corrections, after: position)
    for group in groups where group.isNew && pricedGroups.contains(group.group) {
      repriced.append((.tokenGroup(group.group), starts(of: group)))
    }
    for listing in listings where listing.isNew { addMoves(by: listing) }
  }

  private mutating func add(_ fact: Fact, publishedAt: Instant, isNew: Bool) {
    switch fact {
    case .site(let fact):
      listings.append(
        Listing(
          site: fact.site.id, stations: Set(fact.site.stations.map(\.id)),
          from: fact.effectiveFrom ?? publishedAt, isNew: isNew))
    case .tokens(let fact):
      groups.append(
        TokenListing(
          group: fact.group, from: fact.effectiveFrom ?? publishedAt, isNew: isNew))
    case .tariff(let publication):
      for case .tokenGroup(let group) in publication.assignments { pricedGroups.insert(group) }
      guard isNew, let validity = publication.validity else { return }
      for target in publication.assignments { repriced.append((target, validity)) }
    case .reprice(let order):
      guard isNew, order.from < order.to else { return }
      if order.targets.isEmpty { repriced.append((nil, order.from..<order.to)) }
      for target in order.targets { repriced.append((target, order.from..<order.to)) }
    // Corrections come out of their book; tables of sessions say nothing of prices.
    case .correction, .tableMap: break
    }
  }

  /// A group's first fact reaches back.
  private func starts(of group: TokenListing) -> Range<Instant> {
    let isLater = groups.contains {
      !$0.isNew && $0.group == group.group && $0.from < group.from
    }
    return isLater ? .from(group.from) : .always
  }

  /// A station's first membership reaches back (SEMANTICS 12); any other change holds from the fact's
  /// effective-from on. A site's stations are also those that the fact no longer lists.
  private mutating func addMoves(by listing: Listing) {
    let (known, others) = stations(ofSite: listing.site).reduce(
      into: (Set<String>(), Set<String>())
    ) { parts, name in
      let isKnown = listings.contains {
        !$0.isNew && $0.from < listing.from && $0.stations.contains(name)
      }
      if isKnown { parts.0.insert(name) } else { parts.1.insert(name) }
    }
    moved.append((known, .from(listing.from)))
    moved.append((others, .always))
  }

  /// Exchanges of stations, and facts that undo them.
  private mutating func addMoves(of book: CorrectionBook, after position: UInt64) {
    for entry in book.entries {
      if case .station(let exchange) = entry.correction.change {
        replacedBy[exchange.old, default: []].insert(exchange.new)
      }
      guard entry.position > position, let exchange = book.stationExchange(behind: entry) else {
        continue
      }
      moved.append(([exchange.new], .from(exchange.at)))
    }
  }

  /// The stations that a site ever listed.
  func stations(ofSite id: String) -> Set<String> {
    listings.reduce(into: []) { found, listing in
      if listing.site == id { found.formUnion(listing.stations) }
    }
  }

  /// A station and all that ever took its place, through any number of exchanges.
  func successors(ofStation name: String) -> Set<String> {
    var found: Set<String> = [name]
    var waiting = [name]
    while let name = waiting.popLast() {
      for next in replacedBy[name] ?? [] where found.insert(next).inserted { waiting.append(next) }
    }
    return found
  }
}
