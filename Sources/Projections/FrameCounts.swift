import LMDB
import Sessions

/// How many frames of a log say nothing new or cannot be read. They are in the log like all others.
public struct FrameCounts: Sendable, Hashable {
  /// Frames that repeat an earlier one of their station, as the folds have recognised them
  /// (SEMANTICS 7).
  public var duplicates: UInt64 = 0
  /// Frames that are not OCPP-J: broken JSON, wrong shape.
  public var unreadable: UInt64 = 0

  public init() {}

  fileprivate mutating func add(_ findings: [Finding]) {
    for finding in findings {
      switch finding.code {
      case .duplicateStart, .duplicateStop, .duplicateEvent: duplicates += UInt64(finding.count)
      default: break
      }
    }
  }
}

extension ReadModels {
  /// Counts the frames that folds could make nothing of.
  /// - Complexity: O(sessions + stations).
  public func frameCounts() throws -> FrameCounts {
    var counts = FrameCounts()
    try generation.environment.read { transaction in
      try transaction.forEach(in: generation.rows[0]) { entry in
        counts.add(try Session(row: entry.value).findings)
        return true
      }
      try transaction.forEach(in: generation.stations) { entry in
        let state = try StationState(
          decoding: entry.value, station: StationID(rawValue: 0), name: "")
        counts.add(state.fold.findings)
        counts.unreadable += state.unreadableFrames
        return true
      }
    }
    return counts
  }
}
