/// Dots in a grid of characters, two across and four down in each: the braille patterns of Unicode.
struct BrailleCanvas {
  /// In characters.
  let columns: Int
  let rows: Int
  private var cells: [UInt8]

  static let dotsAcross = 2
  static let dotsDown = 4

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    self.cells = Array(repeating: 0, count: columns * rows)
  }

  /// Sets a dot, counted from the top left; outside the canvas nothing happens.
  mutating func set(_ x: Int, _ y: Int) {
    guard x >= 0, y >= 0, x < columns * Self.dotsAcross, y < rows * Self.dotsDown else { return }
    let cell = y / Self.dotsDown * columns + x / Self.dotsAcross
    cells[cell] |= Self.bits[x % Self.dotsAcross][y % Self.dotsDown]
  }

  /// A row of characters, blank where there is no dot.
  func text(row: Int) -> String {
    var text = ""
    for cell in cells[row * columns..<(row + 1) * columns] {
      text.unicodeScalars.append(
        cell == 0 ? " " : Unicode.Scalar(Self.blank + UInt32(cell)) ?? " ")
    }
    return text
  }

  /// The dots of a braille character; nil if it is another one.
  static func dots(of character: Character) -> UInt8? {
    guard let scalar = character.unicodeScalars.first?.value, scalar >> 8 == blank >> 8 else {
      return nil
    }
    return UInt8(truncatingIfNeeded: scalar)
  }

  /// U+2800, the pattern without dots; the others follow in the order of their bits.
  private static let blank: UInt32 = 0x2800
  private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
}
