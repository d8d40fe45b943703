public import Bytes

/// Takes the rows that a ``Projection`` writes of one state.
///
/// Keys and values are bytes in a form of the projection's own. They must be canonical, because
/// digests compare them; keys decide the order of the rows. Of two rows with one key the second
/// counts.
public struct RowWriter {
  struct Row {
    var key: Range<Int>
    var value: Range<Int>
  }

  /// The longest key. Put what may be longer into the value, and a hash of it into the key.
  public static let greatestKeyBytes = 256

  var arena = ByteWriter()
  var rows: [Row] = []
  /// What the keys of a station or a site begin with.
  var prefix: [UInt8] = []
  /// The length of the longest key, for the error.
  var greatestKey = 0

  /// Writes the only row of the state.
  public mutating func write(_ value: (inout ByteWriter) -> Void) {
    write(key: { _ in }, value)
  }

  /// Writes the row of a number. Rows are in the order of the numbers.
  public mutating func write(key: UInt64, _ value: (inout ByteWriter) -> Void) {
    write(key: { $0.fixed64(key.byteSwapped) }, value)
  }

  /// Writes a row.
  public mutating func write(
    key: (inout ByteWriter) -> Void, _ value: (inout ByteWriter) -> Void
  ) {
    let start = arena.count
    prefix.withUnsafeBytes { arena.raw($0) }
    key(&arena)
    let end = arena.count
    greatestKey = max(greatestKey, end - start - prefix.count)
    value(&arena)
    rows.append(Row(key: start..<end, value: end..<arena.count))
  }

  /// The rows in the order of their keys, whatever order they were written in: they may come from a
  /// dictionary, and pages should not depend on a hash seed.
  var rowsInOrder: [Row] {
    arena.withUnsafeBytes { arena in
      rows.enumerated().sorted { left, right in
        let (key, other) = (arena[left.element.key], arena[right.element.key])
        if key.elementsEqual(other) { return left.offset < right.offset }
        return key.lexicographicallyPrecedes(other)
      }.map(\.element)
    }
  }
}
