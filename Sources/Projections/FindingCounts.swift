import LMDB
import Quantities
public import Sessions
import Sites

/// How often a station showed one anomaly, in sessions and apart from them.
public struct FindingCount: Sendable, Hashable {
  public var stationName: String
  public var code: FindingCode
  /// The sessions that have it; 0 if it was seen apart from sessions only.
  public var sessions = 0
  /// How often it was seen.
  public var times: UInt64 = 0
  /// The starts of the first and the last session that has it.
  public var firstStart: Instant?
  public var lastStart: Instant?
  /// The least and the greatest of the positions that findings keep; nil if no record shows it.
  public var firstPosition: UInt64?
  public var lastPosition: UInt64?

  init(stationName: String, code: FindingCode) {
    self.stationName = stationName
    self.code = code
  }

  fileprivate mutating func add(_ finding: Finding, ofSessionFrom start: Instant?) {
    times += UInt64(finding.count)
    if let start {
      sessions += 1
      firstStart = min(firstStart ?? start, start)
      lastStart = max(lastStart ?? start, start)
    }
    for position in finding.positions {
      firstPosition = min(firstPosition ?? position, position)
      lastPosition = max(lastPosition ?? position, position)
    }
  }
}

extension ReadModels {
  /// The findings of all sessions and stations, by station and code: the gravest first, then those
  /// that were seen most. Sessions are judged by the power of their place, as ``SessionEntry`` does.
  ///
  /// - Parameter isWanted: which codes of which stations to count.
  /// - Complexity: O(sessions + stations).
  public func findingCounts(
    where isWanted: (_ stationName: String, FindingCode) -> Bool = { _, _ in true }
  ) throws -> [FindingCount] {
    var counts: [StationID: [FindingCode: FindingCount]] = [:]
    try generation.environment.read { transaction in
      let facts = try facts(in: transaction)
      func add(_ findings: [Finding], of station: StationID, sessionFrom start: Instant?) {
        let name = facts.stationName(station)
        for finding in findings where isWanted(name, finding.code) {
          counts[station, default: [:]][
            finding.code, default: FindingCount(stationName: name, code: finding.code)
          ].add(finding, ofSessionFrom: start)
        }
      }
      try transaction.forEach(in: generation.rows[0]) { entry in
        var session = try Session(row: entry.value)
        session.judge(
          connectorPower: facts.placement(
            ofStation: facts.stationName(session.station), at: session.startedAt)?
            .maxPower(evse: session.evse, connector: session.connector))
        add(session.findings, of: session.station, sessionFrom: session.startedAt)
        return true
      }
      try transaction.forEach(in: generation.stations) { entry in
        guard entry.key.count == 4 else { throw ProjectionError.damagedRow("station_states") }
        let station = StationID(
          rawValue: UInt32(bigEndian: entry.key.loadUnaligned(as: UInt32.self)))
        let state = try StationState(decoding: entry.value, station: station, name: "")
        add(state.fold.findings, of: station, sessionFrom: nil)
        return true
      }
    }
    return counts.values.flatMap(\.values).sorted { left, right in
      (right.code.severity, right.times, left.code.rawValue, left.stationName)
        < (left.code.severity, left.times, right.code.rawValue, right.stationName)
    }
  }
}
