import Glibc

/// The names in the directory `segments` of a ledger.
struct SegmentDirectory: Sendable {
  let path: String

  static let name = "segments"
  /// What a segment is built under before it gets its name.
  private static let buildingPrefix = ".building-"
  private static let lockName = "lock"

  init(ledger path: String) { self.path = path + "/" + Self.name }

  func segment(first: UInt64) -> String { path + "/" + PositionName.text(first) }
  func building(first: UInt64) -> String {
    path + "/" + Self.buildingPrefix + PositionName.text(first)
  }

  /// The first positions of the segments that are there, in order.
  func firsts() throws(LedgerError) -> [UInt64] {
    try FileSystem.names(in: path).compactMap(PositionName.position).sorted()
  }

  /// Makes the directory if it is missing, and becomes the only sealer of all processes.
  /// - Returns: a descriptor; closing it lets another one seal.
  func lock() throws(LedgerError) -> Int32 {
    if !FileSystem.exists(path) {
      do throws(LedgerError) {
        try FileSystem.makeDirectory(path)
      } catch {
        // Another sealer may have been faster.
        guard FileSystem.exists(path) else { throw error }
      }
    }
    // Whoever made it may have been killed before it came to this.
    try FileSystem.sync(path + "/..")
    let lock = try FileSystem.open(path + "/" + Self.lockName, O_RDWR | O_CREAT, "open")
    do throws(LedgerError) {
      guard try FileSystem.lock(lock, path) else { throw .alreadySealing(path: path) }
      return lock
    } catch {
      close(lock)
      throw error
    }
  }

  /// Removes what a sealer left that did not get as far as bringing it into use: what was being
  /// built, and segments above `sealed`. Only under the lock.
  func removeLeftovers(above sealed: UInt64) throws(LedgerError) {
    for name in try leftovers(above: sealed) { FileSystem.removeEnvironment(path + "/" + name) }
  }

  /// The names of what is not in use: it is being made, or a sealer was stopped.
  func leftovers(above sealed: UInt64) throws(LedgerError) -> [String] {
    let building = try FileSystem.names(in: path).filter { $0.hasPrefix(Self.buildingPrefix) }
    return try building.sorted() + firsts().filter { $0 > sealed }.map(PositionName.text)
  }

  /// Gives a segment that was built its name, for ever.
  func publish(first: UInt64) throws(LedgerError) {
    let temporary = building(first: first)
    // Who reads a segment takes no lock.
    unlink(temporary + "/lock.mdb")
    try FileSystem.sync(temporary + "/data.mdb")
    try FileSystem.sync(temporary)
    let target = segment(first: first)
    guard rename(temporary, target) == 0 else {
      throw .system(operation: "create", path: target, errno: errno)
    }
    try FileSystem.sync(path)
  }
}
