import Glibc

/// Keeps a second import out of a ledger while one runs. The system releases the lock when the
/// process ends, however it ends.
struct ImportLock: ~Copyable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// Takes the lock, or says that another import has it.
  static func take(inLedger directory: String) throws(ImportError) -> ImportLock {
    let path = directory + "/import.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, errno: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK
        ? .busy(ledger: directory) : .cannotWrite(path: path, errno: code)
    }
    return ImportLock(descriptor: descriptor)
  }

  deinit { close(descriptor) }
}
