import Bytes
import OCPP
import Quantities
import Sessions

/// What a projection's fold remembers of one station: the calls that wait for an answer, and a state
/// for each partition that its records went to.
final class ProjectedStation<State: FoldState>: FoldedStation {
  /// The state of one partition.
  struct Part {
    /// The site; empty where the partition is the station or the whole log.
    var site: String
    var state = State()
    /// The time of the last timer that was fired.
    var firedThrough = Instant.distantPast
  }

  /// Where a station's records belong.
  enum Place {
    case unknown
    /// At all times to one site, or to none.
    case fixed(String?)
    case moving
  }

  let id: StationID
  let name: String
  var decoder = OCPPDecoder()
  var parts: [Part] = []
  /// Not stored: facts say it.
  var place = Place.unknown
  var foldedThrough = Instant.distantPast
  var needsRefold = false
  var isTouched = false

  init(_ id: StationID, name: String) {
    self.id = id
    self.name = name
  }

  /// The place of a partition's state in ``parts``; it is made if it is not there.
  func part(ofSite site: String) -> Int {
    if let index = parts.firstIndex(where: { $0.site == site }) { return index }
    parts.append(Part(site: site))
    return parts.count - 1
  }

  /// The header is first, so that looking for timers decodes no states. What a merge needs follows.
  func encode(nextTimer: Instant?, into writer: inout ByteWriter) {
    writer.fixed64(UInt64(bitPattern: (nextTimer ?? .distantFuture).millisecondsSinceEpoch))
    writer.string(name)
    writer.varint(UInt64(parts.count))
    for part in parts.sorted(by: { $0.site < $1.site }) {
      writer.string(part.site)
      writer.zigzag(part.firedThrough.millisecondsSinceEpoch)
      part.state.encode(into: &writer)
    }
    writer.zigzag(foldedThrough.millisecondsSinceEpoch)
    decoder.encode(into: &writer)
  }

  init(decoding bytes: UnsafeRawBufferPointer, _ id: StationID) throws(ByteReaderError) {
    var reader = ByteReader(bytes)
    self.id = id
    (name, parts) = try Self.parts(&reader)
    foldedThrough = Instant(millisecondsSinceEpoch: try reader.zigzag())
    decoder = try OCPPDecoder(decoding: &reader)
  }

  private static func parts(
    _ reader: inout ByteReader
  ) throws(ByteReaderError) -> (name: String, parts: [Part]) {
    _ = try reader.fixed64()
    let name = try reader.string()
    var parts: [Part] = []
    for _ in 0..<(try reader.count()) {
      var part = Part(site: try reader.string())
      part.firedThrough = Instant(millisecondsSinceEpoch: try reader.zigzag())
      part.state = try State(decoding: &reader)
      parts.append(part)
    }
    return (name, parts)
  }

  /// The states of a stored station.
  static func parts(of bytes: UnsafeRawBufferPointer) throws(ByteReaderError) -> [Part] {
    var reader = ByteReader(bytes)
    return try parts(&reader).parts
  }

  /// The name of a stored station.
  static func name(of bytes: UnsafeRawBufferPointer) throws(ByteReaderError) -> String {
    var reader = ByteReader(bytes)
    _ = try reader.fixed64()
    return try reader.string()
  }

  /// When the first timer of a stored station is due.
  static func nextTimer(of bytes: UnsafeRawBufferPointer) throws(ByteReaderError) -> Instant {
    var reader = ByteReader(bytes)
    return Instant(millisecondsSinceEpoch: Int64(bitPattern: try reader.fixed64()))
  }
}
