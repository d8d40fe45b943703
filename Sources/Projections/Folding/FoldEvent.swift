public import ChargerEvents
public import Quantities

/// A record of a station as a ``Projection`` sees it: what its envelope and its body say.
///
/// Text and readings are views that live until the fold returns, so an event cannot be kept. The
/// time of recording is not here: it is another one in each ledger that a history is imported to.
public struct FoldEvent: ~Copyable {
  /// What the body of a record says.
  public enum Content {
    /// An OCPP frame that was sent by the station, or to it.
    case frame(ChargerEvent, isFromStation: Bool)
    /// What a record says of a whole session: a CDR, or a row of a table.
    case record(SessionRecord)
    /// Such a record that cannot be read.
    case unreadableRecord
  }

  /// The place in the log, by which rows can name what they rest on. Never compare it with that of
  /// another station's record.
  public let position: UInt64
  /// When the record was received.
  public let receivedAt: Instant
  /// The identity that the station connects with.
  public let stationName: String
  public let content: Content
  /// The meter readings that the frame carries.
  public let readings: UnsafeBufferPointer<MeterReading>

  init(
    position: UInt64, receivedAt: Instant, stationName: String, content: Content,
    readings: UnsafeBufferPointer<MeterReading> = UnsafeBufferPointer(start: nil, count: 0)
  ) {
    self.position = position
    self.receivedAt = receivedAt
    self.stationName = stationName
    self.content = content
    self.readings = readings
  }
}
