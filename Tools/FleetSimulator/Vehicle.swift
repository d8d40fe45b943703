/// A model of car, as far as a charger can tell: its battery and what it can take.
///
/// Figures of the models most often registered in the Netherlands, plug-in hybrids included, from
/// the table that comes with EV2Gym (MIT, see LICENSE-statistics.txt).
struct Vehicle: Sendable {
  /// How many of the model are on the road: its weight in a draw.
  let registrations: Int64
  let capacityWattHours: Int64
  let maxACWatts: Int64
  /// 0 for a car without a DC inlet.
  let maxDCWatts: Int64

  private static func of(
    _ registrations: Int64, _ capacityWattHours: Int64, _ maxACWatts: Int64, _ maxDCWatts: Int64
  ) -> Vehicle {
    Vehicle(
      registrations: registrations, capacityWattHours: capacityWattHours,
      maxACWatts: maxACWatts, maxDCWatts: maxDCWatts)
  }

  /// Registrations, battery in watt-hours, greatest AC and DC power in watts.
  static let models: [Vehicle] = [
    of(49_955, 57_500, 11_000, 170_000),  // Tesla Model 3
    of(27_600, 64_800, 11_000, 80_000),  // Kia Niro
    of(22_095, 58_000, 11_000, 120_000),  // Volkswagen ID.3
    of(19_505, 64_000, 11_000, 77_000),  // Hyundai Kona
    of(29_964, 57_500, 11_000, 170_000),  // Tesla Model Y
    of(19_472, 58_000, 11_000, 124_000),  // Skoda Enyaq
    of(17_099, 46_300, 7_400, 101_000),  // Peugeot E-208
    of(14_740, 52_000, 22_000, 46_000),  // Renault Zoe
    of(15_514, 77_000, 11_000, 135_000),  // Volkswagen ID.4
    of(11_977, 39_000, 3_600, 46_000),  // Nissan Leaf
    of(10_899, 75_000, 11_000, 250_000),  // Tesla Model S
    of(21_639, 9_000, 3_700, 0),  // Mitsubishi Outlander
    of(18_585, 17_600, 3_700, 0),  // Lynk and co 01
    of(15_959, 12_000, 3_600, 0),  // Ford Kuga
    of(15_077, 8_000, 3_700, 0),  // Volvo XC60
    of(14_594, 8_000, 3_700, 0),  // Volvo V60
    of(14_279, 8_800, 3_700, 0),  // Volvo XC40
    of(13_475, 7_400, 3_700, 40_000),  // Volkswagen Golf
    of(12_028, 8_000, 3_700, 0),  // Volvo XC90
    of(10_642, 6_000, 3_700, 0),  // BMW 3-serie
    of(10_039, 7_500, 3_700, 0),  // BMW X5
  ]
}

extension Vehicle {
  /// A car that can take up `wattHours` in one stop, drawn by registrations.
  ///
  /// If no model can (the measured tail is longer than any battery of the table), it is the one
  /// with the largest battery.
  static func draw(wanting wattHours: Int64, onDC: Bool, using random: inout SplitMix64) -> Vehicle
  {
    let fits = { (car: Vehicle) in
      car.usableWattHours >= wattHours && (!onDC || car.maxDCWatts > 0)
    }
    let total = models.reduce(0) { $0 + (fits($1) ? $1.registrations : 0) }
    guard total > 0 else { return largest }
    var ticket = random.below(total)
    for car in models where fits(car) {
      ticket -= car.registrations
      if ticket < 0 { return car }
    }
    return largest
  }

  /// What fits between nearly empty and full: 95 % of the battery.
  var usableWattHours: Int64 { capacityWattHours * 95 / 100 }

  private static let largest = models.reduce(models[0]) {
    $1.capacityWattHours > $0.capacityWattHours ? $1 : $0
  }
}
