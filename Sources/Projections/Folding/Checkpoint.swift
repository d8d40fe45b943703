import Bytes
import EventLog
import Quantities
import Sessions

/// How much of the log a generation holds.
struct Checkpoint: Equatable {
  /// All records up to this position are folded in.
  var position: UInt64 = 0
  /// The salt of the record at ``position``, by which its log is known again.
  var salt = Salt(low: 0, high: 0)
  /// The log time that timers have fired through.
  var logTime = Instant.distantPast
  /// The position of the last published fact that rows were written under.
  var factsPosition: UInt64 = 0
  /// The position of the last correction that rows were written under.
  var correctionsPosition: UInt64 = 0
  /// Whether nothing is left to do for the records up to ``position``: stations that had to be
  /// folded again were, and timers have fired. A run that was killed in between goes on there.
  var isSettled = true
  /// Stations that got a record older than what they had folded, and wait to be folded again.
  var stationsToRefold: [StationID] = []

  func encode() -> ByteWriter {
    var writer = ByteWriter()
    writer.varint(position)
    writer.fixed64(salt.low)
    writer.fixed64(salt.high)
    writer.zigzag(logTime.millisecondsSinceEpoch)
    writer.varint(factsPosition)
    writer.varint(correctionsPosition)
    writer.boolean(isSettled)
    writer.varint(UInt64(stationsToRefold.count))
    for station in stationsToRefold { writer.varint(UInt64(station.rawValue)) }
    return writer
  }

  init() {}

  init(decoding bytes: UnsafeRawBufferPointer) throws(ByteReaderError) {
    var reader = ByteReader(bytes)
    position = try reader.varint()
    salt = Salt(low: try reader.fixed64(), high: try reader.fixed64())
    logTime = Instant(millisecondsSinceEpoch: try reader.zigzag())
    factsPosition = try reader.varint()
    correctionsPosition = try reader.varint()
    isSettled = try reader.boolean()
    for _ in 0..<(try reader.count()) {
      stationsToRefold.append(StationID(rawValue: UInt32(truncatingIfNeeded: try reader.varint())))
    }
  }
}
