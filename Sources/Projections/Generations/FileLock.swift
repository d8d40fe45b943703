import Foundation

/// A lock on a file or directory (flock) that goes with its value, or with the process.
struct FileLock: ~Copyable {
  let path: String
  let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Takes the lock, and makes the file if it is not there. Waits for another who has it.
  static func take(_ path: String) throws -> FileLock {
    let lock = try make(path)
    try lock.lock(LOCK_EX)
    return lock
  }

  /// Takes the lock if nobody has it.
  static func takeIfFree(_ path: String) throws -> FileLock? {
    let lock = try make(path)
    do {
      try lock.lock(LOCK_EX | LOCK_NB)
      return lock
    } catch ProjectionError.system(_, EWOULDBLOCK) {
      return nil
    }
  }

  private static func make(_ path: String) throws -> FileLock {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ProjectionError.system("open \(path)", errno) }
    return FileLock(path: path, descriptor: descriptor)
  }

  private borrowing func lock(_ how: Int32) throws {
    while flock(descriptor, how) != 0 {
      guard errno == EINTR else { throw ProjectionError.system("lock \(path)", errno) }
    }
  }
}
