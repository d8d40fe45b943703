import LMDB
import Quantities

/// Checks the rows of the table `meta`.
struct MetaCheck {
  private(set) var totals: LogTotals?
  private(set) var eventIDs: EventIDCheck.Extent?
  /// The row of `ledger.json`.
  private var file: [UInt8]?

  mutating func take(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> TableFlaw? {
    switch String(decoding: key, as: UTF8.self) {
    case "totals":
      totals = LogTotals(value)
      return totals == nil ? .badRow : nil
    case "event_ids":
      eventIDs = EventIDCheck.Extent(value)
      return eventIDs == nil ? .badRow : nil
    case LedgerFile.rowName:
      file = Array(value)
      return nil
    case "tree":
      return nil
    default:
      return .unknown
    }
  }

  /// What is wrong with `ledger.json`; nil if it is the file that the log knows, or if the log is of a
  /// program that did not write it down.
  func flaw(ofFile contents: [UInt8]) -> TableFlaw? {
    guard let file else { return nil }
    return file == LedgerFile.row(of: contents) ? nil : .wrongChecksum
  }
}

/// Checks the table `event_ids`: a ring without gaps, of positions that the log has.
struct EventIDCheck {
  /// The row `event_ids` of `meta`.
  struct Extent {
    var count: UInt64
    var window: UInt64

    init?(_ bytes: UnsafeRawBufferPointer) {
      guard bytes.count == 16 else { return nil }
      count = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
      window = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      guard count > 0, (1...UInt64(EventIDRing.maxWindow)).contains(window) else { return nil }
    }
  }

  private(set) var rows: UInt64 = 0
  private var greatestPosition: UInt64 = 0
  /// Positions rise with the slots, but for one step down where the ring begins again.
  private var stepsDown = 0
  private var lastPosition: UInt64 = 0

  mutating func take(slot: UnsafeRawBufferPointer, row: UnsafeRawBufferPointer) -> TableFlaw? {
    guard slot.count == 4, row.count >= EventID.byteCount + 8,
      UInt64(UInt32(bigEndian: slot.loadUnaligned(as: UInt32.self))) == rows
    else { return .badRow }
    rows += 1
    let position = UInt64(
      littleEndian: row.loadUnaligned(fromByteOffset: EventID.byteCount, as: UInt64.self))
    guard position > 0, position != lastPosition else { return .badRow }
    if position < lastPosition { stepsDown += 1 }
    lastPosition = position
    greatestPosition = max(greatestPosition, position)
    return stepsDown > 1 ? .badRow : nil
  }

  /// Whether the ring has as many rows as `meta` says, of events up to `head`.
  func fits(_ extent: Extent?, head: UInt64) -> Bool {
    guard let extent else { return rows == 0 }
    return rows == min(extent.count, extent.window) && greatestPosition <= head
      && extent.count <= head && (stepsDown == 0 || extent.count > extent.window)
  }
}
