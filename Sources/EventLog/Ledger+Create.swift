import Glibc
import LMDB
import Transparency

extension Ledger {
  /// Makes an empty ledger in the directory `path`, which must not exist or be empty, and opens it.
  ///
  /// It is made beside its place, brought to the disk and renamed, so a crash leaves either nothing
  /// or a whole ledger. What a crash left half-made is removed by the next creation. Only the owner
  /// may enter the directory: frames hold personal data.
  @discardableResult
  public static func create(
    at path: String, createdBy: String = "wattledger", options: Options = Options()
  ) throws -> Ledger {
    guard !FileSystem.exists(path + "/" + LedgerFile.name) else {
      throw LedgerError.alreadyExists(path: path)
    }
    let place = LedgerPlace(path)
    let (temporary, lock) = try place.makeTemporaryDirectory()
    defer { close(lock) }
    do {
      try fill(temporary, uuid: LedgerFile.makeUUID(), createdBy: createdBy)
      try place.rename(temporary)
    } catch {
      LedgerPlace.remove(temporary)
      throw error
    }
    try FileSystem.sync(place.parent)
    return try open(at: path, options: options)
  }

  /// Makes an empty ledger in an empty directory.
  static func fill(_ directory: String, uuid: String, createdBy: String) throws {
    let log = directory + "/" + logDirectory
    try FileSystem.makeDirectory(log)
    try FileSystem.makeDirectory(directory + "/" + modelsDirectory)
    let file = LedgerFile(
      formatVersion: LedgerFile.formatVersion, uuid: uuid, createdBy: createdBy)
    do {
      let environment = try Environment(path: log, options: .init(access: .create))
      let tables = try LogTables(environment, create: true)
      try environment.write { transaction in
        try LogTotals().write(transaction, tables.meta)
        try tables.write(MerkleFrontier(), transaction)
        try file.writeRow(transaction, tables.meta)
      }
    }
    try FileSystem.sync(log + "/data.mdb")
    try FileSystem.sync(log)
    try FileSystem.write(file.json, to: directory + "/" + LedgerFile.name)
    try FileSystem.sync(directory)
  }
}

/// Where a ledger is to be: a name in a parent directory.
struct LedgerPlace {
  let path: String
  let parent: String
  let name: String

  init(_ path: String) {
    var trimmed = Substring(path)
    while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.path = String(trimmed)
    if let slash = trimmed.lastIndex(of: "/") {
      self.parent = slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
      self.name = String(trimmed[trimmed.index(after: slash)...])
    } else {
      self.parent = "."
      self.name = self.path
    }
  }

  private var temporaryPrefix: String { ".\(name).creating-" }

  /// Makes a directory for a ledger that is being made, after it has removed what others left.
  /// - Returns: its path, and a descriptor to be closed when it is filled: it holds a lock, and a
  ///   lock that can be had means that its maker died.
  func makeTemporaryDirectory() throws(LedgerError) -> (path: String, lock: Int32) {
    // One at a time, so that nobody finds a directory that is not locked yet.
    let turn = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard turn >= 0 else {
      throw .system(operation: "create a directory in", path: parent, errno: errno)
    }
    defer { close(turn) }
    flock(turn, LOCK_EX)
    removeHalfMade()
    // mkdtemp puts a name of its own in the place of six times X.
    let pattern = parent + "/" + temporaryPrefix + String(repeating: "X", count: 6)
    var template = Array(pattern.utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .system(operation: "create a directory in", path: parent, errno: errno)
    }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let lock = try FileSystem.open(path, O_RDONLY | O_DIRECTORY, "open")
    flock(lock, LOCK_EX | LOCK_NB)
    return (path, lock)
  }

  func rename(_ temporary: String) throws(LedgerError) {
    guard Glibc.rename(temporary, path) != 0 else { return }
    guard ![EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) else { throw .alreadyExists(path: path) }
    throw .system(operation: "create", path: path, errno: errno)
  }

  /// Removes what earlier creations of this ledger left when they were killed.
  private func removeHalfMade() {
    for name in FileSystem.names(in: parent, prefix: temporaryPrefix) {
      let directory = parent + "/" + name
      guard let lock = try? FileSystem.open(directory, O_RDONLY | O_DIRECTORY, "open") else {
        continue
      }
      defer { close(lock) }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 { Self.remove(directory) }
    }
  }

  /// Removes a directory that holds a part of a new ledger, and nothing else.
  static func remove(_ directory: String) {
    FileSystem.remove(directory + "/" + LedgerFile.name)
    FileSystem.removeEnvironment(directory + "/" + Ledger.logDirectory)
    for folder in ["/" + Ledger.modelsDirectory, ""] { rmdir(directory + folder) }
  }
}
