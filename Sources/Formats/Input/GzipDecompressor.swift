import CZlib

/// Gzip by zlib: one or several members in a row, with zero bytes allowed as padding at the end.
final class GzipDecompressor: Decompressor {
  private enum Place {
    case betweenMembers
    case insideMember
    case padding
  }

  // zlib keeps a pointer to its stream, so the stream must not move.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var place = Place.insideMember
  private let initFailure: String?

  init() {
    stream.initialize(to: z_stream())
    // 15 bits of window, the largest; 16 more mean a gzip header.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    initFailure = status == Z_OK ? nil : "zlib cannot start (\(status))"
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  var isComplete: Bool { place != .insideMember }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> DecompressionStep {
    if let initFailure { return DecompressionStep(consumed: 0, produced: 0, failure: initFailure) }
    switch place {
    case .insideMember:
      return inflateStep(input, into: output)
    case .padding:
      return skipPadding(input)
    case .betweenMembers:
      guard let first = input.first else { return DecompressionStep(consumed: 0, produced: 0) }
      if first == 0 {
        place = .padding
        return skipPadding(input)
      }
      inflateReset(stream)
      place = .insideMember
      return inflateStep(input, into: output)
    }
  }

  private func inflateStep(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> DecompressionStep {
    // zlib reads through a pointer that is not const, and does not write there.
    let source = UnsafeMutableRawPointer(mutating: input.baseAddress)
    stream.pointee.next_in = source?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_in = UInt32(clamping: input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_out = UInt32(clamping: output.count)
    let status = inflate(stream, Z_NO_FLUSH)
    var result = DecompressionStep(
      consumed: Int(UInt32(clamping: input.count) - stream.pointee.avail_in),
      produced: Int(UInt32(clamping: output.count) - stream.pointee.avail_out))
    switch status {
    case Z_STREAM_END: place = .betweenMembers
    case Z_OK, Z_BUF_ERROR: break
    default: result.failure = stream.pointee.msg.map { String(cString: $0) } ?? "zlib \(status)"
    }
    return result
  }

  private func skipPadding(_ input: UnsafeRawBufferPointer) -> DecompressionStep {
    let zeros = input.prefix { $0 == 0 }.count
    return DecompressionStep(
      consumed: zeros, produced: 0,
      failure: zeros == input.count ? nil : "other bytes follow the compressed data")
  }
}
