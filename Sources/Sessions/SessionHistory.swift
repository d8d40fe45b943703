/// The sessions of a station that a fold no longer holds: the `sessions` read model, usually.
///
/// The fold asks only for what is neither open nor in the ``SessionChanges`` of this pass.
public protocol SessionHistory {
  /// What can go wrong while looking; `Never` for a history in memory.
  associatedtype Failure: Error = Never

  /// The session last registered under `key`, or nil.
  func session(for key: SessionKey) throws(Failure) -> Session?
}

/// A history without a past: every session is in this pass.
public struct NoHistory: SessionHistory {
  public init() {}

  public func session(for key: SessionKey) -> Session? { nil }
}
