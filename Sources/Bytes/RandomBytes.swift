import CCrypto
import Glibc

/// Fills `bytes` with random bytes that nobody can guess. Never fails.
///
/// They come from libcrypto's generator, which the operating system seeds and which knows a fork: for
/// the salts of a log a tenth of what asking the system costs.
public func fillRandomly(_ bytes: UnsafeMutableRawBufferPointer) {
  guard let start = bytes.baseAddress, bytes.count > 0 else { return }
  if let count = Int32(exactly: bytes.count), RAND_bytes(start, count) == 1 { return }
  arc4random_buf(start, bytes.count)
}
