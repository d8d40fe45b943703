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
  private let context: OpaquePointer

  /// A hasher that has seen nothing.
  public init() {
    // Fails only when there is no memory for 400 bytes: nothing could go on.
    guard let context = EVP_MD_CTX_new() else { fatalError("SHA-256: out of memory") }
    self.context = context
    check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds `bytes` to what is hashed.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// The digest of everything added since the last one, and a fresh start.
  public func finalize() -> SHA256Digest {
    let digest = SHA256Digest { bytes in
      check(EVP_DigestFinal_ex(context, bytes.bindMemory(to: UInt8.self).baseAddress, nil))
    }
    // Without naming the algorithm again, which libcrypto 3 would look up for longer than a short
    // digest takes.
    check(EVP_DigestInit_ex(context, nil, nil))
    return digest
  }

  /// The digest of `bytes` alone.
  public static func digest(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
    let hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// libcrypto reports a failure only if it was built without SHA-256 or has no memory left. A wrong
  /// digest must never come out, so this stops the program.
  private func check(_ result: Int32) {
    if result != 1 { fatalError("SHA-256: libcrypto cannot compute it") }
  }
}
