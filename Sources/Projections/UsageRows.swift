import Bytes
import Quantities
import Sessions
import Tariffs

/// The `usage` read model: of each session just what a tariff prices, in a form that is read much
/// faster than the session. Backtests run over it.
public struct UsageRows: SessionTable {
  public let name = "usage"
  public let version = 2
  public let dependsOnFacts = false

  public init() {}

  public func writeRow(for session: Session, in context: RowContext, into row: inout ByteWriter) {
    // A refused start used nothing that a tariff could price, not even a fee for starting.
    if session.wasRefused { return }
    // Nobody pays for what was taken back.
    if session.isVoid { return }
    context.intervals.removeAll(keepingCapacity: true)
    session.appendIntervals(to: &context.intervals)
    row.varint(UInt64(session.station.rawValue))
    row.fixed64(session.id.high)
    row.fixed64(session.id.low)
    row.zigzag(session.startedAt.millisecondsSinceEpoch)
    row.boolean(session.state == .closed)
    row.optionalZigzag(session.evse.map { Int64($0) })
    row.optionalZigzag(session.connector.map { Int64($0) })
    row.optionalString(session.token)
    row.varint(UInt64(context.intervals.count))
    for interval in context.intervals { write(interval, into: &row) }
  }

  /// Intervals follow each other without gaps, so a length says where one ends.
  private func write(_ interval: SessionInterval, into row: inout ByteWriter) {
    let activity = UsageInterval.Activity(interval.activity)
    var flags = activity.rawValue
    if interval.minPower != nil { flags |= UsageFlags.power }
    if interval.maxPower != interval.minPower { flags |= UsageFlags.powerRange }
    if interval.minCurrent != nil { flags |= UsageFlags.current }
    if interval.maxCurrent != interval.minCurrent { flags |= UsageFlags.currentRange }
    row.write(flags)
    row.varint(UInt64(max(0, interval.end.milliseconds(since: interval.start))))
    row.zigzag(interval.energy.milliwattHours)
    if let power = interval.minPower { row.zigzag(power.milliwatts) }
    if interval.maxPower != interval.minPower, let power = interval.maxPower {
      row.zigzag(power.milliwatts)
    }
    if let current = interval.minCurrent { row.zigzag(current.milliamperes) }
    if interval.maxCurrent != interval.minCurrent, let current = interval.maxCurrent {
      row.zigzag(current.milliamperes)
    }
  }
}

/// The bits of an interval's first byte above its activity.
private enum UsageFlags {
  static let activity: UInt8 = 0b11
  static let power: UInt8 = 1 << 2
  static let powerRange: UInt8 = 1 << 3
  static let current: UInt8 = 1 << 4
  static let currentRange: UInt8 = 1 << 5
}

extension UsageInterval.Activity {
  /// What a tariff makes of a charging state: a vehicle that asks for no power is parking, a
  /// station that gives none is not the driver's doing (OCPI 2.2.1, PARKING_TIME).
  init(_ activity: SessionInterval.Activity) {
    switch activity {
    case .charging: self = .charging
    case .suspendedEV: self = .parking
    case .suspendedEVSE: self = .suspendedByStation
    }
  }
}

/// A row of the `usage` read model.
public struct UsageRow: Sendable {
  public var sessionID = SessionID(high: 0, low: 0)
  public var station = StationID(rawValue: 0)
  public var isClosed = false
  public var evse: Int32?
  public var connector: Int32?
  public var token: String?
  public var usage = Usage(
    startedAt: Instant(millisecondsSinceEpoch: 0), intervals: [])

  /// An empty row, to be filled by ``read(_:)`` again and again without allocating.
  public init() {}

  /// Replaces everything by what `bytes` hold.
  public mutating func read(_ bytes: UnsafeRawBufferPointer) throws(ByteReaderError) {
    var reader = ByteReader(bytes)
    try readHeader(&reader)
    let count = try reader.count()
    usage.intervals.removeAll(keepingCapacity: true)
    usage.intervals.reserveCapacity(count)
    var start = usage.startedAt
    for _ in 0..<count {
      let flags = try reader.byte()
      let end = start.advanced(byMilliseconds: Int64(clamping: try reader.varint()))
      var interval = UsageInterval(
        start: start, end: end, energy: Energy(milliwattHours: try reader.zigzag()),
        activity: UsageInterval.Activity(rawValue: flags & UsageFlags.activity) ?? .charging)
      if flags & UsageFlags.power != 0 {
        interval.minPower = Power(milliwatts: try reader.zigzag())
        interval.maxPower = interval.minPower
      }
      if flags & UsageFlags.powerRange != 0 {
        interval.maxPower = Power(milliwatts: try reader.zigzag())
      }
      if flags & UsageFlags.current != 0 {
        interval.minCurrent = Current(milliamperes: try reader.zigzag())
        interval.maxCurrent = interval.minCurrent
      }
      if flags & UsageFlags.currentRange != 0 {
        interval.maxCurrent = Current(milliamperes: try reader.zigzag())
      }
      usage.intervals.append(interval)
      start = end
    }
  }

  private mutating func readHeader(_ reader: inout ByteReader) throws(ByteReaderError) {
    station = StationID(rawValue: UInt32(truncatingIfNeeded: try reader.varint()))
    sessionID = SessionID(high: try reader.fixed64(), low: try reader.fixed64())
    usage.startedAt = Instant(millisecondsSinceEpoch: try reader.zigzag())
    isClosed = try reader.boolean()
    evse = try reader.optionalZigzag().map { Int32(truncatingIfNeeded: $0) }
    connector = try reader.optionalZigzag().map { Int32(truncatingIfNeeded: $0) }
    token = try reader.optionalString()
  }
}
