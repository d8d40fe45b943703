import Bytes
import ChargerEvents
import Quantities

extension Session {
  /// Writes the session as a row: canonical, so equal sessions give equal bytes. About ten bytes a
  /// reading.
  public func encode(into writer: inout ByteWriter) {
    writer.fixed64(id.high)
    writer.fixed64(id.low)
    writer.varint(UInt64(station.rawValue))
    writer.varint(openedAtPosition)
    writer.varint(lastPosition)
    writer.zigzag(startedAt.millisecondsSinceEpoch)
    writer.zigzag(lastReceivedAt.millisecondsSinceEpoch &- startedAt.millisecondsSinceEpoch)
    writer.optionalZigzag(
      endedAt.map { $0.millisecondsSinceEpoch &- startedAt.millisecondsSinceEpoch })
    writer.write(dialect.rawValue)
    writer.write(state.rawValue)
    writer.write(closing.map { $0.rawValue + 1 } ?? 0)
    writer.boolean(isEstimated)
    writer.write(startAnswer.rawValue)
    writer.write(energyEvidence.rawValue)
    writer.zigzag(energy.milliwattHours)
    writer.optionalZigzag(meterStart?.milliwattHours)
    writer.optionalZigzag(meterStop?.milliwattHours)
    encodeNames(into: &writer)
    encodeEvidence(into: &writer)
    encodeRecord(into: &writer)
    encodeHistory(into: &writer)
    encodeEnergyPoints(into: &writer)
  }

  private func encodeNames(into writer: inout ByteWriter) {
    writer.string(transactionID)
    writer.varint(UInt64(transactionAliases.count))
    for alias in transactionAliases { writer.string(alias) }
    writer.optionalZigzag(evse.map { Int64($0) })
    writer.optionalZigzag(connector.map { Int64($0) })
    writer.optionalString(token)
    writer.optionalString(stopReason)
    writer.fixed64(startKey.rawValue)
    writer.optionalZigzag(tokenSequence == .max ? nil : tokenSequence)
    writer.optionalZigzag(placeSequence == .max ? nil : placeSequence)
  }

  private func encodeEvidence(into writer: inout ByteWriter) {
    writer.varint(UInt64(messages.count))
    var messageDeltas = MessageDeltas(startedAt, openedAtPosition)
    for message in messages { messageDeltas.encode(message, into: &writer) }
    for series in [readings, setAside] {
      writer.varint(UInt64(series.count))
      var deltas = ReadingDeltas(startedAt, openedAtPosition)
      for reading in series { deltas.encode(reading, into: &writer) }
    }
    writer.varint(UInt64(states.count))
    for change in states {
      writer.write(change.state.rawValue)
      writer.zigzag(change.at.millisecondsSinceEpoch &- startedAt.millisecondsSinceEpoch)
      writer.varint(change.position)
    }
    findings.encode(into: &writer)
    writer.optionalZigzag(connectorSequence == .max ? nil : connectorSequence)
    writer.optionalZigzag(reasonSequence == .max ? nil : reasonSequence)
  }

  /// Reads a row that ``encode(into:)`` wrote.
  public init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    let id = SessionID(high: try reader.fixed64(), low: try reader.fixed64())
    let station = StationID(rawValue: try reader.uint32())
    let opened = try reader.varint()
    let last = try reader.varint()
    let start = try reader.zigzag()
    self.init(
      id: id, station: station, openedAtPosition: opened,
      startedAt: Instant(millisecondsSinceEpoch: start))
    lastPosition = last
    lastReceivedAt = Instant(millisecondsSinceEpoch: try reader.zigzag() &+ start)
    endedAt = try reader.optionalZigzag().map { Instant(millisecondsSinceEpoch: $0 &+ start) }
    dialect = try reader.known()
    state = try reader.known()
    closing = try reader.optionalKnown()
    isEstimated = try reader.boolean()
    startAnswer = try reader.known()
    energyEvidence = try reader.known()
    energy = Energy(milliwattHours: try reader.zigzag())
    meterStart = try reader.optionalZigzag().map { Energy(milliwattHours: $0) }
    meterStop = try reader.optionalZigzag().map { Energy(milliwattHours: $0) }
    try decodeNames(&reader)
    try decodeEvidence(&reader)
    try decodeRecord(&reader)
    try decodeHistory(&reader)
    try decodeEnergyPoints(&reader)
  }

  private mutating func decodeNames(_ reader: inout ByteReader) throws(ByteReaderError) {
    transactionID = try reader.string()
    for _ in 0..<(try reader.count()) { transactionAliases.append(try reader.string()) }
    evse = try reader.optionalInt32()
    connector = try reader.optionalInt32()
    token = try reader.optionalString()
    stopReason = try reader.optionalString()
    startKey = SessionKey(rawValue: try reader.fixed64())
    tokenSequence = try reader.optionalZigzag() ?? .max
    placeSequence = try reader.optionalZigzag() ?? .max
  }

  private mutating func decodeEvidence(_ reader: inout ByteReader) throws(ByteReaderError) {
    let messageCount = try reader.count()
    messages.reserveCapacity(messageCount)
    var messageDeltas = MessageDeltas(startedAt, openedAtPosition)
    for _ in 0..<messageCount { messages.append(try messageDeltas.decode(&reader)) }
    try decodeReadings(&readings, &reader)
    try decodeReadings(&setAside, &reader)
    for _ in 0..<(try reader.count()) {
      let state: ChargingState = try reader.known()
      let at = try reader.zigzag() &+ startedAt.millisecondsSinceEpoch
      states.append(
        StateChange(
          at: Instant(millisecondsSinceEpoch: at), state: state, position: try reader.varint()))
    }
    findings = try [Finding](decoding: &reader)
    connectorSequence = try reader.optionalZigzag() ?? .max
    reasonSequence = try reader.optionalZigzag() ?? .max
  }

  private func decodeReadings(
    _ series: inout [Reading], _ reader: inout ByteReader
  ) throws(ByteReaderError) {
    let count = try reader.count()
    series.reserveCapacity(count)
    var deltas = ReadingDeltas(startedAt, openedAtPosition)
    for _ in 0..<count { series.append(try deltas.decode(&reader)) }
  }
}

extension [Finding] {
  func encode(into writer: inout ByteWriter) {
    writer.varint(UInt64(count))
    for finding in self {
      writer.write(finding.code.rawValue)
      writer.varint(UInt64(finding.count))
      writer.varint(UInt64(finding.positions.count))
      for position in finding.positions { writer.varint(position) }
    }
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    self = []
    for _ in 0..<(try reader.count()) {
      var finding = Finding(code: try reader.known(), positions: [])
      finding.count = try reader.uint32()
      for _ in 0..<(try reader.count()) { finding.positions.append(try reader.varint()) }
      append(finding)
    }
  }
}
