import Quantities

/// What to simulate. The same plan gives the same bytes on every machine.
public struct FleetPlan: Sendable, Hashable {
  /// The shares of the kinds of place, as weights: only their proportions count.
  public struct LocationMix: Sendable, Hashable {
    public var home: Int
    public var street: Int
    public var workplace: Int
    public var fastCharger: Int

    public init(home: Int, street: Int, workplace: Int, fastCharger: Int) {
      self.home = home
      self.street = street
      self.workplace = workplace
      self.fastCharger = fastCharger
    }

    func weight(of kind: LocationKind) -> Int {
      switch kind {
      case .home: home
      case .street: street
      case .workplace: workplace
      case .fastCharger: fastCharger
      }
    }
  }

  /// Everything random follows from it.
  public var seed: UInt64
  /// 1 to 100,000.
  public var stations = 20
  /// 1 to 16.
  public var connectorsPerStation = 2
  /// The trace begins at this moment, between the years 2000 and 2200.
  public var startDate: Instant
  /// How many times 24 hours it lasts, 1 to 3,660.
  public var days = 30
  /// How many stations in a hundred speak OCPP 2.0.1; the others speak 1.6.
  public var ocpp201SharePercent = 50
  /// Seconds between two meter values while energy flows, 1 to 86,400.
  public var meterIntervalSeconds = 60
  /// Seconds between two meter values while a full car stays plugged in, 1 to 86,400. Many stations
  /// slow down then.
  public var idleMeterIntervalSeconds = 900
  /// Seconds between two heartbeats, 10 to 86,400.
  public var heartbeatIntervalSeconds = 900
  /// The mean number of cars in a day that want a connector, 0 to 96. A car that finds it taken
  /// drives on, so fewer are served.
  public var sessionsPerConnectorPerDay = 1.5
  /// How many sessions in a thousand get one of the faults of ``FleetFault``.
  public var faultRatePerThousand = 20
  /// How many sessions in a hundred are started from an app.
  public var remoteStartSharePercent = 25
  public var locations = LocationMix(home: 25, street: 45, workplace: 20, fastCharger: 10)
  /// Seconds by which the drivers' clock is ahead of UTC, at most 18 hours either way. It is fixed:
  /// drivers here know no daylight saving.
  public var timeZoneOffsetSeconds = 3600

  /// A plan of twenty stations for thirty days; change what should differ.
  public init(seed: UInt64, startDate: Instant) {
    self.seed = seed
    self.startDate = startDate
  }

  /// The first moment that is no longer simulated.
  public var endDate: Instant {
    startDate.advanced(byMilliseconds: Int64(days) * 86_400_000)
  }
}

/// A plan that cannot be simulated.
public enum FleetPlanError: Error, Hashable, CustomStringConvertible {
  /// A figure lies outside its range.
  case outOfRange(setting: String, allowed: String)
  /// Every weight of ``FleetPlan/LocationMix`` is zero, or one is negative.
  case noLocations

  public var description: String {
    switch self {
    case .outOfRange(let setting, let allowed):
      "the fleet plan's \(setting) is out of range: it must be \(allowed)"
    case .noLocations:
      "the fleet plan has no kind of location: give at least one a weight above 0, none below"
    }
  }
}

extension FleetPlan {
  /// 2000-01-01 to 2200-01-01, in milliseconds since 1970: years of four digits, far from overflow.
  private static let startRange: ClosedRange<Int64> = 946_684_800_000...7_258_118_400_000

  /// - Throws: ``FleetPlanError`` for the first setting that is out of range.
  func validate() throws(FleetPlanError) {
    let whole: [(setting: String, value: Int, range: ClosedRange<Int>)] = [
      ("stations", stations, 1...100_000),
      ("connectorsPerStation", connectorsPerStation, 1...16),
      ("days", days, 1...3660),
      ("ocpp201SharePercent", ocpp201SharePercent, 0...100),
      ("meterIntervalSeconds", meterIntervalSeconds, 1...86_400),
      ("idleMeterIntervalSeconds", idleMeterIntervalSeconds, 1...86_400),
      ("heartbeatIntervalSeconds", heartbeatIntervalSeconds, 10...86_400),
      ("faultRatePerThousand", faultRatePerThousand, 0...1000),
      ("remoteStartSharePercent", remoteStartSharePercent, 0...100),
      ("timeZoneOffsetSeconds", timeZoneOffsetSeconds, -64_800...64_800),
    ]
    for (setting, value, range) in whole where !range.contains(value) {
      throw .outOfRange(
        setting: setting, allowed: "\(range.lowerBound) to \(range.upperBound), not \(value)")
    }
    guard (0...96).contains(sessionsPerConnectorPerDay) else {
      throw .outOfRange(
        setting: "sessionsPerConnectorPerDay",
        allowed: "0 to 96, not \(sessionsPerConnectorPerDay)")
    }
    guard Self.startRange.contains(startDate.millisecondsSinceEpoch) else {
      throw .outOfRange(setting: "startDate", allowed: "in the years 2000 to 2199")
    }
    let weights = LocationKind.allCases.map(locations.weight)
    guard weights.allSatisfy({ (0...1_000_000).contains($0) }), weights.contains(where: { $0 > 0 })
    else { throw .noLocations }
  }
}
