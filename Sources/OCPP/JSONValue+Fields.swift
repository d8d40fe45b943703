import ChargerEvents
import JSON
import Quantities

/// How fields of a payload are read: as the schemas say, and as stations write them all the same.
/// A field of the wrong kind reads as missing.
extension JSONValue {
  /// A string as a view.
  var frameText: FrameText? { text.map { FrameText(utf8: $0) } }

  /// A number, or a string with a number in it.
  var fieldDecimal: DecimalNumber? {
    switch kind {
    case .number: DecimalNumber(utf8: rawText)
    case .string: text.flatMap { DecimalNumber(utf8: $0, grammar: .meter) }
    default: nil
    }
  }

  /// A whole number, also as `7.0` or as a string of digits.
  var fieldInteger: Int64? { int64 ?? fieldDecimal?.scaled(toPowerOfTen: 0) }

  /// The number of a connector or an EVSE.
  var fieldNumber: Int32? { fieldInteger.flatMap { Int32(exactly: $0) } }

  /// A timestamp with its offset; nil without one, because then it names no moment.
  var fieldInstant: Instant? { text.flatMap { Instant(rfc3339: $0) } }

  /// A meter reading in Wh, whole or not, within ``PlausibleRange``.
  var fieldEnergy: Energy? {
    fieldDecimal?.scaled(toPowerOfTen: -3, rounding: .halfToEven)
      .flatMap(PlausibleRange.energy.checked)
      .map { Energy(milliwattHours: $0) }
  }
}

/// What a meter at a charging station can say at most, in thousandths of the unit. Beyond that a
/// value is noise, and leaving it out keeps every later sum and difference within 64 bits.
struct PlausibleRange {
  let greatestMagnitude: UInt64

  /// 1 TWh.
  static let energy = PlausibleRange(greatestMagnitude: 1_000_000_000_000_000)
  /// 1 GW.
  static let power = PlausibleRange(greatestMagnitude: 1_000_000_000_000)
  /// 1 MA.
  static let current = PlausibleRange(greatestMagnitude: 1_000_000_000)

  func checked(_ value: Int64) -> Int64? {
    value.magnitude <= greatestMagnitude ? value : nil
  }
}
