import CZlib
import CZstd

/// One gzip member that holds `bytes`.
func gzip(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
  var source = Array(bytes)
  var stream = z_stream()
  guard
    deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { throw TestFailure("deflateInit2 failed") }
  defer { deflateEnd(&stream) }
  var target = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(source.count))) + 64)
  let count = try source.withUnsafeMutableBufferPointer { input in
    try target.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { throw TestFailure("deflate failed") }
      return Int(stream.total_out)
    }
  }
  return Array(target[..<count])
}

/// One zstd frame that holds `bytes`.
func zstd(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
  let source = Array(bytes)
  var target = [UInt8](repeating: 0, count: ZSTD_compressBound(source.count))
  let count = ZSTD_compress(&target, target.count, source, source.count, 3)
  guard ZSTD_isError(count) == 0 else { throw TestFailure("ZSTD_compress failed") }
  return Array(target[..<count])
}
