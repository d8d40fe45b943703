import Glibc

extension FileSystem {
  /// Locks an open file or directory (flock), until the descriptor is closed or the process ends.
  ///
  /// - Parameter isWaiting: Whether to wait until who has it gives it up.
  /// - Returns: false if another has it. Any other reason is an error: a file system without locks
  ///   does not mean that somebody is at work.
  static func lock(
    _ descriptor: Int32, _ path: String, isWaiting: Bool = false
  ) throws(LedgerError) -> Bool {
    while flock(descriptor, isWaiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK: return false
      default: throw .system(operation: "lock", path: path, errno: errno)
      }
    }
    return true
  }
}
