public import Bytes
import ChargerEvents
import Quantities

extension StationRecord: FoldState {
  public func encode(into writer: inout ByteWriter) {
    for text in [vendor, model, serialNumber, firmwareVersion, lastBootReason] {
      writer.optionalString(text)
    }
    writer.varint(boots)
    writer.boolean(isBootRefused)
    for time in [lastBootAt, firstHeardAt, lastHeardAt] { writer.optionalInstant(time) }
    for count in [framesFromStation, framesToStation, unreadableFrames, sessionRecords, faults] {
      writer.varint(count)
    }
    writer.varint(UInt64(connectors.count))
    for connector in connectors { connector.encode(into: &writer) }
    writer.boolean(lastFault != nil)
    lastFault?.encode(into: &writer)
  }

  public init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    vendor = try reader.optionalString()
    model = try reader.optionalString()
    serialNumber = try reader.optionalString()
    firmwareVersion = try reader.optionalString()
    lastBootReason = try reader.optionalString()
    boots = try reader.varint()
    isBootRefused = try reader.boolean()
    lastBootAt = try reader.optionalInstant()
    firstHeardAt = try reader.optionalInstant()
    lastHeardAt = try reader.optionalInstant()
    framesFromStation = try reader.varint()
    framesToStation = try reader.varint()
    unreadableFrames = try reader.varint()
    sessionRecords = try reader.varint()
    faults = try reader.varint()
    for _ in 0..<(try reader.count()) { connectors.append(try Connector(decoding: &reader)) }
    if try reader.boolean() { lastFault = try Fault(decoding: &reader) }
  }
}

extension StationRecord.Connector {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.optionalZigzag(evse.map { Int64($0) })
    writer.optionalZigzag(connector.map { Int64($0) })
    writer.write(status.rawValue)
    writer.zigzag(at.millisecondsSinceEpoch)
    writer.optionalString(errorCode)
    writer.varint(position)
  }

  fileprivate init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    evse = try reader.optionalNumber()
    connector = try reader.optionalNumber()
    guard let status = ConnectorStatus(rawValue: try reader.byte()) else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
    self.status = status
    at = Instant(millisecondsSinceEpoch: try reader.zigzag())
    errorCode = try reader.optionalString()
    position = try reader.varint()
  }
}

extension StationRecord.Fault {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.zigzag(at.millisecondsSinceEpoch)
    writer.optionalZigzag(evse.map { Int64($0) })
    writer.optionalZigzag(connector.map { Int64($0) })
    writer.string(code)
    writer.optionalString(vendorCode)
    writer.optionalString(info)
    writer.varint(position)
  }

  fileprivate init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    at = Instant(millisecondsSinceEpoch: try reader.zigzag())
    evse = try reader.optionalNumber()
    connector = try reader.optionalNumber()
    code = try reader.string()
    vendorCode = try reader.optionalString()
    info = try reader.optionalString()
    position = try reader.varint()
  }
}

extension ByteWriter {
  fileprivate mutating func optionalInstant(_ time: Instant?) {
    optionalZigzag(time?.millisecondsSinceEpoch)
  }
}

extension ByteReader {
  fileprivate mutating func optionalInstant() throws(ByteReaderError) -> Instant? {
    try optionalZigzag().map { Instant(millisecondsSinceEpoch: $0) }
  }

  /// The number of an EVSE or a connector.
  fileprivate mutating func optionalNumber() throws(ByteReaderError) -> Int32? {
    try optionalZigzag().map { Int32(truncatingIfNeeded: $0) }
  }
}
