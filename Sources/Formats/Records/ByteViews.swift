import Glibc

extension UnsafeRawBufferPointer {
  /// The bytes without blanks and tabs at both ends.
  func trimmingBlanks() -> UnsafeRawBufferPointer {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard let first = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return UnsafeRawBufferPointer(rebasing: self[..<0]) }
    return UnsafeRawBufferPointer(rebasing: self[first...last])
  }

  /// Whether there is nothing but white space.
  var isBlankLine: Bool {
    allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }

  /// Whether the bytes are well-formed UTF-8.
  var isUTF8: Bool {
    if allSatisfy({ $0 < 0x80 }) { return true }
    return String(validating: self, as: UTF8.self) != nil
  }

  /// Whether the bytes are those of `text`.
  func isEqual(to text: StaticString) -> Bool {
    isEqual(to: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Whether the bytes are the same.
  func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count, let base = baseAddress, let otherBase = other.baseAddress else {
      return count == other.count
    }
    return memcmp(base, otherBase, count) == 0
  }

  /// Whether the bytes are those of one of `words`, which are in lower case; ASCII letters of
  /// either case count as the same.
  func isAny(of words: [StaticString]) -> Bool {
    words.contains { word in
      guard count == word.utf8CodeUnitCount else { return false }
      let letters = UnsafeBufferPointer(start: word.utf8Start, count: count)
      return zip(self, letters).allSatisfy { byte, letter in
        byte == letter
          || (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte && byte | 0x20 == letter)
      }
    }
  }

  /// The first bytes as text for a message.
  var excerpt: String {
    let text = String(decoding: prefix(60), as: UTF8.self)
    return count > 60 ? text + "…" : text
  }
}

/// A buffer that grows and keeps its memory, for bytes that are put together record by record.
struct ScratchBuffer: ~Copyable {
  private var storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
  private var count = 0

  deinit { storage.deallocate() }

  /// What was written since the last ``removeAll()``. Valid until the next write.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  mutating func removeAll() { count = 0 }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > storage.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(storage.count * 2, count + more), alignment: 1)
    larger.copyMemory(from: bytes)
    storage.deallocate()
    storage = larger
  }
}
