import Bytes
import Quantities
import Sessions

/// A place in a list of sessions, to go on from. Its ``text`` is for `--cursor`, and says nothing to
/// anybody else.
///
/// It names the last session that was shown by what it was sorted by, so pages neither repeat nor
/// lose a session while the log grows, unless the session itself moves in the list.
public struct SessionCursor: Sendable, Hashable {
  let rank: SessionRank
  let order: SessionOrder
  /// Of the filter: with another one the place would mean nothing.
  let filter: UInt32

  init(rank: SessionRank, order: SessionOrder, filter: UInt32) {
    self.rank = rank
    self.order = order
    self.filter = filter
  }

  /// Whether it is a place in the list of these sessions in this order.
  public func isOf(_ filter: SessionFilter, in order: SessionOrder) -> Bool {
    self.order == order && self.filter == filter.fingerprint
  }

  private static let version: UInt8 = 1
  private static let byteCount = 28

  /// Reads the text of a cursor; nil if it is none.
  public init?(_ text: String) {
    let digits = Array(text.utf8)
    guard digits.count == Self.byteCount * 2 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.digit(digits[index]), let low = Self.digit(digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    guard let cursor = bytes.withUnsafeBytes({ Self.read($0) }) else { return nil }
    self = cursor
  }

  /// Lower-case digits only, so that a place has one text.
  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  private static func read(_ bytes: UnsafeRawBufferPointer) -> SessionCursor? {
    let content = UnsafeRawBufferPointer(rebasing: bytes.dropLast(4))
    var reader = ByteReader(bytes)
    guard let version = try? reader.byte(), version == Self.version,
      let sort = try? reader.byte(), let field = SessionOrder.Field(rawValue: sort >> 1),
      let low = try? reader.byte(), let high = try? reader.byte(),
      let value = try? reader.fixed64(), let tie = try? reader.fixed64(),
      let filter = try? reader.fixed32(), let checksum = try? reader.fixed32(),
      checksum == CRC32C.checksum(content)
    else { return nil }
    return SessionCursor(
      rank: SessionRank(group: UInt16(high) << 8 | UInt16(low), value: value, tie: tie),
      order: SessionOrder(field, isDescending: sort & 1 == 1), filter: filter)
  }

  /// Hexadecimal digits.
  public var text: String {
    var writer = ByteWriter()
    writer.write(Self.version)
    writer.write(order.field.rawValue << 1 | (order.isDescending ? 1 : 0))
    writer.write(UInt8(truncatingIfNeeded: rank.group))
    writer.write(UInt8(truncatingIfNeeded: rank.group >> 8))
    writer.fixed64(rank.value)
    writer.fixed64(rank.tie)
    writer.fixed32(filter)
    writer.fixed32(writer.withUnsafeBytes { CRC32C.checksum($0) })
    return writer.withUnsafeBytes { Hexadecimal.string(of: $0) }
  }
}

extension SessionFilter {
  /// Tells filters apart: equal ones have equal numbers.
  var fingerprint: UInt32 {
    var writer = ByteWriter()
    for bound in [from, to] {
      switch bound {
      case nil: writer.write(0)
      case .instant(let instant):
        writer.write(1)
        writer.zigzag(instant.millisecondsSinceEpoch)
      case .date(let date):
        writer.write(2)
        writer.string("\(date)")
      }
    }
    for names in [sites, stations] {
      writer.varint(UInt64(names.count))
      for name in names.sorted() { writer.string(name) }
    }
    writer.write(state.map { $0 == .open ? 1 : 2 } ?? 0)
    writer.optionalString(token)
    writer.optionalZigzag(evse.map(Int64.init))
    writer.optionalZigzag(connector.map(Int64.init))
    writer.varint(UInt64(findings.count))
    for code in findings.map(\.rawValue).sorted() { writer.write(code) }
    writer.boolean(isEstimated)
    writer.boolean(isUnpriced)
    for energy in [minEnergy, maxEnergy] { writer.optionalZigzag(energy?.milliwattHours) }
    for cost in [minCost, maxCost] { writer.optionalString(cost.map { "\($0.numerator)" }) }
    return writer.withUnsafeBytes { CRC32C.checksum($0) }
  }
}
