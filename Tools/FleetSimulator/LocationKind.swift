/// Where a station stands: it decides when cars come, how long they stay and what they want.
public enum LocationKind: String, Sendable, Hashable, CaseIterable {
  /// A driveway or a residents' garage.
  case home
  /// A public AC point in a street or a car park.
  case street
  /// An employer's car park.
  case workplace
  /// A public DC charger.
  case fastCharger

  /// What the names of such stations begin with.
  public var stationNamePrefix: String {
    switch self {
    case .home: "HOME"
    case .street: "CITY"
    case .workplace: "WORK"
    case .fastCharger: "FAST"
    }
  }

  /// Whether the station converts to direct current.
  public var isDC: Bool { self == .fastCharger }
}

extension LocationKind {
  /// The share of a day's cars that come in each quarter of an hour, in parts per million.
  func arrivals(onWeekend isWeekend: Bool) -> [Int32] {
    switch self {
    case .home: isWeekend ? ArrivalTable.privateWeekend : ArrivalTable.privateWeekday
    case .street: isWeekend ? ArrivalTable.publicWeekend : ArrivalTable.publicWeekday
    case .workplace: isWeekend ? ArrivalTable.nobody : ArrivalTable.workplaceWeekday
    case .fastCharger: ArrivalTable.fastEveryDay
    }
  }

  /// Hours plugged in.
  var connectionHours: QuantileTable {
    switch self {
    case .home: .privateConnection
    case .street: .publicConnection
    case .workplace: .workplaceConnection
    case .fastCharger: .fastConnection
    }
  }

  /// Kilowatt-hours wanted.
  var energyKilowattHours: QuantileTable {
    switch self {
    case .home: .privateEnergy
    case .street: .publicEnergy
    case .workplace: .workplaceEnergy
    case .fastCharger: .fastEnergy
    }
  }

  /// Ratings of the connectors that are sold for such places, in watts.
  var connectorRatingsWatts: [Int64] {
    switch self {
    case .home: [7_400, 11_000, 11_000]
    case .street: [11_000, 22_000]
    case .workplace: [11_000, 11_000, 22_000]
    case .fastCharger: [50_000, 150_000, 300_000]
    }
  }

  /// How full a car is when it wants no more, in parts per thousand of its battery.
  var targetChargePermille: ClosedRange<Int64> {
    isDC ? 700...900 : 800...1000
  }
}
