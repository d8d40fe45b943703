/// One connector: the car that is or will be there, and its transaction.
struct Connector: Sendable {
  /// Where a visit stands, and what happens next at ``nextAt``.
  enum Phase: Sendable {
    /// Nobody is here; the next car comes.
    case free
    /// A car is plugged in; the driver will be identified.
    case plugged
    /// The driver is identified; the transaction will start.
    case authorized
    /// The transaction is open; energy will flow.
    case starting
    /// Energy flows, or the car has enough and stays.
    case inSession
    /// The transaction is over; the car will be unplugged.
    case ended
  }

  /// From 1.
  let number: Int
  let ratingWatts: Int64
  /// When cars come is drawn apart from everything else: how far ahead one looks for the next car
  /// depends on the length of the plan, and must change nothing before its end.
  var arrivals: SplitMix64
  var phase = Phase.free
  /// When the next step is due, in milliseconds since 1970; `Int64.max` for never.
  var nextAt = Int64.max
  /// The import register over the connector's life, in millijoules.
  var register: Int64
  var visit: Visit?
  /// The last state that a StatusNotification told, and the one that holds.
  var reportedState: ConnectorState?
  var state = ConnectorState.available

  init(number: Int, ratingWatts: Int64, register: Int64, arrivals: SplitMix64) {
    self.number = number
    self.ratingWatts = ratingWatts
    self.arrivals = arrivals
    self.register = register
  }
}

/// One car's stay at a connector.
struct Visit: Sendable {
  /// Times are in milliseconds since 1970.
  let departsAt: Int64
  let token: UInt32
  /// The driver asks for the start in an app, if the station is online then.
  var isRemote: Bool
  /// 0 for direct current.
  let phases: Int64
  var battery: Battery
  var session: OpenSession?
}

/// A transaction that is open at a connector, and what will become of it.
struct OpenSession: Sendable {
  var transaction: Transaction
  let begin: MeterSample
  /// What the register would read if it had never been reset, in millijoules.
  var trueRegister: Int64
  /// Up to when energy has been counted, in milliseconds since 1970.
  var chargedUntil: Int64
  var nextReadingAt = Int64.max
  var isSuspended = false
  /// What will go wrong.
  var plannedFault: FleetFault?
  /// When it will; `Int64.max` if that follows from the fault itself.
  var faultAt = Int64.max
  /// What has gone wrong.
  var faults: [FleetFault] = []

  mutating func suffer(_ fault: FleetFault) {
    if !faults.contains(fault) { faults.append(fault) }
  }
}

extension Connector {
  /// Lets energy flow until `time`, if a car is taking any.
  mutating func charge(until time: Int64) {
    guard phase == .inSession, var current = visit, var session = current.session else { return }
    let energy = current.battery.charge(milliseconds: time - session.chargedUntil)
    session.chargedUntil = time
    session.trueRegister += energy
    register += energy
    current.session = session
    visit = current
  }

  /// The meter at `time`, which is that of the last charge.
  func sample(at time: Int64) -> MeterSample {
    MeterSample(
      at: time, register: register,
      powerWatts: phase == .inSession ? visit?.battery.powerWatts ?? 0 : 0,
      chargePermille: visit?.battery.chargePermille ?? 0, phases: visit?.phases ?? 0)
  }

  /// When the next step of a session is due: the departure, a fault, a full battery or a reading.
  var nextSessionStepAt: Int64 {
    guard let visit, let session = visit.session else { return .max }
    let soonest = min(visit.departsAt, session.nextReadingAt, session.faultAt)
    guard !session.isSuspended else { return soonest }
    let sated = visit.battery.millisecondsUntilSated(within: soonest - session.chargedUntil)
    return sated.map { session.chargedUntil + $0 } ?? soonest
  }
}
