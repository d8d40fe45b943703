/// A table for a terminal: aligned columns, two spaces between them, titles above a rule. Without
/// any title there is no rule either.
///
///     var table = Table([.left("site"), .right("sessions")])
///     table.append(["Hafen", "1 204"])
///     print(table.text)
///
/// Cells come from logs and files that anybody may have written, so control characters and marks
/// that turn the direction of text are shown as `�` and cannot drive the terminal.
public struct Table: Sendable {
  /// A column with its title.
  public struct Column: Sendable {
    /// Which edge of the column its cells stand at.
    public enum Alignment: Sendable { case left, right }

    /// The words above the rule.
    public var title: String
    /// Of the title and the cells alike.
    public var alignment: Alignment
    /// How soon it is left out where there is no room for all: the greatest first; 0 stays.
    public var dispensability = 0

    /// For text.
    public static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
    /// For numbers.
    public static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }

    /// The same column, left out before those with a smaller rank where there is no room for all.
    public func dispensable(_ rank: Int = 1) -> Column {
      var column = self
      column.dispensability = rank
      return column
    }
  }

  /// From left to right.
  public let columns: [Column]
  /// A row before which there is a rule, because it and those behind it are the sum of the others.
  private var firstSum: Int?
  /// Harmless cells, as many in each row as there are columns.
  public private(set) var rows: [[String]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row. Missing cells are empty, cells beyond the last column are left out.
  public mutating func append(_ cells: [String]) {
    let row = cells.prefix(columns.count).map(TerminalText.harmless)
    rows.append(row + Array(repeating: "", count: columns.count - row.count))
  }

  /// Draws a rule: the rows behind it are the sum of those before it.
  public mutating func appendRule() { firstSum = rows.count }

  /// The whole table. Each line ends with a line feed and has no trailing spaces. A table whose
  /// columns have no titles has no head.
  public var text: String { text(of: Array(columns.indices), widths: widths) }

  /// The table in as many columns of the terminal as there are, if that can be done by leaving out
  /// what is dispensable. What was left out is named in a last line; nil stands for any width.
  public func text(fitting width: Int?) -> String {
    guard let width else { return text }
    let widths = widths
    var shown = Array(columns.indices)
    func taken() -> Int { shown.reduce(-2) { $0 + widths[$1] + 2 } }
    while taken() > width {
      // Of equals the last one.
      let next = shown.max { columns[$0].dispensability <= columns[$1].dispensability }
      guard let next, columns[next].dispensability > 0 else { break }
      shown.removeAll { $0 == next }
    }
    let missing = columns.indices.filter { !shown.contains($0) && !columns[$0].title.isEmpty }
    let note = Paragraph.lines(
      of: "No room for: " + missing.map { columns[$0].title }.joined(separator: ", "),
      columns: width)
    let text = text(of: shown, widths: widths)
    return missing.isEmpty ? text : text + note.map { $0 + "\n" }.joined()
  }

  /// The same, line by line.
  func lines(fitting width: Int) -> [String] {
    text(fitting: width).split(separator: "\n").map(String.init)
  }

  private var widths: [Int] {
    columns.indices.map { column in
      ([columns.map(\.title)] + rows).map { TerminalText.width(of: $0[column]) }.max() ?? 0
    }
  }

  private func text(of shown: [Int], widths: [Int]) -> String {
    let titles = columns.map(\.title)
    let rule = widths.map { String(repeating: "─", count: $0) }
    let head = titles.allSatisfy(\.isEmpty) ? [] : [titles, rule]
    let parts = rows[..<(firstSum ?? rows.count)] + (firstSum.map { [rule] + rows[$0...] } ?? [])
    return (head + parts).map { line($0, shown, widths) }.joined()
  }

  private func line(_ cells: [String], _ shown: [Int], _ widths: [Int]) -> String {
    let padded = shown.map { column in
      TerminalText.padded(
        cells[column], to: widths[column], alignment: columns[column].alignment)
    }
    var line = padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
