import ChargerEvents
import JSON

/// What a sample measures, as far as sessions ask. The first five add up over phases; their raw
/// values count from 0 so that they can index ``PhaseAmounts``.
enum Measurand: Int {
  case importRegister = 0
  case exportRegister, importInterval, power, current
  case stateOfCharge
  case other

  /// How many measurands add up over phases.
  static let summableCount = 5

  /// MeasurandEnumType; the default is the register of imported energy.
  init(name: UnsafeRawBufferPointer) {
    switch name {
    case "Energy.Active.Import.Register", "": self = .importRegister
    case "Energy.Active.Export.Register": self = .exportRegister
    case "Energy.Active.Import.Interval": self = .importInterval
    case "Power.Active.Import": self = .power
    case "Current.Import": self = .current
    case "SoC": self = .stateOfCharge
    default: self = .other
    }
  }

  /// The power of ten that turns `unit` into Wh, W, A or percent; nil for a unit of something else.
  ///
  /// Without a unit the value is in Wh, W, A or percent: the standards say so for energy, and
  /// stations that leave the unit out mean it for the others. Upper and lower case are the same.
  func powerOfTen(unit: UnsafeRawBufferPointer?) -> Int? {
    guard let unit, !unit.isEmpty else { return 0 }
    switch self {
    case .importRegister, .exportRegister, .importInterval:
      return isSame(unit, "Wh") ? 0 : isSame(unit, "kWh") ? 3 : nil
    case .power: return isSame(unit, "W") ? 0 : isSame(unit, "kW") ? 3 : nil
    case .current: return isSame(unit, "A") ? 0 : nil
    case .stateOfCharge: return isSame(unit, "Percent") || isSame(unit, "%") ? 0 : nil
    case .other: return nil
    }
  }

  var plausibleRange: PlausibleRange {
    switch self {
    case .power: .power
    case .current: .current
    default: .energy
    }
  }
}

/// Whether two ASCII texts are the same but for the case of letters.
private func isSame(_ text: UnsafeRawBufferPointer, _ unit: StaticString) -> Bool {
  guard text.count == unit.utf8CodeUnitCount else { return false }
  for index in 0..<text.count where text[index] != unit.utf8Start[index] {
    let (left, right) = (text[index] | 0x20, unit.utf8Start[index] | 0x20)
    guard left == right, UInt8(ascii: "a")...UInt8(ascii: "z") ~= left else { return false }
  }
  return true
}

extension MeterReading.Context {
  /// ReadingContextEnumType; the default is a periodic sample.
  init(name: UnsafeRawBufferPointer) {
    switch name {
    case "Sample.Periodic", "": self = .periodic
    case "Sample.Clock": self = .clock
    case "Transaction.Begin": self = .transactionBegin
    case "Transaction.End": self = .transactionEnd
    case "Interruption.Begin": self = .interruptionBegin
    case "Interruption.End": self = .interruptionEnd
    case "Trigger": self = .trigger
    default: self = .other
    }
  }
}
