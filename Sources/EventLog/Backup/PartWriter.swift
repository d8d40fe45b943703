import Bytes
import Glibc

/// Writes a part of a backup, frame by frame.
final class PartWriter {
  /// A place between two frames.
  struct Mark: Hashable {
    /// In bytes from the start of the file.
    var offset: UInt64
    /// The checksum of the frame before it.
    var checksum: UInt32

    /// Behind the bytes that name the format.
    static let start = Mark(
      offset: UInt64(DumpFormat.magic.count),
      checksum: DumpFormat.magic.withUnsafeBytes { CRC32C.checksum($0) })
  }

  let path: String
  private let descriptor: Int32
  private(set) var mark: Mark
  private let compressor = FrameCompressor()

  /// Begins a new file, which only its owner may read: frames hold personal data.
  init(creating path: String) throws(BackupError) {
    self.path = path
    self.descriptor = try Self.open(path, O_WRONLY | O_CREAT | O_EXCL)
    self.mark = .start
    try DumpFormat.magic.withUnsafeBufferPointer { (bytes) throws(BackupError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Goes on with a file behind `mark`; what follows there is cut off.
  init(resuming path: String, at mark: Mark) throws(BackupError) {
    self.path = path
    self.descriptor = try Self.open(path, O_WRONLY)
    self.mark = mark
    guard ftruncate(descriptor, off_t(mark.offset)) == 0,
      lseek(descriptor, off_t(mark.offset), SEEK_SET) >= 0
    else { throw .system(operation: "go on with", path: path, errno: errno) }
  }

  deinit { close(descriptor) }

  private static func open(_ path: String, _ flags: Int32) throws(BackupError) -> Int32 {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(operation: "write", path: path, errno: errno) }
    return descriptor
  }

  /// Adds a frame.
  func write(_ kind: FrameKind, _ content: UnsafeRawBufferPointer) throws(BackupError) {
    guard let frame = compressor.compress(content) else {
      throw .system(operation: "compress a frame of", path: path, errno: ENOMEM)
    }
    let stored = UnsafeRawBufferPointer(rebasing: frame[FrameHeader.byteCount...])
    let header = FrameHeader(
      kind, contentBytes: content.count, stored: stored, after: mark.checksum)
    header.write(into: frame)
    try write(UnsafeRawBufferPointer(frame))
    mark = Mark(offset: mark.offset + UInt64(frame.count), checksum: header.checksum)
  }

  /// Adds a frame.
  func write(_ kind: FrameKind, _ content: [UInt8]) throws(BackupError) {
    try content.withUnsafeBufferPointer { (bytes) throws(BackupError) in
      try write(kind, UnsafeRawBufferPointer(bytes))
    }
  }

  /// Brings everything to the disk.
  func sync() throws(BackupError) {
    guard fsync(descriptor) == 0 else {
      throw .system(operation: "sync", path: path, errno: errno)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(BackupError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .system(operation: "write", path: path, errno: errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}
