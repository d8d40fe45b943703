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

    /// For text.
    public static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
    /// For numbers.
    public static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
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
  public var text: String {
    let titles = columns.map(\.title)
    let widths = columns.indices.map { column in
      ([titles] + rows).map { TerminalText.width(of: $0[column]) }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "─", count: $0) }
    let head = titles.allSatisfy(\.isEmpty) ? [] : [titles, rule]
    let parts = rows[..<(firstSum ?? rows.count)] + (firstSum.map { [rule] + rows[$0...] } ?? [])
    return (head + parts).map { line($0, widths: widths) }.joined()
  }

  private func line(_ cells: [String], widths: [Int]) -> String {
    let padded = columns.indices.map { column in
      TerminalText.padded(
        cells[column], to: widths[column], alignment: columns[column].alignment)
    }
    var line = padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
