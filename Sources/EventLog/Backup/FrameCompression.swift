import CZstd

/// Compresses the contents of frames with zstd (RFC 8878), one at a time into memory that is used
/// again.
final class FrameCompressor {
  /// A third of the size of JSON frames, at the speed of a disk.
  private static let level: Int32 = 3

  private let context: OpaquePointer
  private var stored = UnsafeMutableRawBufferPointer.allocate(
    byteCount: FrameHeader.byteCount + ZSTD_compressBound(DumpFormat.maxFrameBytes), alignment: 16)

  init() {
    // Fails only when there is no memory for a few kilobytes: nothing could go on.
    guard let context = ZSTD_createCCtx() else { fatalError("zstd: out of memory") }
    self.context = context
  }

  deinit {
    ZSTD_freeCCtx(context)
    stored.deallocate()
  }

  /// The compressed content behind room for a frame header, valid until the next call; nil if memory
  /// ran out.
  func compress(_ content: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer? {
    let bound = FrameHeader.byteCount + ZSTD_compressBound(content.count)
    if stored.count < bound {
      stored.deallocate()
      stored = .allocate(byteCount: bound, alignment: 16)
    }
    let room = UnsafeMutableRawBufferPointer(rebasing: stored[FrameHeader.byteCount...])
    let count = ZSTD_compressCCtx(
      context, room.baseAddress, room.count, content.baseAddress, content.count, Self.level)
    guard ZSTD_isError(count) == 0 else { return nil }
    return UnsafeMutableRawBufferPointer(rebasing: stored[..<(FrameHeader.byteCount + count)])
  }
}

/// Makes frames' contents from what is stored, one at a time into memory that is used again.
final class FrameDecompressor {
  private let context: OpaquePointer
  private var content = UnsafeMutableRawBufferPointer.allocate(
    byteCount: DumpFormat.maxFrameBytes, alignment: 16)

  init() {
    guard let context = ZSTD_createDCtx() else { fatalError("zstd: out of memory") }
    self.context = context
  }

  deinit {
    ZSTD_freeDCtx(context)
    content.deallocate()
  }

  /// The content, valid until the next call; nil unless `stored` holds exactly `byteCount` bytes.
  func decompress(_ stored: UnsafeRawBufferPointer, byteCount: Int) -> UnsafeRawBufferPointer? {
    if content.count < byteCount {
      content.deallocate()
      content = .allocate(byteCount: byteCount, alignment: 16)
    }
    let count = ZSTD_decompressDCtx(
      context, content.baseAddress, byteCount, stored.baseAddress, stored.count)
    guard ZSTD_isError(count) == 0, count == byteCount else { return nil }
    return UnsafeRawBufferPointer(rebasing: content[..<byteCount])
  }
}
