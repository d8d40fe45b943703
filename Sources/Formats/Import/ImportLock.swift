import Glibc

/// Keeps a second import out of a ledger while one runs. The system releases the lock when the
/// process ends, however it ends.
enum ImportLock {
  /// Runs `body` while no other import into the ledger in `directory` can run.
  ///
  /// - Throws: ``ImportError/busy(ledger:)`` if one runs already; what `body` throws.
  static func hold<Result>(
    inLedger directory: String, _ body: () throws(ImportError) -> Result
  ) throws(ImportError) -> Result {
    let path = directory + "/import.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, errno: errno) }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw errno == EWOULDBLOCK
        ? .busy(ledger: directory) : .cannotWrite(path: path, errno: errno)
    }
    return try body()
  }
}
