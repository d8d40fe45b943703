import Bytes
import Quantities
import Sessions
import Sites
import Tariffs

/// The `costs` read model: what each session costs under the tariff in force.
///
/// A tariff that is published later can be for sessions of the past (SEMANTICS 19), so these rows
/// are written again when there are new facts. An open session has the cost so far.
public struct CostRows: SessionTable {
  public let name = "costs"
  public let version = 2
  public let dependsOnFacts = true

  public init() {}

  public func writeRow(for session: Session, in context: RowContext, into row: inout ByteWriter) {
    if session.wasRefused || session.isVoid { return }
    context.rowCost(of: session).encode(into: &row)
  }
}

extension RowContext {
  /// What a session of ``stationName`` costs under the tariff in force.
  func cost(of session: Session) -> SessionCost {
    if session.isVoid { return .unpriced(.void) }
    let placement = facts.placement(ofStation: stationName, at: session.startedAt)
    usage.fill(from: session, intervals: &intervals)
    return pricer.cost(of: usage, station: stationName, at: placement)
  }
}

extension UsageRow {
  /// The usage of a session that is in memory.
  mutating func fill(from session: Session, intervals: inout [SessionInterval]) {
    sessionID = session.id
    station = session.station
    isClosed = session.state == .closed
    evse = session.evse
    connector = session.connector
    token = session.token
    intervals.removeAll(keepingCapacity: true)
    session.appendIntervals(to: &intervals)
    usage.startedAt = session.startedAt
    usage.intervals.removeAll(keepingCapacity: true)
    for interval in intervals {
      var piece = UsageInterval(
        start: interval.start, end: interval.end, energy: interval.energy,
        activity: UsageInterval.Activity(interval.activity))
      piece.minPower = interval.minPower
      piece.maxPower = interval.maxPower
      piece.minCurrent = interval.minCurrent
      piece.maxCurrent = interval.maxCurrent
      usage.intervals.append(piece)
    }
  }
}

extension SessionCost {
  /// The row: a cause, or 0 and the price. Amounts are numerators over the fixed denominator.
  func encode(into row: inout ByteWriter) {
    switch self {
    case .unpriced(let cause):
      row.write(cause.rawValue)
    case .priced(let price):
      row.write(0)
      row.varint(price.tariffPosition)
      row.boolean(price.isBackdated)
      row.string(price.tariffID)
      row.string(price.currency.description)
      row.int128(price.exclVAT.numerator)
      row.int128(price.inclVAT.numerator)
    }
  }

  /// Reads a row of the `costs` read model.
  init(row: UnsafeRawBufferPointer) throws {
    var reader = ByteReader(row)
    let tag = try reader.byte()
    if let cause = UnpricedCause(rawValue: tag) {
      self = .unpriced(cause)
      return
    }
    let position = try reader.varint()
    let isBackdated = try reader.boolean()
    let tariffID = try reader.string()
    guard tag == 0, let currency = CurrencyCode(utf8: try reader.bytes()) else {
      throw ProjectionError.damagedRow("costs")
    }
    self = .priced(
      SessionPrice(
        tariffID: tariffID, tariffPosition: position, isBackdated: isBackdated,
        currency: currency, exclVAT: ExactAmount(numerator: try reader.int128()),
        inclVAT: ExactAmount(numerator: try reader.int128())))
  }
}

extension ByteWriter {
  fileprivate mutating func int128(_ value: Int128) {
    fixed64(UInt64(truncatingIfNeeded: value))
    fixed64(UInt64(truncatingIfNeeded: value >> 64))
  }
}

extension ByteReader {
  fileprivate mutating func int128() throws(ByteReaderError) -> Int128 {
    let low = try fixed64()
    let high = try fixed64()
    return Int128(truncatingIfNeeded: Int64(bitPattern: high)) << 64 | Int128(low)
  }
}
