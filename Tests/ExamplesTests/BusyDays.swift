import Bytes
import Projections
import Quantities

/// The `busy_days` read model: how many frames each day brought, over the whole log.
struct BusyDays: Projection {
  let name = "busy_days"
  let version = 1
  let partition = Partition<DayCounts>.wholeLog

  /// Frames by day, counted from 1970 in UTC.
  struct DayCounts: MergeableState {
    var frames: [UInt64: UInt64] = [:]

    init() {}

    mutating func merge(_ other: DayCounts) {
      frames.merge(other.frames, uniquingKeysWith: +)
    }

    func encode(into writer: inout ByteWriter) {
      writer.varint(UInt64(frames.count))
      for (day, count) in frames.sorted(by: { $0.key < $1.key }) {
        writer.varint(day)
        writer.varint(count)
      }
    }

    init(decoding reader: inout ByteReader) throws(ByteReaderError) {
      for _ in 0..<(try reader.count()) {
        let day = try reader.varint()
        frames[day] = try reader.varint()
      }
    }
  }

  func fold(_ event: borrowing FoldEvent, into state: inout DayCounts) {
    guard case .frame = event.content else { return }
    let day = UInt64(max(0, event.receivedAt.millisecondsSinceEpoch)) / 86_400_000
    state.frames[day, default: 0] += 1
  }

  func writeRows(of state: DayCounts, into rows: inout RowWriter) {
    for (day, count) in state.frames { rows.write(key: day) { $0.varint(count) } }
  }
}
