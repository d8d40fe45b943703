import Glibc
import LMDB
import Synchronization

/// `index/` in a ledger's directory: where each station's events are, and when which part of the log
/// was received. It makes reading by station and by time fast, and never decides what is read.
///
///     lock           held (flock) by the one who builds; the number of its process is in it
///     positions/     an LMDB environment; see `Schemas/log-record.md`
///     removed-*/     on its way out; left by a crash, the next builder removes it
///
/// It covers the log in whole blocks of positions. A block is written once, in one transaction, after
/// its last event was appended, with keys that only grow. So an index built at once and one built in
/// many turns are equal, a crash loses at most a block, and a block that is there never changes.
///
/// Everything in it can be deleted at any time. Reading finds the events behind the last block, or all
/// of them where there is no index, in the log itself. What the index says is checked against the log's
/// own links; an index that is damaged or of another history is removed and built anew.
final class PositionIndex: Sendable {
  /// The directory, `index` in that of the ledger.
  let path: String
  let shape: IndexShape
  /// What was opened last. Another process may have replaced the files since.
  private let opened = Mutex<IndexStore?>(nil)

  init(ledger: String, uuid: String, blockPositions: UInt64) {
    self.path = ledger + "/index"
    self.shape = IndexShape(ledgerUUID: uuid, blockPositions: blockPositions)
  }

  var storePath: String { path + "/positions" }

  /// The index as far as it belongs to the history of `snapshot`; nil where there is none, where it
  /// cannot be read, and in a log that is shorter than a block.
  ///
  /// - Complexity: O(log n); no call of the operating system in a log shorter than a block.
  func view(of snapshot: borrowing LogSnapshot) -> IndexView? {
    guard snapshot.head >= shape.blockPositions, let store = openedStore() else { return nil }
    do {
      let blocks = min(try store.blockCount(), snapshot.head / shape.blockPositions)
      guard blocks > 0 else { return nil }
      let last = try store.summary(ofBlock: blocks - 1)
      guard try snapshot.envelope(at: blocks * shape.blockPositions)?.salt == last.salt else {
        throw IndexDamage()
      }
      return IndexView(index: self, store: store, blocks: blocks)
    } catch {
      discard(store, because: error)
      return nil
    }
  }

  /// Drops an index that has proved wrong, and removes its files unless somebody is building: a
  /// builder looks for itself. Reading goes on without one, whatever comes of it.
  func discard(_ store: IndexStore, because error: any Error) {
    guard IndexStore.isDamage(error) else { return }
    forget(store)
    guard let lock = try? IndexLock.take(in: path) else { return }
    try? removeStore(store.identity, holding: lock)
  }

  /// The same for a builder, who has the lock.
  func discard(
    _ store: IndexStore, because error: any Error, holding lock: borrowing IndexLock
  ) {
    guard IndexStore.isDamage(error) else { return }
    forget(store)
    try? removeStore(store.identity, holding: lock)
  }

  private func forget(_ store: IndexStore) {
    opened.withLock { if $0 === store { $0 = nil } }
  }
}

extension PositionIndex {
  /// The store that is in place now; nil if there is none or it cannot be read.
  private func openedStore() -> IndexStore? {
    guard let identity = DirectoryIdentity(of: storePath) else { return nil }
    do {
      return try store(identity)
    } catch {
      guard IndexStore.isDamage(error), let lock = try? IndexLock.take(in: path) else { return nil }
      try? removeStore(identity, holding: lock)
      return nil
    }
  }

  private func store(_ identity: DirectoryIdentity) throws -> IndexStore {
    try opened.withLock { opened in
      if let opened, opened.identity == identity { return opened }
      opened = nil
      let store = try IndexStore(path: storePath, identity: identity, shape: shape)
      opened = store
      return store
    }
  }

  /// The store to build on: what is there if it belongs to the history of `snapshot`, else a new one.
  func storeToExtend(
    _ snapshot: borrowing LogSnapshot, holding lock: borrowing IndexLock
  ) throws -> (store: IndexStore, blocks: UInt64) {
    try removeLeftovers(holding: lock)
    if let identity = DirectoryIdentity(of: storePath) {
      do {
        let store = try store(identity)
        return (store, try checkedBlocks(of: store, snapshot))
      } catch {
        guard IndexStore.isDamage(error) else { throw error }
        opened.withLock { $0 = nil }
        try removeStore(identity, holding: lock)
      }
    }
    try FileSystem.makeDirectory(storePath)
    guard let identity = DirectoryIdentity(of: storePath) else {
      throw LedgerError.system(operation: "open", path: storePath, errno: errno)
    }
    return (try store(identity), 0)
  }

  /// The number of blocks, all of which must be of this history.
  private func checkedBlocks(
    of store: IndexStore, _ snapshot: borrowing LogSnapshot
  ) throws -> UInt64 {
    let blocks = try store.blockCount()
    guard blocks > 0 else { return 0 }
    let last = try store.summary(ofBlock: blocks - 1)
    let (position, overflow) = blocks.multipliedReportingOverflow(by: shape.blockPositions)
    // A log that ends before its index was restored from an older backup.
    guard !overflow, try snapshot.envelope(at: position)?.salt == last.salt else {
      throw IndexDamage()
    }
    return blocks
  }

  /// Renamed first: who opens it meanwhile finds a whole index or none. Readers that have it open keep
  /// their files.
  private func removeStore(
    _ identity: DirectoryIdentity, holding lock: borrowing IndexLock
  ) throws(LedgerError) {
    guard DirectoryIdentity(of: storePath) == identity else { return }
    let removed = path + "/\(Self.removedPrefix)\(getpid())-\(identity.inode)"
    guard rename(storePath, removed) == 0 else {
      throw .system(operation: "remove", path: storePath, errno: errno)
    }
    FileSystem.removeEnvironment(removed)
  }

  private func removeLeftovers(holding lock: borrowing IndexLock) throws {
    for name in FileSystem.names(in: path, prefix: Self.removedPrefix) {
      FileSystem.removeEnvironment(path + "/" + name)
    }
  }

  private static let removedPrefix = "removed-"
}

/// What an index is an index of, and how. One with another shape is not this ledger's.
struct IndexShape: Sendable {
  /// The layout of the tables. One of another version is built anew.
  static let version: UInt8 = 1
  /// The parts of a block whose received-at is known.
  static let zonesPerBlock: UInt64 = 64

  let ledgerUUID: String
  /// The positions of a block, a multiple of ``zonesPerBlock``.
  let blockPositions: UInt64

  var zonePositions: UInt64 { blockPositions / Self.zonesPerBlock }

  /// The block that a position is in (positions are 1 or above): 0, 1, 2…
  func block(of position: UInt64) -> UInt64 { (position - 1) / blockPositions }

  /// The first position of a block.
  func first(ofBlock block: UInt64) -> UInt64 { block * blockPositions + 1 }

  /// The zone that a position is in, among those of its block.
  func zone(of position: UInt64) -> Int {
    Int((position - 1) % blockPositions / zonePositions)
  }

  /// The last position of the zone that a position is in.
  func lastOfZone(of position: UInt64) -> UInt64 {
    position + (zonePositions - 1 - (position - 1) % zonePositions)
  }
}
