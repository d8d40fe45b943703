import FleetSimulator
import Quantities

/// A simulated fleet's trace, and the truth about it.
struct Fleet {
  let lines: [ArraySlice<UInt8>]
  let sessions: [TrueSession]
  let summary: FleetSummary
  let stations: [SimulatedStation]

  /// Six stations for some days, with a fault in every third session unless said otherwise.
  init(
    seed: UInt64, faultRatePerThousand: Int = 300, days: Int = 4, heartbeatSeconds: Int = 7200
  ) throws {
    var plan = FleetPlan(seed: seed, startDate: instant("2026-03-02T00:00:00Z"))
    plan.stations = 6
    plan.days = days
    plan.meterIntervalSeconds = 900
    plan.idleMeterIntervalSeconds = 3600
    plan.heartbeatIntervalSeconds = heartbeatSeconds
    plan.faultRatePerThousand = faultRatePerThousand
    let simulator = try FleetSimulator(plan)
    var bytes: [UInt8] = []
    var sessions: [TrueSession] = []
    summary = simulator.run(
      onSession: { sessions.append($0) }, { bytes.append(contentsOf: $0) })
    self.sessions = sessions
    stations = simulator.stations
    lines = bytes.split(separator: UInt8(ascii: "\n"))
  }

  /// The whole trace.
  var trace: [UInt8] { Self.joined(lines[...]) }

  /// The trace in `count` pieces of about the same length.
  func pieces(_ count: Int) -> [[UInt8]] {
    (0..<count).map { piece in
      Self.joined(lines[lines.count * piece / count..<lines.count * (piece + 1) / count])
    }
  }

  private static func joined(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [UInt8] {
    lines.flatMap { $0 + [UInt8(ascii: "\n")] }
  }
}
