import CLMDB
import Glibc

/// What liblmdb leaves to others about a disk that is full.
enum DiskSpace {
  /// A disk with less than this cannot take a commit.
  private static let leastBytes: UInt64 = 1 << 20

  /// The code of a failed commit. liblmdb says EIO when the system wrote less than it was asked to,
  /// and a full disk is what makes it do so.
  static func code(ofFailedCommit result: Int32, path: String) -> Int32 {
    var status = statvfs()
    guard result == EIO, statvfs(path, &status) == 0 else { return result }
    let (bytes, overflow) = UInt64(status.f_bavail)
      .multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return !overflow && bytes < leastBytes ? ENOSPC : result
  }

  /// Gives the lock file of the environment in `path` the disk space that it will need.
  ///
  /// liblmdb writes to it through a mapping. Where the disk has no room for a page of it, that
  /// write would end the program (SIGBUS). File systems that cannot reserve are left alone.
  ///
  /// Only before the environment is opened: closing the file drops this process's locks on it.
  static func reserveLockFile(
    in path: String, maxReaders: UInt32, operation: StaticString
  ) throws(LMDBError) {
    let descriptor = open(path + "/lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    // Whether it must be there is for liblmdb to say.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // 64 bytes for each reader, after a head of a few hundred.
    let length = Int(maxReaders) * 64 + 4096
    guard wattledger_reserve_space(descriptor, 0, length) != 0, errno == ENOSPC else { return }
    try check(ENOSPC, operation, path)
  }
}
