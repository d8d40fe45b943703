/// How the bytes of a file are compressed.
public enum Compression: Hashable, Sendable, CustomStringConvertible {
  case gzip
  case zstd

  public var description: String {
    switch self {
    case .gzip: "gzip"
    case .zstd: "zstd"
    }
  }

  /// How many first bytes tell the compression.
  static let signatureLength = 4

  /// Reads the compression from the first bytes of a file: RFC 1952 section 2.3.1, RFC 8878
  /// sections 3.1.1 and 3.1.2.
  init?(signature bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x1f, 0x8b]) {
      self = .gzip
    } else if bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
      self = .zstd
    } else if bytes.count >= 4, bytes[0] & 0xf0 == 0x50, bytes[1] == 0x2a, bytes[2] == 0x4d,
      bytes[3] == 0x18
    {
      self = .zstd
    } else {
      return nil
    }
  }

  /// The compression that a file's name announces.
  init?(fileName: String) {
    if fileName.hasSuffix(".gz") {
      self = .gzip
    } else if fileName.hasSuffix(".zst") {
      self = .zstd
    } else {
      return nil
    }
  }
}

/// Turns compressed bytes into plain ones, a piece at a time, in bounded memory.
protocol Decompressor: AnyObject {
  /// Whether the compressed data may end here.
  var isComplete: Bool { get }

  /// Takes what it can from `input` and writes what fits to `output`. Bytes may have been written
  /// although the step failed.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> DecompressionStep
}

/// What one step of a ``Decompressor`` did.
struct DecompressionStep {
  var consumed: Int
  var produced: Int
  /// Why nothing more can be read, if that is so.
  var failure: String?
}
