/// Text fitted into a width.
enum Paragraph {
  /// `pieces` in as few lines as they need. A piece is not broken unless it is wider than a line by
  /// itself; between two stands `separator`, but not at a break.
  static func lines(of pieces: [String], separator: String = " ", columns: Int) -> [String] {
    var lines: [String] = []
    for piece in pieces.flatMap({ broken($0, columns: columns) }) {
      if let last = lines.last,
        TerminalText.width(of: last + separator + piece) <= columns
      {
        lines[lines.count - 1] = last + separator + piece
      } else {
        lines.append(piece)
      }
    }
    return lines
  }

  /// A sentence, broken between its words.
  static func lines(of sentence: String, columns: Int) -> [String] {
    lines(of: sentence.split(separator: " ").map(String.init), columns: columns)
  }

  private static func broken(_ piece: String, columns: Int) -> [String] {
    guard TerminalText.width(of: piece) > columns else { return [piece] }
    var parts = [""]
    var width = 0
    for character in piece {
      let wide = TerminalText.width(of: String(character))
      if width + wide > columns, width > 0 {
        parts.append("")
        width = 0
      }
      parts[parts.count - 1].append(character)
      width += wide
    }
    return parts
  }
}
