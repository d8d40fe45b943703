import Quantities

/// Energy and power as people read them.
enum ElectricityText {
  /// `12 345.678 kWh`: watt-hours are the unit that sessions are billed in.
  static func kilowattHours(_ energy: Energy) -> String {
    let decimal = NumberStyle.decimal(minorUnits: energy.wattHours, decimals: 3)
    return NumberStyle.terminal.grouped(decimal) + " kWh"
  }

  /// `7.4`, without zeros at the end.
  static func kilowatts(milliwatts: Int64) -> String {
    let number = DecimalNumber(coefficient: Int128(milliwatts), exponent: -6).normalized
    return NumberStyle.terminal.grouped(number.description)
  }
}
