import Quantities

/// The versions of one fact (a site, a token group) along the time in which they hold.
///
/// Versions are ordered by effective-from, then by publication, then by the order in which they
/// were added, which is the order of their log. Positions are never compared (SEMANTICS 11).
struct FactTimeline<Fact: Sendable>: Sendable {
  struct Version: Sendable {
    let fact: Fact
    let effectiveFrom: Instant
    let publishedAt: Instant
    /// Where the fact stands in its log, for explanations only.
    let position: UInt64

    /// Whether this version gives way to `other` where both hold. Equal ones do: the later wins.
    func yields(to other: Version) -> Bool {
      (effectiveFrom, publishedAt) <= (other.effectiveFrom, other.publishedAt)
    }
  }

  /// In the order in which they take over from each other; never empty once one was added.
  private(set) var versions: [Version] = []

  mutating func add(_ version: Version) {
    let place = versions.lastIndex { $0.yields(to: version) }
    versions.insert(version, at: place.map { $0 + 1 } ?? 0)
  }

  /// The place of the version that holds at `instant`; nil before the first one.
  func index(at instant: Instant) -> Int? {
    versions.lastIndex { $0.effectiveFrom <= instant }
  }

  /// The version that holds at `instant`; nil before the first one.
  func version(at instant: Instant) -> Version? { index(at: instant).map { versions[$0] } }

  /// The place of the version that holds at `instant`, or of the first one before that: what was
  /// published after the history that it is about still applies to it.
  func indexReachingBack(to instant: Instant) -> Int? {
    index(at: instant) ?? (versions.isEmpty ? nil : 0)
  }
}
