import EventLog
import Quantities

/// A run of records of a file, copied, so that they can be compared with the log and appended
/// together.
struct ImportChunk: ~Copyable {
  /// A record without its body.
  struct Entry {
    var station: Int
    var receivedAt: Instant
    var kind: EventKind
    var direction: Direction
    var flags: RecordFlags
    /// Where the body lies in the bytes of the chunk.
    var bodyRange: Range<Int>
    /// Whether the log holds the record already.
    var isInLog = false
  }

  /// A chunk is full with so many records or so many bytes of bodies, whatever comes first.
  static let recordLimit = 1 << 16
  private static let byteLimit = 32 << 20

  var entries: [Entry] = []
  private let recordLimit: Int
  private var bodies = ScratchBuffer()
  private var byteCount = 0

  init(recordLimit: Int = ImportChunk.recordLimit) {
    self.recordLimit = recordLimit
    entries.reserveCapacity(recordLimit)
  }

  var isFull: Bool { entries.count >= recordLimit || byteCount >= Self.byteLimit }

  mutating func append(_ record: ImportRecord, station: Int) {
    bodies.append(record.body)
    let range = byteCount..<byteCount + record.body.count
    byteCount = range.upperBound
    entries.append(
      Entry(
        station: station, receivedAt: record.receivedAt, kind: record.kind,
        direction: record.direction, flags: record.flags, bodyRange: range))
  }

  func body(of entry: Entry) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bodies.bytes[entry.bodyRange])
  }

  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    bodies.removeAll()
    byteCount = 0
  }
}
