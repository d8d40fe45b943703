/// What a rebuild of a projection has come to.
public struct RebuiltProjection: Sendable, Hashable {
  public var projection: String
  /// The generation that serves now.
  public var generation: String
  /// The one that served before, kept for a rollback; nil if there was none.
  public var replaced: String?
  /// Where in the log both were compared.
  public var position: UInt64
  /// The position behind which a killed build was gone on with; nil for one from the first event.
  public var resumedAt: UInt64?
  /// Its read models, as they were at ``position``.
  public var models: [ReadModelComparison]
}
