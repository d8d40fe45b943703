import CZstd

/// Zstandard by libzstd: one or several frames in a row. Frames that ask for a window above the
/// library's default limit of 128 MiB are refused, so memory stays bounded.
final class ZstdDecompressor: Decompressor {
  private let stream = ZSTD_createDStream()
  /// What the last call said: 0 means that a frame is finished and written out.
  private var remainder = 1

  deinit { ZSTD_freeDStream(stream) }

  var isComplete: Bool { remainder == 0 }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> DecompressionStep {
    guard let stream else {
      return DecompressionStep(consumed: 0, produced: 0, failure: "zstd cannot start")
    }
    // Asked with no input after the end of a frame, the library would expect another one.
    guard !(isComplete && input.isEmpty) else { return DecompressionStep(consumed: 0, produced: 0) }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let status = ZSTD_decompressStream(stream, &target, &source)
    var result = DecompressionStep(consumed: source.pos, produced: target.pos)
    if ZSTD_isError(status) != 0 {
      result.failure = String(cString: ZSTD_getErrorName(status))
    } else {
      remainder = status
    }
    return result
  }
}
