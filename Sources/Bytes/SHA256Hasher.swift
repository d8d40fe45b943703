import CCrypto

/// SHA-256 over bytes that come in pieces, by the system's libcrypto.
///
/// One hasher serves many digests: ``finalize()`` leaves it as new. Not for use by several threads
/// at once.
///
///     let hasher = SHA256Hasher()
///     hasher.update(header)
///     hasher.update(body)
///     let digest = hasher.finalize()
public final class SHA256Hasher {
  private let context = UnsafeMutablePointer<SHA256_CTX>.allocate(capacity: 1)

  /// A hasher that has seen nothing.
  public init() { check(SHA256_Init(context)) }

  deinit { context.deallocate() }

  /// Adds `bytes` to what is hashed.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    check(SHA256_Update(context, bytes.baseAddress, bytes.count))
  }

  /// The digest of everything added since the last one, and a fresh start.
  public func finalize() -> SHA256Digest {
    let digest = SHA256Digest { bytes in
      check(SHA256_Final(bytes.bindMemory(to: UInt8.self).baseAddress, context))
    }
    check(SHA256_Init(context))
    return digest
  }

  /// The digest of `bytes` alone.
  public static func digest(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
    let hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// libcrypto reports a failure only where it may not be used. A wrong digest must never come out, so
  /// this stops the program.
  private func check(_ result: Int32) {
    if result != 1 { fatalError("SHA-256: libcrypto cannot compute it") }
  }
}
