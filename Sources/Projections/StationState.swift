import Bytes
import ChargerEvents
import OCPP
import Quantities
import Sessions

/// All that a fold remembers of one station between events: the calls that wait for an answer, the
/// open transactions, and how far it has come.
///
/// A class because two folds of one event (decoder, then sessions) borrow different parts of it at
/// once, and because it stays in place in a worker's table.
final class StationState: FoldedStation {
  let id: StationID
  let name: String
  var decoder: OCPPDecoder
  var fold: StationFold

  /// Frames that are not OCPP-J.
  var unreadableFrames: UInt64 = 0
  var foldedThrough: Instant
  var needsRefold = false
  var isTouched = false

  init(station: StationID, name: String) {
    self.id = station
    self.name = name
    self.decoder = OCPPDecoder()
    self.fold = StationFold(station: station, stationName: name)
    self.foldedThrough = .distantPast
  }

  init(decoding bytes: UnsafeRawBufferPointer, station: StationID, name: String)
    throws(ByteReaderError)
  {
    var reader = ByteReader(bytes)
    self.id = station
    self.name = name
    _ = try reader.boolean()
    let foldedThrough = try reader.fixed64()
    guard try reader.fixed32() == Self.checksum(foldedThrough) else {
      throw ByteReaderError(offset: reader.offset, reason: .unknownValue)
    }
    self.foldedThrough = Instant(millisecondsSinceEpoch: Int64(bitPattern: foldedThrough))
    self.unreadableFrames = try reader.varint()
    self.decoder = try OCPPDecoder(decoding: &reader)
    self.fold = try StationFold(decoding: &reader)
  }

  func encode(into writer: inout ByteWriter) {
    writer.boolean(fold.hasOpenSessions)
    let foldedThrough = UInt64(bitPattern: foldedThrough.millisecondsSinceEpoch)
    writer.fixed64(foldedThrough)
    writer.fixed32(Self.checksum(foldedThrough))
    writer.varint(unreadableFrames)
    decoder.encode(into: &writer)
    fold.encode(into: &writer)
  }

  /// What of a stored state is the same in any fold of the same log: all but ``foldedThrough``, which
  /// depends on when timers were looked at, and so has a checksum. nil if that is wrong.
  static func comparablePart(of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var reader = ByteReader(bytes)
    guard (try? reader.boolean()) != nil, let foldedThrough = try? reader.fixed64(),
      let stored = try? reader.fixed32(), stored == checksum(foldedThrough)
    else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[reader.offset...])
  }

  private static func checksum(_ foldedThrough: UInt64) -> UInt32 {
    withUnsafeBytes(of: foldedThrough.littleEndian) { CRC32C.checksum($0) }
  }

  /// Whether a stored state has an open transaction: its first byte says so, so that finding the
  /// stations with timers does not decode them all.
  static func hasOpenSessions(_ bytes: UnsafeRawBufferPointer) throws(ByteReaderError) -> Bool {
    var reader = ByteReader(bytes)
    return try reader.boolean()
  }
}
