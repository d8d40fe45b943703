import Quantities

/// What the log knows of an event without looking into its body (SEMANTICS 1).
public struct Envelope: Hashable, Sendable {
  /// The place in the log: 1, 2, 3… without gaps, in order of commit.
  public var position: UInt64
  /// What the body is.
  public var kind: EventKind
  /// Which way it went.
  public var direction: Direction
  /// Marks on the record.
  public var flags: RecordFlags
  /// The station's number in this ledger; 0 is the control stream, which belongs to no station.
  public var station: UInt32
  /// When the recorder received it: the recorder's clock, on import the file's (SEMANTICS 2).
  public var receivedAt: Instant
  /// When this ledger recorded it. Never decreases with the position.
  public var recordedAt: Instant
  /// The position of the previous event of the same station; 0 if it is the first.
  public var previousOfStream: UInt64
  /// The number of the source it came from; 0 if none was named.
  public var source: UInt32
  /// Hides the body behind its commitment, once it is erased.
  public var salt: Salt
}

/// Sixteen random bytes of a record.
public struct Salt: Hashable, Sendable {
  /// The first eight bytes, lowest first.
  public var low: UInt64
  /// The last eight bytes, lowest first.
  public var high: UInt64

  /// From its two halves, as little-endian numbers.
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  static let byteCount = 16

  @inline(__always)
  func write(into bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: low.littleEndian, as: UInt64.self)
    bytes.storeBytes(of: high.littleEndian, toByteOffset: 8, as: UInt64.self)
  }
}

/// An event to be appended; the body goes beside it. Position, recorded-at and salt are the log's.
public struct NewEvent: Hashable, Sendable {
  /// What the body is.
  public var kind: EventKind
  /// From ``AppendBatch/stationID(named:)``; 0 is the control stream.
  public var station: UInt32
  /// Which way it went.
  public var direction: Direction
  /// When the recorder received it; on import, as the file says.
  public var receivedAt: Instant
  /// From ``AppendBatch/sourceID(named:)``; 0 is none.
  public var source: UInt32
  /// Marks on the record.
  public var flags: RecordFlags

  /// From its parts, which are not checked.
  public init(
    kind: EventKind, station: UInt32 = 0, direction: Direction = .none, receivedAt: Instant,
    source: UInt32 = 0, flags: RecordFlags = []
  ) {
    self.kind = kind
    self.station = station
    self.direction = direction
    self.receivedAt = receivedAt
    self.source = source
    self.flags = flags
  }
}
