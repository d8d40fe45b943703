import LMDB

/// Memory that appends use again, so that an event allocates nothing: random bytes kept in stock, the
/// stream heads that the current batch has touched, and the last event ids.
///
/// Heads are valid for one batch only, and ids are looked at anew in each: another process may append
/// between two.
///
/// What is used for each event is not checked for exclusive access at run time: only who holds the
/// write transaction has it, and nothing in here calls back.
final class AppendScratch {
  private struct Slot {
    var batch: UInt64 = 0
    var head = StreamHead.empty
  }

  @exclusivity(unchecked) private var batch: UInt64 = 0
  @exclusivity(unchecked) private var slots: [Slot] = []
  /// The stations whose heads the current batch has loaded.
  @exclusivity(unchecked) private(set) var touched: [UInt32] = []
  @exclusivity(unchecked) var salts = SaltStock()
  /// The tree of the current batch.
  let tree = TreeAppender()
  @exclusivity(unchecked) var ids: EventIDRing
  /// The batch that ``ids`` was last brought up to the table in.
  @exclusivity(unchecked) private var batchOfIDs: UInt64 = 0

  init(eventIDWindow: Int) { ids = EventIDRing(window: eventIDWindow) }

  /// Forgets the heads of the batch before, and what a batch that was given up has added.
  func beginBatch() {
    batch += 1
    touched.removeAll(keepingCapacity: true)
    ids.forgetUncommitted()
  }

  /// Brings ``ids`` up to the table, once in a batch.
  func refreshIDs(_ transaction: borrowing WriteTransaction, _ tables: LogTables) throws {
    guard batchOfIDs != batch else { return }
    try ids.refresh(transaction, tables)
    batchOfIDs = batch
  }

  /// The head of `station`, if this batch has loaded it.
  func head(of station: UInt32) -> StreamHead? {
    let index = Int(station)
    guard index < slots.count, slots[index].batch == batch else { return nil }
    return slots[index].head
  }

  /// `station` is a number the ledger has given, so the table stays as small as the fleet.
  func set(_ head: StreamHead, of station: UInt32) {
    let index = Int(station)
    if index >= slots.count {
      slots.append(contentsOf: repeatElement(Slot(), count: index + 1 - slots.count))
    }
    if slots[index].batch != batch { touched.append(station) }
    slots[index] = Slot(batch: batch, head: head)
  }

  /// The touched stations in order, so that their rows are written page after page.
  func sortTouched() { touched.sort() }
}
