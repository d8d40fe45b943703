/// What the read models of a ledger need, and what a rebuild of them would do.
public struct RebuildPlan: Sendable, Hashable {
  /// The head of the log.
  public var head: UInt64
  public var projections: [ProjectionPlan]
}

/// What one projection needs, and what a rebuild of it would do.
public struct ProjectionPlan: Sendable, Hashable {
  public var projection: String
  /// The version that this release builds.
  public var version: Int
  public var need: RebuildNeed
  /// What serves; nil if nothing does that this release can use.
  public var serving: ServingPlan?
  /// What a rebuild would do.
  public var build: BuildPlan
  /// Who builds it now.
  public var owner: BuildOwner?
}

/// A generation that serves.
public struct ServingPlan: Sendable, Hashable {
  public var generation: String
  /// The last position folded in.
  public var position: UInt64
  /// How many events of the log are not folded in.
  public var lagEvents: UInt64
  /// How far its log time lies behind that of the log.
  public var lagSeconds: UInt64
}

/// What a rebuild of a projection would do.
public struct BuildPlan: Sendable, Hashable {
  /// Where a killed build would be gone on with; nil if it begins with the first event.
  public var resumesAt: UInt64?
  /// How many events it would fold.
  public var events: UInt64
  /// How long that takes at the rate of the last build; nil if there was none.
  public var seconds: UInt64?
  /// How much it takes on the disk beside what is there, by the size of what serves; nil if nothing
  /// does.
  public var bytes: UInt64?
  /// The generation that would be kept for a rollback: what serves.
  public var keeps: String?
  /// What would be removed: the generation kept until now, builds that cannot be gone on with.
  public var removes: [String]
}

/// What has to be done so that a projection is of the current version and up to date.
public enum RebuildNeed: Sendable, Hashable {
  case nothing
  /// Events behind the checkpoint, and nothing of what was folded before.
  case catchUp(PendingWork)
  /// Events behind the checkpoint, and a part of what was folded before.
  case part(PendingWork)
  /// Everything.
  case all(RebuildReason)
}

/// What a generation has to do to be up to date.
public struct PendingWork: Sendable, Hashable {
  /// Events behind the checkpoint.
  public var events: UInt64 = 0
  /// The stations that are folded again from their first event, because they got a record that is
  /// older than what was folded of them.
  public var lateStations: [String] = []
  /// The positions of new facts: the first of them, as many as people read.
  public var facts: [UInt64] = []
  /// The rows that depend on facts and are written again because of new ones.
  public var rows: UInt64 = 0
  /// How long it takes at the rate of the last build, without the stations and rows; nil if there
  /// was none.
  public var seconds: UInt64?

  /// Whether anything that was folded before is done again.
  public var isOfThePast: Bool { !lateStations.isEmpty || rows > 0 }

  static let mostFacts = 20
}
