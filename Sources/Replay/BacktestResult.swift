public import Bytes
public import Quantities

/// What a backtest found: history under the tariff in force and under other tariffs.
///
/// It holds no clock and no path, so the same log and the same question give the same result, byte
/// for byte (SEMANTICS 23). It assumes that drivers would have behaved the same.
public struct BacktestResult: Sendable {
  /// What was asked.
  public let range: BacktestRange
  /// What candidates are compared with.
  public let baseline: BacktestBaseline
  /// The start of the first session in the range; nil if there is none.
  public let firstStart: Instant?
  /// The start of the last session in the range; nil if there is none.
  public let lastStart: Instant?
  /// The limits that candidates are held against.
  public let guardRails: GuardRails
  /// In the order in which they were asked for.
  public let candidates: [CandidateResult]

  /// The limits that were not kept, by candidate.
  public var violations: [(candidate: BacktestCandidate, check: GuardRails.Check)] {
    candidates.flatMap { result in
      guardRails.checks(of: result.totals).filter(\.isViolated).map { (result.candidate, $0) }
    }
  }

  /// SHA-256 over the canonical rows of the result: equal digests mean equal results.
  public var digest: SHA256Digest {
    var rows = ByteWriter()
    encode(into: &rows)
    return rows.withUnsafeBytes { SHA256Hasher.digest(of: $0) }
  }
}

/// What a backtest found about one candidate.
public struct CandidateResult: Sendable {
  /// The tariff, and the currency of every amount here.
  public let candidate: BacktestCandidate
  /// What it is compared with.
  public let baseline: BacktestBaseline
  /// All sessions in the range, compared or not.
  public let sessions: Int
  /// Why sessions could not be compared, in order of the reason's text.
  public let unpriced: [UnpricedSessions]
  /// How many of the sessions that were compared have a bill with only one of the amounts, without
  /// or with VAT. Only that one is compared, in both columns.
  public let billsWithOneAmount: Int
  /// Over the sessions that were compared.
  public let totals: BacktestTotals
  /// In order of the site's id.
  public let sites: [SiteTotals]
  /// By the hour of the start on the clock of the site: 24 entries.
  public let hours: [BacktestTotals]
  /// The change for each session, in minor units with VAT.
  public let distribution: ChangeDistribution
  /// The sessions that changed most, the greatest change first, then by session id.
  public let topChanges: [SessionChange]
  /// Depends on both prices of every session; see the decision on the report.
  public let fingerprint: UInt64

  /// How many sessions could not be compared.
  public var unpricedSessions: Int { unpriced.reduce(0) { $0 + $1.sessions } }
}

/// How many sessions could not be compared for one reason.
public struct UnpricedSessions: Hashable, Sendable {
  /// Equal for equal causes.
  public let reason: UnpricedReason
  /// How many.
  public let sessions: Int
}

/// The totals of one site.
public struct SiteTotals: Hashable, Sendable {
  /// The site's id.
  public let site: String
  /// Over the sessions of this site that were compared.
  public let totals: BacktestTotals
}
