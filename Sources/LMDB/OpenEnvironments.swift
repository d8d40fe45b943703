import Glibc
import Synchronization

/// Names a directory independently of the path that leads to it.
struct FileIdentity: Hashable, Sendable {
  var device: UInt64
  var inode: UInt64
}

/// A directory that is held open. As long as it is, the file system gives its number to no other
/// directory, even if it is removed.
final class HeldDirectory: Sendable {
  let identity: FileIdentity
  private let descriptor: Int32

  /// nil if no directory is at `path`; errno says why.
  init?(path: String) {
    var status = stat()
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
    self.descriptor = descriptor
    identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  deinit { close(descriptor) }
}

/// The environments that this process has open.
///
/// LMDB keeps its locks by process: closing a second handle on the same file would drop the locks
/// of the first one, silently. So a second open is refused.
enum OpenEnvironments {
  private static let identities = Mutex<Set<FileIdentity>>([])

  /// False if it is registered already.
  static func register(_ identity: FileIdentity) -> Bool {
    identities.withLock { $0.insert(identity).inserted }
  }

  static func remove(_ identity: FileIdentity) {
    identities.withLock { _ = $0.remove(identity) }
  }
}
