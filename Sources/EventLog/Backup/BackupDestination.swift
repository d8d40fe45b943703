import Glibc

/// A directory that a backup is being written to. While it lives, nobody else writes there.
final class BackupDestination {
  let path: String
  let parts: [Backup.Part]
  /// Holds the lock.
  private let descriptor: Int32

  /// Opens the directory, or makes it, so that only its owner may enter.
  ///
  /// - Throws: ``BackupError`` if it is inside `ledger`, in use, or has other things in it.
  init(_ path: String, for ledger: Ledger) throws(BackupError) {
    guard !Self.isInside(path, ledger.path) else { throw .insideLedger(path: path) }
    if mkdir(path, 0o700) == 0 {
      try Self.sync(LedgerPlace(path).parent)
    } else if errno != EEXIST {
      throw .system(operation: "create the directory", path: path, errno: errno)
    }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(operation: "open", path: path, errno: errno) }
    do throws(BackupError) {
      try Self.lock(descriptor, path)
      self.parts = try Backup.parts(in: path)
      try Self.requireNothingElse(in: path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    // Closing is not enough: a child that was just forked may still have the descriptor, too.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// The file that the part from `first` on is written to. Those of other runs that came to nothing
  /// are removed.
  func partial(first: UInt64) throws(BackupError) -> String {
    let name = Backup.Part.partialName(first: first)
    for other in try Backup.names(in: path)
    where other.hasSuffix(DumpFormat.partialSuffix) && other != name {
      unlink("\(path)/\(other)")
    }
    return "\(path)/\(name)"
  }

  /// Gives a part that is whole and on the disk its name.
  func finish(_ partial: String, as part: Backup.Part) throws(BackupError) {
    guard rename(partial, part.path) == 0 else {
      throw .system(operation: "rename", path: partial, errno: errno)
    }
    try Self.sync(path)
  }

  private static func sync(_ directory: String) throws(BackupError) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw .system(operation: "sync", path: directory, errno: errno)
    }
  }

  private static func lock(_ descriptor: Int32, _ path: String) throws(BackupError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    guard errno == EWOULDBLOCK else {
      throw .system(operation: "lock", path: path, errno: errno)
    }
    throw .busy(path: path)
  }

  /// A mistyped path must not fill somebody's directory. A new disk has one directory of its own.
  private static func requireNothingElse(in path: String) throws(BackupError) {
    let names = try Backup.names(in: path)
    let isBackup = names.contains {
      $0.hasSuffix(DumpFormat.suffix) || $0.hasSuffix(DumpFormat.partialSuffix)
    }
    let other = names.sorted().first { ![".", "..", "lost+found"].contains($0) }
    if !isBackup, let other { throw .holdsOtherFiles(path: path, name: other) }
  }

  /// Whether a path that may not exist yet leads into a directory, whatever it is called on the way.
  private static func isInside(_ path: String, _ directory: String) -> Bool {
    var outer = stat()
    guard stat(directory, &outer) == 0 else { return false }
    var begin = path
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    if realpath(begin, &buffer) == nil {
      begin = LedgerPlace(path).parent
      guard realpath(begin, &buffer) != nil else { return false }
    }
    var current = String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    while true {
      var status = stat()
      if stat(current, &status) == 0, status.st_dev == outer.st_dev,
        status.st_ino == outer.st_ino
      {
        return true
      }
      guard current != "/" else { return false }
      current = LedgerPlace(current).parent
    }
  }
}
