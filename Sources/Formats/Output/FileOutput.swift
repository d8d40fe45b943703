import CZlib
import CZstd
import Foundation

/// A file that is written from the beginning to the end, compressed as its name says: `.gz`,
/// `.zst`, or plain. `-` is standard output.
///
/// Memory does not depend on the length of the file. Call ``finish()``: only then is the file whole.
public final class FileOutput {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private let compressor: Compressor
  private var buffer = [UInt8](repeating: 0, count: 1 << 17)

  private enum Compressor {
    case none
    case zstd(OpaquePointer)
    case gzip(UnsafeMutablePointer<z_stream>)
  }

  /// Creates the file, replacing an old one.
  public init(path: String) throws(OutputError) {
    // A copy of the descriptor, so that closing it leaves standard output open.
    guard let file = path == "-" ? fdopen(dup(STDOUT_FILENO), "w") : fopen(path, "we") else {
      throw OutputError(path: path, operation: "create", code: errno)
    }
    self.path = path
    self.file = file
    if path.hasSuffix(".zst"), let stream = ZSTD_createCStream() {
      ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
      compressor = .zstd(stream)
    } else if path.hasSuffix(".gz") {
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      // 15 window bits and 16 for the gzip header. It fails only for want of memory.
      deflateInit2_(
        stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
      compressor = .gzip(stream)
    } else {
      compressor = .none
    }
  }

  deinit {
    switch compressor {
    case .none: break
    case .zstd(let stream): ZSTD_freeCStream(stream)
    case .gzip(let stream):
      deflateEnd(stream)
      stream.deallocate()
    }
    fclose(file)
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    try compress(bytes, isLast: false)
  }

  /// Ends the compressed stream and writes everything out.
  public func finish() throws(OutputError) {
    try compress(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
    guard fflush(file) == 0 else { throw OutputError(path: path, operation: "write", code: errno) }
  }

  private func compress(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(OutputError) {
    switch compressor {
    case .none: try put(bytes)
    case .zstd(let stream): try compress(bytes, stream, isLast ? ZSTD_e_end : ZSTD_e_continue)
    case .gzip(let stream): try compress(bytes, stream, isLast ? Z_FINISH : Z_NO_FLUSH)
    }
  }

  private func compress(
    _ bytes: UnsafeRawBufferPointer, _ stream: OpaquePointer, _ mode: ZSTD_EndDirective
  ) throws(OutputError) {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    var rest = 1
    while input.pos < input.size || (mode == ZSTD_e_end && rest != 0) {
      let written = buffer.withUnsafeMutableBytes { space in
        var output = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
        rest = ZSTD_compressStream2(stream, &output, &input, mode)
        return output.pos
      }
      guard ZSTD_isError(rest) == 0 else {
        throw OutputError(path: path, operation: "compress", code: EIO)
      }
      try putBuffer(written)
    }
  }

  private func compress(
    _ bytes: UnsafeRawBufferPointer, _ stream: UnsafeMutablePointer<z_stream>, _ flush: Int32
  ) throws(OutputError) {
    // zlib takes a mutable pointer and does not write through it.
    stream.pointee.next_in = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?
      .assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_in = UInt32(bytes.count)
    var result = Z_OK
    repeat {
      let written = buffer.withUnsafeMutableBytes { space in
        stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = UInt32(space.count)
        result = deflate(stream, flush)
        return space.count - Int(stream.pointee.avail_out)
      }
      try putBuffer(written)
    } while stream.pointee.avail_out == 0 || (flush == Z_FINISH && result == Z_OK)
  }

  private func putBuffer(_ count: Int) throws(OutputError) {
    var failure: OutputError?
    buffer.withUnsafeBytes { space in
      do throws(OutputError) {
        try put(UnsafeRawBufferPointer(rebasing: space[..<count]))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else {
      throw OutputError(path: path, operation: "write", code: errno)
    }
  }
}

/// A file could not be written.
public struct OutputError: Error, CustomStringConvertible {
  public var path: String
  public var operation: String
  public var code: Int32

  public var description: String {
    "cannot \(operation) \(path): \(String(cString: strerror(code)))"
  }
}
