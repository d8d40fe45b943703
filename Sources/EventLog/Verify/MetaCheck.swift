import LMDB
import Quantities
import Transparency

/// Checks the rows of the table `meta`.
struct MetaCheck {
  private(set) var totals: LogTotals?
  private(set) var eventIDs: EventIDExtent?
  private(set) var frontier: MerkleFrontier?
  /// The position up to which events are in segments.
  private(set) var sealed: UInt64 = 0
  /// The row of `ledger.json`.
  private var file: [UInt8]?

  mutating func take(
    key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, format: UInt64
  ) -> TableFlaw? {
    switch String(decoding: key, as: UTF8.self) {
    case "totals":
      totals = LogTotals(value)
      return totals == nil ? .badRow : nil
    case "event_ids":
      // In format 1 it had no checksum; the next format forgets those ids.
      if format < 2 { return nil }
      eventIDs = EventIDExtent(value)
      return eventIDs == nil ? .badRow : nil
    case "tree":
      frontier = MerkleFrontier(decoding: value)
      return frontier == nil ? .badRow : nil
    case "sealed":
      guard let position = SealedRow.position(in: value) else { return .badRow }
      sealed = position
      return nil
    case LedgerFile.rowName:
      file = Array(value)
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
  private(set) var rows: UInt64 = 0
  private var greatestPosition: UInt64 = 0

  mutating func take(slot: UnsafeRawBufferPointer, row: UnsafeRawBufferPointer) -> TableFlaw? {
    guard slot.count == 4 else { return .badRow }
    let number = UInt32(bigEndian: slot.loadUnaligned(as: UInt32.self))
    guard UInt64(number) == rows, let row = EventIDRow(row, slot: number) else { return .badRow }
    rows += 1
    greatestPosition = max(greatestPosition, row.position)
    return nil
  }

  /// Whether the ring has as many rows as `meta` says, of events up to `head`.
  func fits(_ extent: EventIDExtent?, head: UInt64) -> Bool {
    guard let extent else { return rows == 0 }
    return rows == min(extent.count, extent.window) && greatestPosition <= head
  }
}
