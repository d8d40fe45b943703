import Glibc

/// A sliding window over an input: the bytes that were read and not yet consumed, in one piece.
///
/// The window grows while a reader needs more bytes in one piece, up to the limit that the reader
/// sets, and never shrinks.
struct InputWindow: ~Copyable {
  let input: ByteInput
  private var storage: UnsafeMutableRawBufferPointer
  private let maximumCapacity: Int
  private var start = 0
  private var end = 0

  /// A window for a reader that needs at most `byteLimit` bytes in one piece.
  init(_ input: ByteInput, byteLimit: Int) {
    let readSize = 256 << 10
    self.input = input
    maximumCapacity = byteLimit + readSize
    storage = .allocate(byteCount: min(readSize, maximumCapacity), alignment: 16)
  }

  deinit { storage.deallocate() }

  /// The bytes not yet consumed. Valid until ``refill()``.
  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: storage[start..<end])
  }

  var count: Int { end - start }

  /// Drops the first `count` bytes; they stay readable until ``refill()``.
  mutating func consume(_ count: Int) { start += count }

  /// Reads more bytes behind those that are there, at most ``InputWindow/init(_:byteLimit:)``
  /// and a little. False at the end of the input.
  mutating func refill() throws(InputError) -> Bool {
    if start > 0 {
      storage.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[start..<end]))
      (start, end) = (0, end - start)
    }
    if end == storage.count { grow() }
    let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
    end += count
    return count > 0
  }

  /// Drops a UTF-8 byte order mark at the front.
  mutating func skipByteOrderMark() throws(InputError) {
    while count < 3, try refill() {}
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { consume(3) }
  }

  /// Drops everything up to and with the next LF. Returns how many bytes came before it, and the
  /// first of them, copied to `excerpt`.
  mutating func skipLine(
    keeping excerpt: UnsafeMutableRawBufferPointer
  ) throws(InputError) -> (excerpt: UnsafeRawBufferPointer, byteCount: UInt64) {
    var kept = 0
    var byteCount: UInt64 = 0
    while true {
      let bytes = self.bytes
      let hit = bytes.baseAddress.flatMap { base in
        memchr(base, 0x0A, bytes.count).map { $0 - UnsafeMutableRawPointer(base) }
      }
      let line = bytes.prefix(hit ?? bytes.count)
      let more = line.prefix(excerpt.count - kept)
      UnsafeMutableRawBufferPointer(rebasing: excerpt[kept...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: more))
      kept += more.count
      byteCount += UInt64(line.count)
      consume(hit.map { $0 + 1 } ?? line.count)
      if hit != nil { break }
      if try !refill() { break }
    }
    return (UnsafeRawBufferPointer(rebasing: excerpt[..<kept]), byteCount)
  }

  private mutating func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(storage.count * 2, maximumCapacity), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<end]))
    storage.deallocate()
    storage = larger
  }
}
