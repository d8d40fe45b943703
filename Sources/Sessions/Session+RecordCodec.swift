import Bytes
import ChargerEvents
import Quantities

extension Session {
  /// In the first byte: a record of the other kind may still be of this session.
  private static let waitsBit: UInt8 = 1 << 7

  /// What only sessions without frames have: one byte for the others, which may be void too.
  func encodeRecord(into writer: inout ByteWriter) {
    let waits = chargeName == nil ? 0 : Self.waitsBit
    writer.write(waits | grain.rawValue << 1 | (isVoid ? 1 : 0))
    guard grain != .frames else { return }
    writer.write(recordRank)
    writer.varint(UInt64(recordNames.count))
    for name in recordNames { writer.string(name) }
    if let chargeName { writer.string(chargeName) }
    writer.optionalZigzag(statedEnergy?.milliwattHours)
    writer.varint(UInt64(recordRemarks.count))
    for remark in recordRemarks { writer.write(remark.rawValue) }
    writer.optionalString(billed?.currency.description)
    guard let billed else { return }
    for amount in [billed.exclVAT, billed.inclVAT] {
      writer.boolean(amount != nil)
      guard let amount else { continue }
      writer.fixed64(UInt64(truncatingIfNeeded: amount.numerator >> 64))
      writer.fixed64(UInt64(truncatingIfNeeded: amount.numerator))
    }
  }

  mutating func decodeRecord(_ reader: inout ByteReader) throws(ByteReaderError) {
    let first = try reader.byte()
    isVoid = first & 1 != 0
    guard let known = Grain(rawValue: (first & ~Self.waitsBit) >> 1) else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
    grain = known
    guard grain != .frames else { return }
    recordRank = try reader.byte()
    for _ in 0..<(try reader.count()) { recordNames.append(try reader.string()) }
    if first & Self.waitsBit != 0 { chargeName = try reader.string() }
    statedEnergy = try reader.optionalZigzag().map { Energy(milliwattHours: $0) }
    for _ in 0..<(try reader.count()) { recordRemarks.append(try reader.known()) }
    guard let code = try reader.optionalString() else { return }
    guard let currency = CurrencyCode(code) else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
    let exclVAT = try Self.amount(&reader)
    billed = BilledAmount(
      currency: currency, exclVAT: exclVAT, inclVAT: try Self.amount(&reader))
  }

  private static func amount(_ reader: inout ByteReader) throws(ByteReaderError) -> ExactAmount? {
    guard try reader.boolean() else { return nil }
    let high = Int64(bitPattern: try reader.fixed64())
    let low = try reader.fixed64()
    return ExactAmount(numerator: Int128(high) << 64 | Int128(low))
  }
}
