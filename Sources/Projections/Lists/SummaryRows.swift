import Bytes
import ChargerEvents
import Quantities
import Sessions

/// The `summaries` table: of each session just what lists are filtered and sorted by, so small that
/// all of them are scanned faster than the sessions of one page could be found otherwise.
struct SummaryRows: SessionProjection {
  let name = "summaries"
  let version = 1
  let dependsOnFacts = true

  init() {}

  func writeRow(for session: Session, in context: RowContext, into row: inout ByteWriter) {
    var summary = SessionSummary(session)
    if !session.wasRefused, case .priced(let price) = context.rowCost(of: session) {
      summary.flags.insert(.priced)
      summary.cost = SessionSummary.tenThousandths(price.inclVAT, in: price.currency)
      summary.currency = SessionSummary.number(of: price.currency)
    }
    summary.encode(into: &row)
    for code in Set(session.findings.map(\.code.rawValue)).sorted() { row.write(code) }
  }
}

/// What a list of sessions is filtered and sorted by.
///
/// 51 bytes, little-endian, in the order of the properties; the codes of the findings follow.
struct SessionSummary {
  struct Flags: OptionSet {
    var rawValue: UInt8
    static let closed = Flags(rawValue: 1)
    static let estimated = Flags(rawValue: 2)
    static let priced = Flags(rawValue: 4)
  }

  var startedAt: Int64 = 0
  /// In milliseconds; 0 of an open session.
  var duration: Int64 = 0
  /// In mWh.
  var energy: Int64 = 0
  /// With VAT, rounded as it is shown, in ten-thousandths of the currency; 0 without a price.
  var cost: Int64 = 0
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
  static let byteCount = 51

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
  }

  func encode(into row: inout ByteWriter) {
    row.fixed64(UInt64(bitPattern: startedAt))
    row.fixed64(UInt64(bitPattern: duration))
    row.fixed64(UInt64(bitPattern: energy))
    row.fixed64(UInt64(bitPattern: cost))
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
    token = number(32, UInt32.self)
    station = number(36, UInt32.self)
    evse = number(40, Int32.self)
    connector = number(44, Int32.self)
    currency = number(48, UInt16.self)
    flags = Flags(rawValue: row[50])
  }

  /// Equal tokens have equal hashes; whoever needs to be sure compares the tokens too.
  static func hash(_ token: String?) -> UInt32 {
    guard let token else { return 0 }
    var hash = StableHash64()
    hash.combine(text: token)
    return max(1, UInt32(truncatingIfNeeded: hash.value))
  }

  /// An amount as it is shown; amounts beyond 64 bits are cut off there.
  static func tenThousandths(_ amount: ExactAmount, in currency: CurrencyCode) -> Int64 {
    let decimals = currency.minorUnits
    let shown = amount.minorUnits(of: currency) ?? 0
    let factor = (decimals..<max(decimals, 4)).reduce(Int128(1)) { factor, _ in factor * 10 }
    let (product, overflow) = shown.multipliedReportingOverflow(by: factor)
    return overflow ? (shown < 0 ? .min : .max) : Int64(clamping: product)
  }

  /// A currency's three letters in fifteen bits, in the order of the alphabet, from 1.
  static func number(of currency: CurrencyCode) -> UInt16 {
    [16, 8, 0].reduce(UInt16(0)) { number, shift in
      number << 5 | UInt16(currency.packed >> shift & 0x1F)
    }
  }
}
