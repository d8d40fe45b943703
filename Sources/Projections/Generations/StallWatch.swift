import Synchronization

/// Notices when a rebuild stands still, and names where.
public final class StallWatch: Sendable {
  /// A rebuild that stands still.
  public struct Stall: Sendable, Hashable {
    /// Where it stands.
    public var progress: RebuildProgress
    /// For how long.
    public var milliseconds: UInt64
  }

  private struct State {
    var latest: (progress: RebuildProgress, at: UInt64)?
    var isTold = false
  }

  private let limitMilliseconds: UInt64
  private let clock: @Sendable () -> UInt64
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limitMilliseconds: how long nothing may happen.
  ///   - clock: milliseconds that only go forward.
  public init(limitMilliseconds: UInt64 = 10_000, clock: @escaping @Sendable () -> UInt64) {
    self.limitMilliseconds = limitMilliseconds
    self.clock = clock
  }

  /// Takes note of progress. The same as before is none.
  public func note(_ progress: RebuildProgress) {
    state.withLock { state in
      guard state.latest?.progress != progress else { return }
      state = State(latest: (progress, clock()))
    }
  }

  /// The stall, once for each; nil if there is none that was not told.
  public func check() -> Stall? {
    state.withLock { state in
      guard let latest = state.latest, !state.isTold else { return nil }
      let now = clock()
      guard now >= latest.at, now - latest.at >= limitMilliseconds else { return nil }
      state.isTold = true
      return Stall(progress: latest.progress, milliseconds: now - latest.at)
    }
  }
}

extension StallWatch.Stall: CustomStringConvertible {
  public var description: String {
    "No progress for \(milliseconds / 1000) s: \(progress.phase.words) `\(progress.projection)` at "
      + "position \(progress.position) of \(progress.head)."
  }
}

extension RebuildProgress.Phase {
  /// For people.
  public var words: String {
    switch self {
    case .folding: "folding"
    case .comparing: "comparing"
    case .catchingUp: "catching up"
    case .syncing: "syncing"
    case .switching: "taking over"
    }
  }
}
