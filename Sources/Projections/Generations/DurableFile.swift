import Foundation

/// Small files that are replaced as a whole and survive a power cut.
enum DurableFile {
  /// Writes beside `path`, syncs, and renames: afterwards the old content or the new one is there.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ProjectionError.system("create \(temporary)", errno) }
    defer { close(descriptor) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    try file.write(contentsOf: bytes)
    guard fsync(descriptor) == 0 else { throw ProjectionError.system("sync \(temporary)", errno) }
    guard rename(temporary, path) == 0 else {
      throw ProjectionError.system("rename \(temporary)", errno)
    }
    try syncDirectory((path as NSString).deletingLastPathComponent)
  }

  /// The bytes of a small file; nil if there is none.
  ///
  /// Foundation takes a read that fails for the end of the file: what a disk hides for a moment would
  /// then count as nothing, and be removed as left over.
  static func contents(_ path: String) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw ProjectionError.system("open \(path)", errno)
    }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ProjectionError.system("read \(path)", errno) }
      if count == 0 { return contents }
      contents += piece[..<count]
    }
  }

  /// Makes renames and new names in a directory durable.
  static func syncDirectory(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ProjectionError.system("open \(path)", errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw ProjectionError.system("sync \(path)", errno) }
  }
}
