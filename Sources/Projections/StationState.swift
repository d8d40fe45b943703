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
final class StationState {
  let station: StationID
  let name: String
  var decoder: OCPPDecoder
  var fold: StationFold

  /// Frames that are not OCPP-J.
  var unreadableFrames: UInt64 = 0
  /// The greatest time that this station has been folded to, by an event or by a timer. A record
  /// older than this makes the station fold again from its beginning (SEMANTICS 3).
  var foldedThrough: Instant
  /// The station must be folded again before its rows count.
  var needsRefold = false
  /// The state changed since it was last written.
  var isTouched = false

  init(station: StationID, name: String) {
    self.station = station
    self.name = name
    self.decoder = OCPPDecoder()
    self.fold = StationFold(station: station, stationName: name)
    self.foldedThrough = .distantPast
  }

  init(decoding bytes: UnsafeRawBufferPointer, station: StationID, name: String)
    throws(ByteReaderError)
  {
    var reader = ByteReader(bytes)
    self.station = station
    self.name = name
    _ = try reader.boolean()
    self.unreadableFrames = try reader.varint()
    self.foldedThrough = Instant(millisecondsSinceEpoch: try reader.zigzag())
    self.decoder = try OCPPDecoder(decoding: &reader)
    self.fold = try StationFold(decoding: &reader)
  }

  func encode(into writer: inout ByteWriter) {
    writer.boolean(fold.hasOpenSessions)
    writer.varint(unreadableFrames)
    writer.zigzag(foldedThrough.millisecondsSinceEpoch)
    decoder.encode(into: &writer)
    fold.encode(into: &writer)
  }

  /// Whether a stored state has an open transaction: its first byte says so, so that finding the
  /// stations with timers does not decode them all.
  static func hasOpenSessions(_ bytes: UnsafeRawBufferPointer) throws(ByteReaderError) -> Bool {
    var reader = ByteReader(bytes)
    return try reader.boolean()
  }
}
