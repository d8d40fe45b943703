import LMDB
import Quantities

/// What is known of the whole log without reading it: the row `totals` of `meta`.
struct LogTotals: Hashable, Sendable {
  /// The bytes of all bodies.
  var bodyBytes: UInt64 = 0
  /// The least received-at.
  var firstReceivedAt = Instant.distantFuture
  /// The greatest received-at, without values more than 24 h ahead of their recorded-at
  /// (SEMANTICS 5).
  var logTime = Instant.distantPast

  private static let dayMilliseconds: Int64 = 86_400_000

  mutating func count(bodyBytes: Int, receivedAt: Instant, recordedAt: Instant) {
    self.bodyBytes &+= UInt64(bodyBytes)
    firstReceivedAt = min(firstReceivedAt, receivedAt)
    if receivedAt <= recordedAt.advanced(byMilliseconds: Self.dayMilliseconds) {
      logTime = max(logTime, receivedAt)
    }
  }
}

extension LogTotals {
  private static let key: StaticString = "totals"
  private static let byteCount = 24

  static func read(
    _ transaction: borrowing some Transaction & ~Copyable, _ meta: Database
  ) throws -> LogTotals {
    guard let bytes = try transaction.value(of: key.keyBytes, in: meta),
      let totals = LogTotals(bytes)
    else {
      throw LedgerError.damagedTable(name: meta.name)
    }
    return totals
  }

  /// nil if the bytes are not the row.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    func load(_ offset: Int) -> Int64 {
      Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
    }
    self.init(
      bodyBytes: UInt64(bitPattern: load(0)),
      firstReceivedAt: Instant(millisecondsSinceEpoch: load(8)),
      logTime: Instant(millisecondsSinceEpoch: load(16)))
  }

  func write(_ transaction: borrowing WriteTransaction, _ meta: Database) throws(LMDBError) {
    try transaction.put(Self.key.keyBytes, byteCount: Self.byteCount, in: meta) { bytes in
      let fields = [
        Int64(bitPattern: bodyBytes), firstReceivedAt.millisecondsSinceEpoch,
        logTime.millisecondsSinceEpoch,
      ]
      for (index, field) in fields.enumerated() {
        bytes.storeBytes(of: field.littleEndian, toByteOffset: index * 8, as: Int64.self)
      }
    }
  }
}
