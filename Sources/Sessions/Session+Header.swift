import Bytes
import Quantities

/// The beginning of a session's row: what it takes to know which session it is and when it was.
/// Read without the rest, it costs next to nothing.
public struct SessionHeader: Sendable, Hashable {
  public var id: SessionID
  public var station: StationID
  public var openedAtPosition: UInt64
  public var startedAt: Instant
  /// Nil while open.
  public var endedAt: Instant?

  /// Reads the beginning of what ``Session/encode(into:)`` wrote.
  public init(row: UnsafeRawBufferPointer) throws(ByteReaderError) {
    var reader = ByteReader(row)
    id = SessionID(high: try reader.fixed64(), low: try reader.fixed64())
    station = StationID(rawValue: try reader.uint32())
    openedAtPosition = try reader.varint()
    _ = try reader.varint()
    let start = try reader.zigzag()
    startedAt = Instant(millisecondsSinceEpoch: start)
    _ = try reader.zigzag()
    endedAt = try reader.optionalZigzag().map { Instant(millisecondsSinceEpoch: $0 &+ start) }
  }

  /// Whether `instant` is inside the session.
  public func spans(_ instant: Instant) -> Bool {
    startedAt < instant && endedAt.map { instant <= $0 } ?? true
  }
}
