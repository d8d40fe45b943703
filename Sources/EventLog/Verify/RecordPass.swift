import LMDB

/// The one pass over all records of a ledger, first those of the segments, then those of the log. What
/// several walks over files share.
final class RecordPass {
  var events: EventCheck
  /// nil where the names of the stations, which are in it, are not at hand.
  var tree: TreeCheck?
  var leftOver = LeftOverRows()
  /// The events that are there, as far as that is known.
  var total: UInt64 = 0
  private let progress: (_ done: UInt64, _ total: UInt64) -> Void

  init(
    from first: UInt64 = 1, tree: TreeCheck?,
    progress: @escaping (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) {
    events = EventCheck(from: first)
    self.tree = tree
    self.progress = progress
  }

  /// Takes the next record.
  func take(key: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer) {
    let envelope = events.take(key: key, record: record)
    tree?.take(record, envelope)
    if events.next % 4096 == 0 { progress(events.next, total) }
  }

  /// Takes the next record, of a segment, which the log may still have too.
  func take(sealed record: UnsafeRawBufferPointer, at position: UInt64) {
    leftOver.compare(record, at: position)
    withUnsafeBytes(of: position.bigEndian) { take(key: $0, record: record) }
  }
}

/// Rows of the log that a segment has too: sealing was stopped before it had removed them. Nobody reads
/// them; the next sealer removes them.
struct LeftOverRows {
  /// The position of the first one; 0 for none.
  private(set) var first: UInt64 = 0
  /// Those of the records, in the order of their positions.
  private var checksums: [UInt32] = []
  /// Whether each is a sound record, and that of the segment.
  private(set) var areSound = true

  var isEmpty: Bool { first == 0 }

  mutating func take(_ record: UnsafeRawBufferPointer, at position: UInt64) {
    if isEmpty { first = position }
    guard position &- first == UInt64(checksums.count),
      (try? Record.checkedBody(of: record, at: position)) != nil
    else {
      areSound = false
      return
    }
    checksums.append(Record.storedChecksum(of: record))
  }

  /// Compares a sealed record with the row, if there is one.
  mutating func compare(_ record: UnsafeRawBufferPointer, at position: UInt64) {
    guard !isEmpty, position >= first, position - first < UInt64(checksums.count) else { return }
    if checksums[Int(position - first)] != Record.storedChecksum(of: record) { areSound = false }
  }
}
