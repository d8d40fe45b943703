import Quantities

/// Which token belonged to which groups when, out of all token facts.
///
/// The first fact of a group reaches back, so that history imported before it can be priced with a
/// tariff for the group.
public struct TokenGroups: Sendable {
  private var timelines: [String: FactTimeline<Entry>] = [:]
  /// The groups that ever listed a token, by the token in lower case.
  private var groupsOfToken: [String: Set<String>] = [:]

  private struct Entry: Sendable {
    let fact: TokenFact
    /// In lower case.
    let tokens: Set<String>
  }

  public init() {}

  /// Adds a fact. Facts must be added in the order of their log; its received-at is when it was
  /// published.
  public mutating func add(_ fact: TokenFact, publishedAt: Instant, position: UInt64) {
    let tokens = Set(fact.tokens.map { $0.lowercased() })
    for token in tokens { groupsOfToken[token, default: []].insert(fact.group) }
    timelines[fact.group, default: FactTimeline()].add(
      FactTimeline.Version(
        fact: Entry(fact: fact, tokens: tokens), effectiveFrom: fact.effectiveFrom ?? publishedAt,
        publishedAt: publishedAt, position: position))
  }

  /// The position of a fact that is equal to `fact` and that no other one of its group has replaced
  /// from the moment on at which it would hold if it were published at `now`; nil if there is none.
  public func position(ofSame fact: TokenFact, at now: Instant) -> UInt64? {
    guard let version = timelines[fact.group]?.version(at: fact.effectiveFrom ?? now) else {
      return nil
    }
    return version.fact.fact == fact ? version.position : nil
  }

  /// The names of all groups, sorted.
  public var groups: [String] { timelines.keys.sorted() }

  /// The groups that a token is in at `instant`, sorted. Its case does not count (OCPP: CiString,
  /// identifierString).
  public func groups(ofToken token: String, at instant: Instant) -> [String] {
    let token = token.lowercased()
    guard let groups = groupsOfToken[token] else { return [] }
    return groups.filter { group in
      guard let timeline = timelines[group] else { return false }
      let index = timeline.indexReachingBack(to: instant)
      return index.map { timeline.versions[$0].fact.tokens.contains(token) } == true
    }.sorted()
  }
}
