import Bytes
import ChargerEvents
import Quantities

@testable import Projections

/// How many frames came on each day, in UTC, and the records that they were.
struct DayCounts: MergeableState, Hashable {
  var frames: [Int64: UInt64] = [:]
  /// The first station that had something on a day, by which the order of merging shows.
  var firstStation: [Int64: String] = [:]

  mutating func merge(_ other: Self) {
    frames.merge(other.frames, uniquingKeysWith: +)
    firstStation.merge(other.firstStation) { first, _ in first }
  }

  func encode(into writer: inout ByteWriter) {
    writer.varint(UInt64(frames.count))
    for (day, count) in frames.sorted(by: { $0.key < $1.key }) {
      writer.zigzag(day)
      writer.varint(count)
      writer.string(firstStation[day] ?? "")
    }
  }

  init() {}

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    for _ in 0..<(try reader.count()) {
      let day = try reader.zigzag()
      frames[day] = try reader.varint()
      firstStation[day] = try reader.string()
    }
  }
}

/// The frames of each day: of a station, of a site or of the whole log.
struct FramesByDay: Projection {
  var name = "frames_by_day"
  let version = 1
  let partition: Partition<DayCounts>

  func fold(_ event: borrowing FoldEvent, into state: inout DayCounts) {
    let day = event.receivedAt.millisecondsSinceEpoch / 86_400_000
    state.frames[day, default: 0] += 1
    state.firstStation[day] = state.firstStation[day] ?? event.stationName
  }

  func writeRows(of state: DayCounts, into rows: inout RowWriter) {
    for (day, count) in state.frames {
      rows.write(key: UInt64(bitPattern: day)) { row in
        row.varint(count)
        row.string(state.firstStation[day] ?? "")
      }
    }
  }
}

/// When a station fell silent: it sent nothing for an hour.
struct Silences: FoldState, Hashable {
  var lastHeard: Instant?
  var silences: [Instant] = []

  init() {}

  func encode(into writer: inout ByteWriter) {
    writer.optionalZigzag(lastHeard?.millisecondsSinceEpoch)
    writer.varint(UInt64(silences.count))
    for time in silences { writer.zigzag(time.millisecondsSinceEpoch) }
  }

  init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    lastHeard = try reader.optionalZigzag().map { Instant(millisecondsSinceEpoch: $0) }
    for _ in 0..<(try reader.count()) {
      silences.append(Instant(millisecondsSinceEpoch: try reader.zigzag()))
    }
  }
}

struct SilenceProjection: Projection {
  let name = "silences"
  let version = 1
  let partition = Partition<Silences>.station

  func fold(_ event: borrowing FoldEvent, into state: inout Silences) {
    state.lastHeard = event.receivedAt
  }

  func nextTimer(of state: Silences) -> Instant? { state.lastHeard?.after(hours: 1) }

  func fire(at due: Instant, into state: inout Silences) {
    state.lastHeard = nil
    state.silences.append(due)
  }

  func writeRows(of state: Silences, into rows: inout RowWriter) {
    rows.write { row in for time in state.silences { row.zigzag(time.millisecondsSinceEpoch) } }
  }
}

/// Writes the key that it is told to write.
struct LongKeys: Projection {
  let name = "long_keys"
  let version = 1
  let partition = Partition<Silences>.station
  var keyBytes: Int

  func fold(_ event: borrowing FoldEvent, into state: inout Silences) {}

  func writeRows(of state: Silences, into rows: inout RowWriter) {
    let key = { (key: inout ByteWriter) in for _ in 0..<keyBytes { key.write(7) } }
    rows.write(key: key) { $0.write(1) }
  }
}
