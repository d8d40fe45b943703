import Bytes
import ChargerEvents
import Quantities

extension StationFold {
  /// Writes the whole state for a checkpoint: a fold read back goes on as if nothing had happened.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(UInt64(station.rawValue))
    writer.string(stationName)
    findings.encode(into: &writer)
    writer.zigzag(nextTimer.millisecondsSinceEpoch)
    writer.varint(UInt64(openSessions.count))
    for open in openSessions {
      open.session.encode(into: &writer)
      writer.optionalZigzag(open.number)
    }
    writer.varint(UInt64(connectors.count))
    for memory in connectors {
      writer.zigzag(Int64(memory.connector))
      writer.write(memory.status.rawValue)
    }
    writer.varint(UInt64(places.count))
    for place in places {
      writer.zigzag(Int64(place.evse))
      writer.zigzag(place.startedAt.millisecondsSinceEpoch)
      writer.fixed64(place.id.high)
      writer.fixed64(place.id.low)
    }
    writer.varint(UInt64(unanswered.count))
    for start in unanswered {
      writer.fixed64(start.messageHash)
      writer.fixed64(start.key.rawValue)
    }
    writer.varint(UInt64(lastClosed.count))
    for memory in lastClosed { memory.encode(into: &writer) }
    writer.varint(UInt64(lostStarts.count))
    for lost in lostStarts { lost.encode(into: &writer) }
    writer.varint(UInt64(pendingCredits.count))
    for credit in pendingCredits {
      writer.string(credit.name)
      writer.varint(credit.position)
    }
  }

  /// Reads a state that ``encode(into:)`` wrote.
  public init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    self.init(
      station: StationID(rawValue: try reader.uint32()), stationName: try reader.string())
    findings = try [Finding](decoding: &reader)
    nextTimer = Instant(millisecondsSinceEpoch: try reader.zigzag())
    for _ in 0..<(try reader.count()) {
      let session = try Session(decoding: &reader)
      openSessions.append(OpenSession(session: session, number: try reader.optionalZigzag()))
    }
    for _ in 0..<(try reader.count()) {
      let connector = try reader.int32()
      connectors.append(ConnectorMemory(connector: connector, status: try reader.known()))
    }
    for _ in 0..<(try reader.count()) {
      let evse = try reader.int32()
      let startedAt = Instant(millisecondsSinceEpoch: try reader.zigzag())
      let id = SessionID(high: try reader.fixed64(), low: try reader.fixed64())
      places.append(PlaceMemory(evse: evse, startedAt: startedAt, id: id))
    }
    for _ in 0..<(try reader.count()) {
      let hash = try reader.fixed64()
      unanswered.append(
        UnansweredStart(messageHash: hash, key: SessionKey(rawValue: try reader.fixed64())))
    }
    for _ in 0..<(try reader.count()) { lastClosed.append(try ClosedMemory(decoding: &reader)) }
    for _ in 0..<(try reader.count()) { lostStarts.append(try LostStart(decoding: &reader)) }
    for _ in 0..<(try reader.count()) {
      let name = try reader.string()
      pendingCredits.append(PendingCredit(name: name, position: try reader.varint()))
    }
  }
}
