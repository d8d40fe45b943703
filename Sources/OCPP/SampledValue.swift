import ChargerEvents
import JSON
import Quantities

/// One SampledValue of 1.6 (a string and a unit) or 2.x (a number, a unit and a multiplier), with
/// the defaults of the standards.
struct SampledValue {
  /// To what part of a meter's phases the value belongs.
  enum Phase: Int {
    /// Overall: no phase is named.
    case total = 0
    case l1, l2, l3
    /// The neutral conductor, or between two phases: nothing that adds up.
    case other
  }

  var value: JSONValue?
  var measurand: Measurand = .importRegister
  var context: MeterReading.Context = .periodic
  var phase: Phase = .total
  var isAtOutlet = true
  var unit: UnsafeRawBufferPointer?
  /// The power of ten of a 2.x unit.
  var multiplier: Int32? = 0
  /// 1.6: the value is a signature's container, not a number.
  var isSignedData = false
  /// 2.x: a signature lies beside the value.
  var hasSignature = false

  init(_ sample: JSONValue) {
    for member in sample.members where !member.value.isNull {
      switch member.name {
      case "value": value = member.value
      case "measurand": measurand = member.value.text.map(Measurand.init) ?? .other
      case "context": context = member.value.text.map(MeterReading.Context.init) ?? .other
      case "phase": phase = Phase(name: member.value.text)
      case "location": isAtOutlet = "Outlet" ~= member.value.text
      case "unit": unit = member.value.text
      case "unitOfMeasure":
        unit = member.value["unit"]?.text ?? member.value.text ?? unit
        if let power = member.value["multiplier"] { multiplier = power.fieldNumber }
      case "format": isSignedData = "SignedData" ~= member.value.text
      case "signedMeterValue": hasSignature = true
      default: break
      }
    }
  }

  /// The value in units of 10^`power` of Wh, W, A or percent, rounded half to even; nil if it is
  /// no number, of another unit, or out of range.
  func amount(inPowerOfTen power: Int) -> Int64? {
    guard let number = value?.fieldDecimal, let multiplier,
      let unitPower = measurand.powerOfTen(unit: unit)
    else { return nil }
    let shift = power - unitPower - Int(multiplier)
    return number.scaled(toPowerOfTen: shift, rounding: .halfToEven)
  }
}

extension SampledValue.Phase {
  /// PhaseEnumType.
  init(name: UnsafeRawBufferPointer?) {
    switch name {
    case "": self = .total
    case "L1", "L1-N": self = .l1
    case "L2", "L2-N": self = .l2
    case "L3", "L3-N": self = .l3
    default: self = .other
    }
  }
}

/// A set of phases, and `total` for a value without one.
struct PhaseSet: OptionSet {
  var rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ phase: SampledValue.Phase) {
    self.init(rawValue: phase == .other ? 0 : 1 << UInt8(phase.rawValue))
  }

  static let total = PhaseSet(.total)
}
