import Bytes
import LMDB

/// The content of a frame of records while it is being filled.
struct RecordFrame {
  private var writer = ByteWriter(reservingCapacity: DumpFormat.maxFrameBytes)
  private var events = 0

  var isEmpty: Bool { events == 0 }

  /// Makes it empty, for records from `position` on.
  mutating func begin(at position: UInt64) {
    writer.removeAll()
    writer.fixed64(position)
    events = 0
  }

  /// False if there is no room for a record of `byteCount` bytes. An empty frame takes any.
  func hasRoom(for byteCount: Int) -> Bool {
    events == 0
      || events < DumpFormat.maxFrameEvents
        && writer.count + byteCount + 4 <= DumpFormat.maxFrameBytes
  }

  /// Adds a record, which is below 17 MiB.
  mutating func add(_ record: UnsafeRawBufferPointer) {
    writer.fixed32(UInt32(record.count))
    writer.raw(record)
    events += 1
  }

  func write(to part: PartWriter) throws(BackupError) {
    try writer.withUnsafeBytes { (bytes) throws(BackupError) in try part.write(.records, bytes) }
  }
}

/// The names that the next frames need, and that the part has not told yet.
struct NameFrames {
  private var stations: Table
  private var sources: Table
  /// Contents of frames, each of about the greatest size.
  private var contents: [ByteWriter] = []

  /// The names of one kind.
  private struct Table {
    var told: Set<UInt32>
    /// The greatest number that this part or an earlier one has told.
    var last: UInt32
  }

  /// Goes on behind what `fold` has read of the part.
  init(after fold: DumpFold) {
    stations = Table(told: Set(fold.stations.keys), last: fold.state.stations)
    sources = Table(told: fold.sources, last: fold.state.sources)
  }

  /// Tells the name of a station, if it has not been told; and those of numbers before it that no
  /// part has told, so that numbers have no gaps.
  mutating func tell(station id: UInt32, _ snapshot: borrowing LogSnapshot) throws {
    guard !stations.told.contains(id) else { return }
    for id in min(id, stations.last + 1)...id where stations.told.insert(id).inserted {
      guard let name = try snapshot.stationName(id) else {
        throw LedgerError.damagedTable(name: snapshot.tables.stations.name)
      }
      add(isSource: false, id, name)
    }
    stations.last = max(stations.last, id)
  }

  /// As ``tell(station:_:)``.
  mutating func tell(source id: UInt32, _ snapshot: borrowing LogSnapshot) throws {
    guard !sources.told.contains(id) else { return }
    for id in min(id, sources.last + 1)...id where sources.told.insert(id).inserted {
      guard let name = try snapshot.sourceName(id) else {
        throw LedgerError.damagedTable(name: snapshot.tables.sources.name)
      }
      add(isSource: true, id, name)
    }
    sources.last = max(sources.last, id)
  }

  /// Tells the names that were given up to `state` and that no event uses.
  mutating func tellRest(upTo state: LogState, _ snapshot: borrowing LogSnapshot) throws {
    if state.stations > stations.last { try tell(station: state.stations, snapshot) }
    if state.sources > sources.last { try tell(source: state.sources, snapshot) }
  }

  /// Writes what has been told since the last time.
  mutating func write(to part: PartWriter) throws(BackupError) {
    for content in contents { try part.write(.names, content.bytes) }
    contents.removeAll(keepingCapacity: true)
  }

  private mutating func add(isSource: Bool, _ id: UInt32, _ name: String) {
    if contents.last.map({ $0.count >= DumpFormat.maxFrameBytes }) ?? true {
      contents.append(ByteWriter())
    }
    let last = contents.count - 1
    contents[last].boolean(isSource)
    contents[last].fixed32(id)
    contents[last].string(name)
  }
}
