import Bytes

/// Memory that appends use again, so that an event allocates nothing: random bytes kept in stock,
/// and the stream heads that the current batch has touched.
///
/// Heads are valid for one batch only: another process may append between two.
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
  @exclusivity(unchecked) private var salts: [Salt] = []
  /// The tree of the current batch.
  let tree = TreeAppender()

  /// Forgets the heads of the batch before.
  func beginBatch() {
    batch += 1
    touched.removeAll(keepingCapacity: true)
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

  /// Sixteen random bytes that nothing else has seen.
  func nextSalt() -> Salt {
    if let salt = salts.popLast() { return salt }
    salts = Array(repeating: Salt(low: 0, high: 0), count: Self.saltsInStock)
    salts.withUnsafeMutableBytes { fillRandomly($0) }
    return salts.removeLast()
  }

  /// One call of the generator makes 4 KiB.
  private static let saltsInStock = 256
}
