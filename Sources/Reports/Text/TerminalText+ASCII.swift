extension TerminalText {
  /// `text` in ASCII: what reports draw with has a plain likeness of the same width, anything else
  /// beyond ASCII becomes `?`.
  static func ascii(_ text: String) -> String {
    var plain = ""
    plain.reserveCapacity(text.utf8.count)
    for character in text {
      guard !character.isASCII else {
        plain.append(character)
        continue
      }
      plain += likeness(of: character)
    }
    return plain
  }

  private static func likeness(of character: Character) -> String {
    if let dots = BrailleCanvas.dots(of: character) {
      // The fuller a cell, the darker.
      return switch dots.nonzeroBitCount {
      case 0: " "
      case 1...2: "."
      case 3...5: ":"
      default: "#"
      }
    }
    return switch character {
    case "─": "-"
    case "│": "|"
    case "┤", "┼", "┬": "+"
    case "█": "#"
    case "▓": "="
    case "▒": "-"
    case "░": "."
    case "·": "-"
    case "×": "x"
    case "→": ">"
    case "–", "−": "-"
    case "\u{00A0}", "\u{202F}": " "
    default: String(repeating: "?", count: width(of: String(character)))
    }
  }
}
