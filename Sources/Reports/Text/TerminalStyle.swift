/// What the terminal can show, as the caller found out: nothing here asks the environment.
public struct TerminalStyle: Sendable {
  /// The width that lines are fitted into: at least ``narrowest``.
  public var columns: Int
  /// Whether text beyond ASCII arrives; else it is drawn with plain characters.
  public var isUnicode: Bool
  /// Whether colours may be used: on a terminal whose user did not forbid them.
  public var hasColour: Bool

  /// Below this a page is not fitted any further.
  public static let narrowest = 40

  public init(columns: Int = 80, isUnicode: Bool = true, hasColour: Bool = false) {
    self.columns = max(Self.narrowest, columns)
    self.isUnicode = isUnicode
    self.hasColour = hasColour
  }

  /// Colours by what they say. They are of the sixteen that every terminal's theme defines.
  enum Ink: Int {
    case strong = 1
    case faint = 2
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case cyan = 36
  }

  /// `text` in a colour, where there are colours.
  func paint(_ text: String, _ ink: Ink) -> String {
    hasColour && !text.isEmpty ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The finished `text` as the terminal can show it.
  func finish(_ text: String) -> String { isUnicode ? text : TerminalText.ascii(text) }
}
