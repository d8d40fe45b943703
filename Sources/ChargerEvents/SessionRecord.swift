import Quantities

/// What a record of a whole session says, in the ledger's words: an OCPI CDR, an OCPI Session, or a
/// row of a table, from those who have no frames.
public struct SessionRecord: Sendable, Hashable {
  /// What the record is. A greater value outranks a lower one about the same session: a CDR is what
  /// was billed.
  public enum Source: UInt8, Sendable, CaseIterable { case tableRow, ocpiSession, cdr }

  /// What a reader noticed that the rest of the record does not show.
  public enum Remark: UInt8, Sendable, CaseIterable {
    /// A field that is not needed could not be read, and is left out.
    case unreadableField
    /// The energy between the registers is not the energy stated.
    case registersDisagree
    /// The pieces add up to a thousand times the energy stated, and were taken for Wh.
    case periodsInWattHours
    /// The stated times of the pieces are not those between their starts.
    case timeDisagrees
    /// The record does not say when the session began, or when it ended.
    case missingTime
    /// A time of reservation is not part of the session.
    case reservation
    /// A piece has negative energy, which counts as none.
    case negativeEnergy
  }

  public var source: Source
  /// The names of the session, best first; never empty. Records that share one are of one session.
  public var names: [String]
  /// What a CDR and the Session of the same charge have in common where neither names the other, as in
  /// OCPI 2.1.1. It tells nothing apart but that: two CDRs with it are of two sessions. Nil if names do.
  public var chargeName: String?
  /// The name that people know; empty if there is none.
  public var id: String
  /// When the record was written, else when the session ended.
  public var knownAt: Instant
  public var startedAt: Instant
  /// Nil while the session goes on, and where nobody says.
  public var endedAt: Instant?
  /// Whether the session goes on.
  public var isOngoing = false
  /// Whether its writer takes it back: an OCPI Session declared invalid.
  public var isInvalid = false
  /// The name of the CDR that this one takes back; nil if it is no credit.
  public var creditedName: String?
  public var evse: Int32?
  public var connector: Int32?
  public var token: String?
  public var stopReason: String?
  public var meterStart: Energy?
  public var meterStop: Energy?
  /// The energy as stated, whatever the pieces add up to; nil if it is not.
  public var energy: Energy?
  /// What went on, in time order without gaps; at least one.
  public var pieces: [Piece] = []
  /// Whether the pieces are what the record says, rather than a straight line through its total.
  public var hasPeriods = false
  /// What was billed for it; nil if the record does not say.
  public var billed: BilledAmount?
  public var remarks: [Remark] = []

  public init(source: Source, names: [String], id: String, knownAt: Instant, startedAt: Instant) {
    self.source = source
    self.names = names
    self.id = id
    self.knownAt = knownAt
    self.startedAt = startedAt
  }

  /// A part of the session during which one thing went on.
  public struct Piece: Sendable, Hashable {
    public enum Activity: UInt8, Sendable { case charging, parking }

    public var start: Instant
    public var end: Instant
    public var energy: Energy
    public var activity: Activity
    public var minPower: Power?
    public var maxPower: Power?
    public var minCurrent: Current?
    public var maxCurrent: Current?

    public init(start: Instant, end: Instant, energy: Energy, activity: Activity) {
      self.start = start
      self.end = end
      self.energy = energy
      self.activity = activity
    }
  }
}

/// What somebody billed for a session.
public struct BilledAmount: Sendable, Hashable {
  public var currency: CurrencyCode
  /// Nil if only the amount with tax is stated.
  public var exclVAT: ExactAmount?
  /// Nil if only the amount without tax is stated.
  public var inclVAT: ExactAmount?

  public init(currency: CurrencyCode, exclVAT: ExactAmount?, inclVAT: ExactAmount?) {
    self.currency = currency
    self.exclVAT = exclVAT
    self.inclVAT = inclVAT
  }
}
