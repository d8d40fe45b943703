import ChargerEvents
import Quantities

extension Session {
  /// A register that the energy of a session rests on: what to look at when a bill is disputed.
  ///
  /// The energy is the sum over the stretches from each `begin` or `afterBreak` to the next
  /// `beforeBreak` or `end`. Power and intervals have no register; their points say where the sum
  /// begins and ends.
  public struct EnergyPoint: Sendable, Hashable {
    public enum Role: UInt8, Sendable, CaseIterable {
      case begin, end
      /// The last register before a reset, a rollover or a jump, and the first one after it.
      case beforeBreak, afterBreak
    }

    public var role: Role
    public var at: Instant
    /// The register in its own unit as read; nil where none was shown.
    public var register: Energy?
    /// The record that shows it; 0 if the ledger has none.
    public var position: UInt64

    public init(role: Role, at: Instant, register: Energy?, position: UInt64) {
      self.role = role
      self.at = at
      self.register = register
      self.position = position
    }
  }

  /// The start and the stop as points.
  mutating func restOnStartAndStop() {
    energyPoints = [startPoint, stopPoint]
  }

  /// The first and last reading of a sum as points.
  mutating func restOn(first: Int, last: Int) {
    energyPoints = [point(.begin, of: readings[first]), point(.end, of: readings[last])]
  }

  /// The walked series as points, from the start's register and to the stop's where they lead on.
  mutating func rest(on curve: RegisterCurve, _ series: RegisterSeries) {
    guard let first = curve.first, let last = curve.last else { return }
    energyPoints = [series.leadsFromStart ? startPoint : point(.begin, of: readings[first.index])]
    for gap in curve.breaks {
      energyPoints.append(point(.beforeBreak, of: readings[gap.before.index]))
      energyPoints.append(point(.afterBreak, of: readings[gap.after.index]))
    }
    energyPoints.append(series.trailsToStop ? stopPoint : point(.end, of: readings[last.index]))
  }

  private var startPoint: EnergyPoint {
    EnergyPoint(
      role: .begin, at: startedAt, register: meterStart,
      position: messages.first { $0.kind == .started }?.position ?? openedAtPosition)
  }

  private var stopPoint: EnergyPoint {
    EnergyPoint(
      role: .end, at: endedAt ?? startedAt, register: meterStop,
      position: endMessage?.position ?? 0)
  }

  private func point(_ role: EnergyPoint.Role, of reading: Reading) -> EnergyPoint {
    EnergyPoint(
      role: role, at: max(reading.at, startedAt), register: reading.register,
      position: reading.position)
  }
}
