import Bytes
import Quantities

extension Session {
  /// Writes what the energy rests on, and what the session before it says.
  func encodeEnergyPoints(into writer: inout ByteWriter) {
    writer.varint(UInt64(energyPoints.count))
    for point in energyPoints {
      writer.write(point.role.rawValue)
      writer.zigzag(point.at.millisecondsSinceEpoch &- startedAt.millisecondsSinceEpoch)
      writer.optionalZigzag(point.register?.milliwattHours)
      writer.varint(point.position)
    }
    writer.zigzag(exportedEnergy.milliwattHours)
    writer.boolean(hasPowerInKilowatts)
    writer.boolean(predecessor != nil)
    predecessor?.encode(into: &writer)
  }

  mutating func decodeEnergyPoints(_ reader: inout ByteReader) throws(ByteReaderError) {
    for _ in 0..<(try reader.count()) {
      let role: EnergyPoint.Role = try reader.known()
      let at = try reader.zigzag() &+ startedAt.millisecondsSinceEpoch
      let register = try reader.optionalZigzag()
      energyPoints.append(
        EnergyPoint(
          role: role, at: Instant(millisecondsSinceEpoch: at),
          register: register.map { Energy(milliwattHours: $0) }, position: try reader.varint()))
    }
    exportedEnergy = Energy(milliwattHours: try reader.zigzag())
    hasPowerInKilowatts = try reader.boolean()
    predecessor = try reader.boolean() ? try Predecessor(decoding: &reader) : nil
  }
}

extension Session.Predecessor {
  func encode(into writer: inout ByteWriter) {
    writer.varint(position)
    writer.optionalZigzag(endedAt?.millisecondsSinceEpoch)
    writer.optionalZigzag(register?.milliwattHours)
    writer.varint(registerPosition)
    writer.zigzag(registerAt.millisecondsSinceEpoch)
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    self.init(
      position: try reader.varint(),
      endedAt: try reader.optionalZigzag().map { Instant(millisecondsSinceEpoch: $0) },
      register: try reader.optionalZigzag().map { Energy(milliwattHours: $0) },
      registerPosition: try reader.varint(),
      registerAt: Instant(millisecondsSinceEpoch: try reader.zigzag()))
  }
}
