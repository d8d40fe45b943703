import LMDB

/// What snapshots and batches read alike.
extension LogTables {
  typealias Reader = Transaction & ~Copyable

  /// The greatest position; 0 in an empty log.
  func head(_ transaction: borrowing some Reader) throws -> UInt64 {
    try transaction.withCursor(in: events) { cursor in
      guard let last = try cursor.last() else { return 0 }
      guard let position = Record.position(ofKey: last.key), (1..<UInt64.max).contains(position)
      else {
        throw LedgerError.damagedTable(name: events.name)
      }
      return position
    }
  }

  /// The record at `position`, unchecked.
  func record(
    at position: UInt64, _ transaction: borrowing some Reader
  ) throws -> UnsafeRawBufferPointer {
    guard let record = try transaction.value(of: position, in: events) else {
      throw LedgerError.damaged(position: position, reason: .missing)
    }
    return record
  }

  func streamHead(
    of station: UInt32, _ transaction: borrowing some Reader
  ) throws -> StreamHead? {
    let value = try withUnsafeBytes(of: station.bigEndian) { key in
      try transaction.value(of: key, in: heads)
    }
    guard let value else { return nil }
    guard let head = StreamHead(value) else { throw LedgerError.damagedTable(name: heads.name) }
    return head
  }

  /// The name that `id` stands for in `names` (`stations` or `sources`).
  func name(
    of id: UInt32, in names: Database, _ transaction: borrowing some Reader
  ) throws -> String? {
    try withUnsafeBytes(of: id.bigEndian) { key in
      try transaction.value(of: key, in: names)
    }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The number that `name` has in `ids` (`station_ids` or `source_ids`).
  func id(
    named name: String, in ids: Database, _ transaction: borrowing some Reader
  ) throws -> UInt32? {
    var name = name
    return try name.withUTF8 { utf8 in
      guard (1...LedgerError.maxNameBytes).contains(utf8.count) else { return nil }
      guard let value = try transaction.value(of: UnsafeRawBufferPointer(utf8), in: ids) else {
        return nil
      }
      guard value.count == 4 else { throw LedgerError.damagedTable(name: ids.name) }
      return UInt32(littleEndian: value.loadUnaligned(as: UInt32.self))
    }
  }

  /// The greatest number given in `names`; 0 if none was. Numbers have no gaps, so one that is
  /// not the count of rows is damage.
  func lastID(in names: Database, _ transaction: borrowing some Reader) throws -> UInt32 {
    let count = try transaction.statistics(of: names).entries
    return try transaction.withCursor(in: names) { cursor in
      guard let last = try cursor.last() else { return 0 }
      let id = try Self.id(ofKey: last.key, names)
      guard id == count && id < .max else { throw LedgerError.damagedTable(name: names.name) }
      return id
    }
  }

  static func id(ofKey key: UnsafeRawBufferPointer, _ names: Database) throws -> UInt32 {
    guard key.count == 4 else { throw LedgerError.damagedTable(name: names.name) }
    return UInt32(bigEndian: key.loadUnaligned(as: UInt32.self))
  }
}
