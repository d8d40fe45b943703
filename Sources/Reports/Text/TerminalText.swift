/// Text in a terminal: what it may contain and how wide it is.
enum TerminalText {
  /// `text` with everything that could move the cursor or turn the text's direction replaced.
  static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { scalars.append(isHarmful(scalar) ? "\u{FFFD}" : scalar) }
    return String(scalars)
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true  // C0 and C1 controls, delete
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // direction marks
    case 0x2028, 0x2029: true  // line and paragraph separators
    default: false
    }
  }

  /// Columns that `text` takes: two for East Asian wide characters and emoji, else one for each
  /// character.
  static func width(of text: String) -> Int {
    text.reduce(0) { width, character in
      let first = character.unicodeScalars.first?.value ?? 0
      return width + (isWide(first) ? 2 : 1)
    }
  }

  private static func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  static func padded(_ text: String, to width: Int, alignment: Table.Column.Alignment) -> String {
    let padding = String(repeating: " ", count: max(0, width - Self.width(of: text)))
    return alignment == .left ? text + padding : padding + text
  }
}
