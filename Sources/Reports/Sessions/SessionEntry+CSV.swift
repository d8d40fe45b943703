public import Projections
import Quantities
import Sessions

extension SessionEntry {
  /// The curve, one row a reading.
  public var curveCSV: String {
    var csv = CSVWriter(
      header: ["at", "energy_mwh", "power_mw", "current_ma", "soc_percent", "position"])
    for reading in session.readings {
      csv.append([
        reading.at.rfc3339, reading.energy.map { "\($0.milliwattHours)" } ?? "",
        reading.power.map { "\($0.milliwatts)" } ?? "",
        reading.current.map { "\($0.milliamperes)" } ?? "",
        reading.stateOfChargePercent.map { "\($0)" } ?? "", "\(reading.position)",
      ])
    }
    return csv.text
  }
}
