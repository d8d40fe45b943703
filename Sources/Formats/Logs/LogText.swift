import Glibc

/// Looking for text in the bytes of a line.
extension UnsafeRawBufferPointer {
  /// A part of the bytes.
  func view(_ range: some RangeExpression<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range])
  }

  /// The bytes behind `text` if they begin with it.
  func after(_ text: StaticString) -> UnsafeRawBufferPointer? {
    guard count >= text.utf8CodeUnitCount, hasText(text, at: 0) else { return nil }
    return view(text.utf8CodeUnitCount...)
  }

  /// Where the first `byte` stands at or after `start`.
  func offset(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count, let base = baseAddress else { return nil }
    return memchr(base + start, Int32(byte), count - start).map { UnsafeRawPointer($0) - base }
  }

  /// Where the first `text` begins.
  func offset(of text: StaticString) -> Int? {
    var start = 0
    while let hit = offset(of: text.utf8Start[0], from: start) {
      guard count - hit >= text.utf8CodeUnitCount else { return nil }
      if hasText(text, at: hit) { return hit }
      start = hit + 1
    }
    return nil
  }

  private func hasText(_ text: StaticString, at offset: Int) -> Bool {
    guard let base = baseAddress else { return text.utf8CodeUnitCount == 0 }
    return memcmp(base + offset, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  /// The bytes without blanks and tabs at their front.
  func droppingBlanks() -> UnsafeRawBufferPointer {
    view((firstIndex { $0 != 0x20 && $0 != 0x09 } ?? count)...)
  }

  /// The bytes up to the first blank or tab.
  func firstWord() -> UnsafeRawBufferPointer {
    view(..<(firstIndex { $0 == 0x20 || $0 == 0x09 } ?? count))
  }

  /// The bytes behind the last blank or tab.
  func lastWord() -> UnsafeRawBufferPointer {
    view((lastIndex { $0 == 0x20 || $0 == 0x09 }.map { $0 + 1 } ?? 0)...)
  }

  /// Whether a frame may begin here: `[` and a message type.
  var beginsFrame: Bool {
    guard first == UInt8(ascii: "[") else { return false }
    let rest = view(1...).droppingWhiteSpace()
    return rest.first.map { UInt8(ascii: "2")...UInt8(ascii: "6") ~= $0 } ?? false
      && rest.view(1...).droppingWhiteSpace().first == UInt8(ascii: ",")
  }

  /// Whether nothing comes behind the bracket here, so that a frame may go on in the next line.
  var isLastBracket: Bool {
    first == UInt8(ascii: "[") && view(1...).droppingWhiteSpace().isEmpty
  }

  private func droppingWhiteSpace() -> UnsafeRawBufferPointer {
    view((firstIndex { $0 > 0x20 } ?? count)...)
  }

  /// What comes before the first frame, all if there is none. A layout looks for its words here:
  /// inside a frame they mean nothing.
  var head: UnsafeRawBufferPointer { view(..<(offsetOfFrame() ?? count)) }

  /// Where the first frame begins, or may begin in the last bracket of the text.
  func offsetOfFrame() -> Int? {
    var start = 0
    while let bracket = offset(of: UInt8(ascii: "["), from: start) {
      let rest = view(bracket...)
      if rest.beginsFrame || rest.isLastBracket { return bracket }
      start = bracket + 1
    }
    return nil
  }
}
