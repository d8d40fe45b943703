/// The 32 bytes of a SHA-256 (FIPS 180-4).
public struct SHA256Digest: Hashable, Sendable {
  /// The bytes, eight to a word, the first byte lowest.
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// The number of bytes in a digest.
  public static let byteCount = 32

  /// A digest from its bytes; nil unless there are exactly 32.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    self.words = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
  }

  init(filling fill: (UnsafeMutableRawBufferPointer) -> Void) {
    self.words = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { fill($0) }
  }

  /// The 32 bytes in order, in place.
  public func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try Swift.withUnsafeBytes(of: words) { (bytes) throws(E) in try body(bytes) }
  }

  public static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
    left.words == right.words
  }

  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension SHA256Digest: CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public var description: String {
    withUnsafeBytes { Hexadecimal.string(of: $0) }
  }
}
