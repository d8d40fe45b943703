import Bytes
import Glibc
import LMDB
import Transparency

/// What each format brought. A ledger of an older one is brought up to date by the first program that
/// opens it for writing; read only, it is read as it is.
///
/// - 1: events, heads, names, totals.
/// - 2: the hash tree over the events; checksums on event ids (`Schemas/log-record.md`).
///
/// Everything in the log changes in one transaction, and `ledger.json` says so only afterwards: a
/// crash between the two leaves a ledger of the older format with tables that it does not know, and
/// the next opening does all of it again.
enum LedgerUpgrade {
  /// Brings the log to the newest format, and says so in `ledger.json`.
  ///
  /// - Returns: what `ledger.json` says now.
  /// - Throws: ``LedgerError/damaged(position:reason:)`` if a record fails its checksum: nothing is
  ///   changed, for the tree must not vouch for damage.
  /// - Complexity: from format 1 it reads the whole log, about a million events a second.
  static func run(
    at path: String, _ environment: Environment
  ) throws -> LedgerFile {
    let lock = try FileSystem.open(path, O_RDONLY | O_DIRECTORY, "lock")
    defer { close(lock) }
    _ = try FileSystem.lock(lock, path, isWaiting: true)
    // Another process may have done it while this one waited.
    let filePath = path + "/" + LedgerFile.name
    var file = try LedgerFile(json: try FileSystem.contents(of: filePath), path: path)
    guard file.formatVersion < LedgerFile.formatVersion else { return file }
    let tables = try LogTables(environment, create: true)
    if file.formatVersion < 2 {
      try environment.write { transaction in
        try buildTree(transaction, tables)
        try EventIDRing.forgetAll(transaction, tables)
      }
    }
    file.formatVersion = LedgerFile.formatVersion
    try FileSystem.replace(path + "/" + LedgerFile.name, with: file.json)
    try environment.write { [file] in try file.writeRow($0, tables.meta) }
    return file
  }

  private static func buildTree(
    _ transaction: borrowing WriteTransaction, _ tables: LogTables
  ) throws {
    guard let tree = tables.tree else { throw LedgerError.withoutTree }
    try transaction.clear(tree)
    var frontier = MerkleFrontier()
    let hasher = LeafHasher()
    var stations: [UInt32: SHA256Digest] = [:]
    try transaction.forEach(in: tables.events) { entry in
      let position = frontier.size + 1
      guard Record.position(ofKey: entry.key) == position else {
        throw LedgerError.damaged(position: position, reason: .missing)
      }
      _ = try Record.checkedBody(of: entry.value, at: position)
      let station = try Record.envelope(of: entry.value, at: position).station
      let name = try stations[station] ?? tables.stationHash(station, transaction)
      stations[station] = name
      var filled: [SHA256Digest] = []
      frontier.append(hasher.leaf(of: entry.value, station: name), with: hasher.tree) {
        if $0 >= TreeRow.groupLevel { filled.append($1) }
      }
      if !filled.isEmpty {
        let group = TreeRow.lastGroup(ofTree: frontier.size)
        try tables.write(row: filled, group: group, transaction)
      }
      return true
    }
    try tables.write(frontier, transaction)
  }
}
