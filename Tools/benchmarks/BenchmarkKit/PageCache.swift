import Foundation

/// What the system keeps in memory of files that it has read or written.
enum PageCache {
  /// Asks the system to forget all files in a directory and below. It keeps what a process has mapped,
  /// so they must be closed.
  static func drop(filesIn directory: String) throws {
    let names = FileManager.default.enumerator(atPath: directory)
    while let name = names?.nextObject() as? String {
      let descriptor = open(directory + "/" + name, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      // What was not written yet would stay. Directories cannot be dropped, and are small.
      fsync(descriptor)
      posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }
  }
}
