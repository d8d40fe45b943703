import Quantities

/// What goes wrong in the field, and here at the rate of the plan.
public enum FleetFault: String, Sendable, Hashable, CaseIterable {
  /// The end of the transaction is never sent.
  case lostStop
  /// The start was not answered and is sent again under a new message id.
  case duplicateStart
  /// The end was not answered and is sent again under a new message id.
  case duplicateStop
  /// The station was offline for a while and delivers what it had to say in one burst.
  case lateDelivery
  /// The station lost power; it ends the transaction after it has restarted.
  case powerLoss
  /// The meter's register fell to zero in mid-session and counted on from there.
  case registerReset
}

/// A session as it really was, to be compared with what can be read from the trace.
public struct TrueSession: Sendable, Hashable {
  public var station: String
  /// The connector of 1.6, the EVSE of 2.0.1; from 1.
  public var connector: Int
  /// The transaction id as text: a number in 1.6.
  public var transactionID: String
  /// The charger's time of the start message.
  public var start: Instant
  /// The charger's time of the end, whether or not it was told.
  public var end: Instant
  /// The energy that the register counted, as finely as the start and stop messages say it: whole
  /// watt-hours in 1.6, tenths in 2.0.1. A reset of the register takes nothing away.
  public var energy: Energy
  /// What went wrong, in order of time, each at most once.
  public var faults: [FleetFault]
}

/// What a simulation wrote.
public struct FleetSummary: Sendable, Hashable {
  /// Lines written: one for each frame.
  public var frames = 0
  /// Bytes written, with the ends of the lines.
  public var bytes = 0
  /// Sessions that ended within the simulated time and had been told as far as they ever will be.
  public var sessions = 0
  /// Sessions that had begun and were not yet counted in ``sessions`` when the time was over.
  public var openSessions = 0
  /// For each fault, the sessions among ``sessions`` that it touched. An absent key means none.
  public var faults: [FleetFault: Int] = [:]
  /// The true energy of ``sessions``.
  public var energy = Energy.zero

  mutating func count(_ session: TrueSession) {
    sessions += 1
    energy += session.energy
    for fault in session.faults { faults[fault, default: 0] += 1 }
  }
}

/// One station of a simulated fleet, as a site file would list it.
public struct SimulatedStation: Sendable, Hashable {
  /// Such as `CITY-0007`: the kind of place and the number of the station.
  public var name: String
  public var location: LocationKind
  public var isOCPP201: Bool
  public var connectors: Int
}
