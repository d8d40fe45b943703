import Glibc

/// Keeps a second import out of a ledger while one runs. The system releases the lock when the
/// process ends, however it ends.
enum ImportLock {
  /// How long to wait before the lock is asked for again.
  static let pollMilliseconds: Int32 = 20
  /// How long an import waits for the lock: longer than one that follows a file keeps it to append.
  static let patienceMilliseconds: Int32 = 5000

  static func pause() { poll(nil, 0, pollMilliseconds) }

  /// Runs `body` while no other import into the ledger in `directory` can run.
  ///
  /// - Parameter shallWait: waits a moment while another one runs, and says whether to ask again.
  /// - Throws: ``ImportError/busy(ledger:)`` if one runs still; what `body` throws.
  static func hold<Result>(
    inLedger directory: String, waiting shallWait: () -> Bool = { false },
    _ body: () throws(ImportError) -> Result
  ) throws(ImportError) -> Result {
    let path = directory + "/import.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, errno: errno) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK else { throw .cannotWrite(path: path, errno: code) }
      guard shallWait() else { throw .busy(ledger: directory) }
    }
    return try body()
  }
}
