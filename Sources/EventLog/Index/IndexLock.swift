import Glibc

/// Held by the one who builds the position index or removes it. It goes with its value, or with the
/// process.
struct IndexLock: ~Copyable {
  private let descriptor: Int32

  deinit { close(descriptor) }

  /// Takes the lock, making the directory if it is not there; nil if somebody else has it.
  static func take(in directory: String) throws(LedgerError) -> IndexLock? {
    if !FileSystem.exists(directory), mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw .system(operation: "create the directory", path: directory, errno: errno)
    }
    let path = directory + "/lock"
    let descriptor = try FileSystem.open(path, O_RDWR | O_CREAT, "open")
    let lock = IndexLock(descriptor: descriptor)
    guard try FileSystem.lock(descriptor, path) else { return nil }
    lock.writeOwner()
    return lock
  }

  /// For people who wonder who it is; nothing depends on it.
  private func writeOwner() {
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }
}
