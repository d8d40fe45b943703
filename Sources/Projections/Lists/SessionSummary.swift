import Bytes
import Quantities
import Sessions

/// What a list of sessions is filtered and sorted by, and what totals are made of.
///
/// 83 bytes, little-endian, in the order of the properties; the codes of the findings follow.
///
/// An exact amount is an amount as it is shown and what rounding took off it, which fit 64 bits each.
struct SessionSummary {
  struct Flags: OptionSet {
    var rawValue: UInt8
    static let closed = Flags(rawValue: 1)
    static let estimated = Flags(rawValue: 2)
    static let priced = Flags(rawValue: 4)
    static let void = Flags(rawValue: 8)
    /// The cost is beyond 64 bits: whoever needs it looks at the session.
    static let wideCost = Flags(rawValue: 16)
  }

  var startedAt: Int64 = 0
  /// In milliseconds; 0 of an open session.
  var duration: Int64 = 0
  /// In mWh.
  var energy: Int64 = 0
  /// With VAT, rounded as it is shown, in ten-thousandths of the currency; 0 without a price.
  var cost: Int64 = 0
  /// What ``cost`` lacks, in units of ``ExactAmount``.
  var costRest: Int64 = 0
  /// The same without VAT.
  var costExclVAT: Int64 = 0
  var costExclVATRest: Int64 = 0
  /// The position of the tariff; 0 without a price.
  var tariff: UInt64 = 0
  /// A hash; 0 without a token.
  var token: UInt32 = 0
  var station: UInt32 = 0
  var evse = SessionSummary.noNumber
  var connector = SessionSummary.noNumber
  /// See ``number(of:)``; 0 without a price.
  var currency: UInt16 = 0
  var flags: Flags = []

  /// Milliseconds since the epoch; the start of an open session.
  var endedAt: Int64 {
    let (sum, overflow) = startedAt.addingReportingOverflow(duration)
    return overflow ? (duration < 0 ? .min : .max) : sum
  }

  static let noNumber = Int32.min
  static let byteCount = 83

  init(_ session: Session) {
    startedAt = session.startedAt.millisecondsSinceEpoch
    duration = session.endedAt?.milliseconds(since: session.startedAt) ?? 0
    energy = session.energy.milliwattHours
    token = Self.hash(session.token)
    station = session.station.rawValue
    evse = session.evse ?? Self.noNumber
    connector = session.connector ?? Self.noNumber
    if session.state == .closed { flags.insert(.closed) }
    if session.isEstimated { flags.insert(.estimated) }
    if session.isVoid { flags.insert(.void) }
  }

  mutating func set(_ price: SessionPrice) {
    flags.insert(.priced)
    currency = Self.number(of: price.currency)
    tariff = price.tariffPosition
    let (inclVAT, exclVAT) = (
      ShownAmount(price.inclVAT, in: price.currency), ShownAmount(price.exclVAT, in: price.currency)
    )
    if inclVAT.isCutOff || exclVAT.isCutOff { flags.insert(.wideCost) }
    (cost, costRest) = (inclVAT.tenThousandths, inclVAT.rest)
    (costExclVAT, costExclVATRest) = (exclVAT.tenThousandths, exclVAT.rest)
  }

  func encode(into row: inout ByteWriter) {
    row.fixed64(UInt64(bitPattern: startedAt))
    row.fixed64(UInt64(bitPattern: duration))
    row.fixed64(UInt64(bitPattern: energy))
    for number in [cost, costRest, costExclVAT, costExclVATRest] {
      row.fixed64(UInt64(bitPattern: number))
    }
    row.fixed64(tariff)
    row.fixed32(token)
    row.fixed32(station)
    row.fixed32(UInt32(bitPattern: evse))
    row.fixed32(UInt32(bitPattern: connector))
    row.write(UInt8(truncatingIfNeeded: currency))
    row.write(UInt8(truncatingIfNeeded: currency >> 8))
    row.write(flags.rawValue)
  }

  /// Reads a row, which has at least ``byteCount`` bytes.
  @inline(__always)
  init(_ row: UnsafeRawBufferPointer) {
    func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
      Number(littleEndian: row.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
    startedAt = number(0, Int64.self)
    duration = number(8, Int64.self)
    energy = number(16, Int64.self)
    cost = number(24, Int64.self)
    costRest = number(32, Int64.self)
    costExclVAT = number(40, Int64.self)
    costExclVATRest = number(48, Int64.self)
    tariff = number(56, UInt64.self)
    token = number(64, UInt32.self)
    station = number(68, UInt32.self)
    evse = number(72, Int32.self)
    connector = number(76, Int32.self)
    currency = number(80, UInt16.self)
    flags = Flags(rawValue: row[82])
  }

  /// Equal tokens have equal hashes; whoever needs to be sure compares the tokens too.
  static func hash(_ token: String?) -> UInt32 {
    guard let token else { return 0 }
    var hash = StableHash64()
    hash.combine(text: token)
    return max(1, UInt32(truncatingIfNeeded: hash.value))
  }

  /// No currency has more than four decimals.
  fileprivate static func tenThousandthsPerMinorUnit(of currency: CurrencyCode) -> Int128 {
    (currency.minorUnits..<max(currency.minorUnits, 4)).reduce(1) { factor, _ in factor * 10 }
  }

  /// The least cost that is not below `amount`.
  static func leastTenThousandths(from amount: ExactAmount) -> Int64 {
    let (quotient, rest) = amount.numerator.quotientAndRemainder(dividingBy: unit)
    return Int64(clamping: rest > 0 ? quotient + 1 : quotient)
  }

  /// The greatest cost that is not above `amount`.
  static func greatestTenThousandths(to amount: ExactAmount) -> Int64 {
    let (quotient, rest) = amount.numerator.quotientAndRemainder(dividingBy: unit)
    return Int64(clamping: rest < 0 ? quotient - 1 : quotient)
  }

  /// An amount of which ``cost`` and ``costRest`` are the parts.
  static func numerator(_ tenThousandths: Int128, _ rest: Int128) -> Int128 {
    let (product, overflow) = tenThousandths.multipliedReportingOverflow(by: unit)
    let (sum, overflowed) = product.addingReportingOverflow(rest)
    return overflow || overflowed ? ExactAmount.overflow.numerator : sum
  }

  /// A ten-thousandth in units of ``ExactAmount``.
  fileprivate static let unit = ExactAmount.denominator / 10_000

  /// A currency's three letters in fifteen bits, in the order of the alphabet, from 1.
  static func number(of currency: CurrencyCode) -> UInt16 {
    [16, 8, 0].reduce(UInt16(0)) { number, shift in
      number << 5 | UInt16(currency.packed >> shift & 0x1F)
    }
  }

  /// The currency that has this number; nil for 0.
  static func currency(of number: UInt16) -> CurrencyCode? {
    CurrencyCode(
      String(
        decoding: [10, 5, 0].map { UInt8(ascii: "A") - 1 + UInt8(number >> $0 & 0x1F) },
        as: UTF8.self))
  }
}

/// An amount as it is shown, in ten-thousandths of the currency, and what rounding took off it.
private struct ShownAmount {
  var tenThousandths: Int64
  /// In units of ``ExactAmount``; less than half a minor unit of any currency, or equal to it.
  var rest: Int64
  /// The amount is beyond 64 bits and was cut off there.
  var isCutOff: Bool

  init(_ amount: ExactAmount, in currency: CurrencyCode) {
    let shown = amount.minorUnits(of: currency) ?? 0
    let perUnit = SessionSummary.tenThousandthsPerMinorUnit(of: currency)
    let (number, overflow) = shown.multipliedReportingOverflow(by: perUnit)
    tenThousandths = overflow ? (shown < 0 ? .min : .max) : Int64(clamping: number)
    isCutOff = overflow || number != Int128(tenThousandths)
    rest = isCutOff ? 0 : Int64(clamping: amount.numerator - number * SessionSummary.unit)
  }
}
