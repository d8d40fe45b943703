import Glibc
import Synchronization

/// Names a directory independently of the path that leads to it.
package struct DirectoryIdentity: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64

  /// nil if nothing is at `path`.
  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  fileprivate init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

/// A directory that is held open. As long as it is, the file system gives its number to no other
/// directory, even if it is removed.
final class HeldDirectory: Sendable {
  let identity: DirectoryIdentity
  private let descriptor: Int32

  /// nil if no directory is at `path`; errno says why.
  init?(path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = errno
      close(descriptor)
      errno = reason
      return nil
    }
    self.descriptor = descriptor
    identity = DirectoryIdentity(status)
  }

  deinit { close(descriptor) }
}

/// The environments that this process has open.
///
/// LMDB keeps its locks by process: closing a second handle on the same file would drop the locks
/// of the first one, silently. So a second open is refused.
enum OpenEnvironments {
  private static let identities = Mutex<Set<DirectoryIdentity>>([])

  /// False if it is registered already.
  static func register(_ identity: DirectoryIdentity) -> Bool {
    identities.withLock { $0.insert(identity).inserted }
  }

  static func remove(_ identity: DirectoryIdentity) {
    identities.withLock { _ = $0.remove(identity) }
  }
}
