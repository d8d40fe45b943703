import Bytes
import Glibc

/// A frame whose checksum is right. The content lives until the next one is read.
struct DumpFrame {
  let kind: FrameKind
  let content: UnsafeRawBufferPointer
}

/// Reads a part of a backup, frame by frame, and trusts none of its bytes before their checksum.
final class PartReader {
  let path: String
  private let descriptor: Int32
  /// The bytes of the file.
  let size: UInt64
  /// Behind the last frame that was read.
  private(set) var mark = PartWriter.Mark.start
  /// The frames that were read.
  private(set) var frames = 0
  private let decompressor = FrameDecompressor()
  private var stored: UnsafeMutableRawBufferPointer

  /// - Parameter isFromDisk: Whether the system shall forget what it has of the file in memory, so
  ///   that the disk's own bytes are read.
  init(_ path: String, isFromDisk: Bool = false) throws(BackupError) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      let reason = errno
      if descriptor >= 0 { close(descriptor) }
      throw .system(operation: "read", path: path, errno: reason)
    }
    // Nothing that only `deinit` gives back is taken before this: it does not run after an error.
    self.path = path
    self.descriptor = descriptor
    self.size = UInt64(max(0, status.st_size))
    self.stored = .allocate(byteCount: DumpFormat.maxFrameBytes, alignment: 16)
    if isFromDisk { posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit {
    close(descriptor)
    stored.deallocate()
  }

  /// Checks the bytes that name the format. The first thing to be called.
  func readMagic() throws {
    guard let magic = try read(count: DumpFormat.magic.count, at: 0) else {
      throw DumpDamage.Reason.cutShort
    }
    guard magic.starts(with: DumpFormat.signature) else { throw DumpDamage.Reason.notADump }
    let version = magic[DumpFormat.signature.count]
    guard version <= DumpFormat.version else {
      throw BackupError.newerFormat(part: path, version: version)
    }
    guard version == DumpFormat.version else { throw DumpDamage.Reason.notADump }
  }

  /// The next frame; nil at the end of the file.
  ///
  /// - Throws: ``DumpDamage/Reason`` at a frame that is not whole; ``BackupError`` if the file cannot
  ///   be read.
  func next() throws -> DumpFrame? {
    guard let header = try nextHeader() else { return nil }
    let begin = mark.offset + UInt64(FrameHeader.byteCount)
    guard let bytes = try read(count: Int(header.storedBytes), at: begin) else {
      throw DumpDamage.Reason.cutShort
    }
    guard header.checksum == header.expectedChecksum(of: bytes, after: mark.checksum) else {
      throw DumpDamage.Reason.wrongChecksum
    }
    guard let kind = FrameKind(rawValue: header.kind) else {
      throw DumpDamage.Reason.unexpectedFrame
    }
    guard
      let content = decompressor.decompress(bytes, byteCount: Int(header.contentBytes))
    else { throw DumpDamage.Reason.badContent }
    advance(over: header)
    return DumpFrame(kind: kind, content: content)
  }

  /// Goes to the last frame by the lengths of those before it, and reads that one alone.
  func last() throws -> DumpFrame? {
    while let header = try nextHeader(), mark.offset + header.frameBytes < size {
      advance(over: header)
    }
    return try next()
  }

  private func nextHeader() throws -> FrameHeader? {
    if mark.offset == size { return nil }
    guard let bytes = try read(count: FrameHeader.byteCount, at: mark.offset) else {
      throw DumpDamage.Reason.cutShort
    }
    let header = FrameHeader(loadingFrom: bytes)
    guard header.contentBytes <= DumpFormat.maxContentBytes else {
      throw DumpDamage.Reason.badLength
    }
    // Checked before memory is taken for it.
    guard header.frameBytes <= size - mark.offset else { throw DumpDamage.Reason.cutShort }
    guard header.storedBytes <= 2 * DumpFormat.maxContentBytes else {
      throw DumpDamage.Reason.badLength
    }
    return header
  }

  private func advance(over header: FrameHeader) {
    mark = PartWriter.Mark(
      offset: mark.offset + header.frameBytes, checksum: header.checksum)
    frames += 1
  }

  /// Bytes of the file, valid until the next call; nil if it ends before them.
  private func read(count: Int, at offset: UInt64) throws(BackupError) -> UnsafeRawBufferPointer? {
    if stored.count < count {
      stored.deallocate()
      stored = .allocate(byteCount: count, alignment: 16)
    }
    let target = UnsafeMutableRawBufferPointer(rebasing: stored[..<count])
    var done = 0
    while done < count {
      let step = pread(
        descriptor, target.baseAddress.map { $0 + done }, count - done, off_t(offset) + done)
      if step < 0 && errno == EINTR { continue }
      guard step >= 0 else { throw .system(operation: "read", path: path, errno: errno) }
      if step == 0 { return nil }
      done += step
    }
    return UnsafeRawBufferPointer(target)
  }
}

extension FrameHeader {
  /// The bytes of the frame in the file.
  fileprivate var frameBytes: UInt64 { UInt64(Self.byteCount) + UInt64(storedBytes) }
}
