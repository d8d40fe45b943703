/// A table of a page. On a narrow screen each row becomes a block with its column titles beside the
/// values.
struct HTMLTable {
  struct Column {
    var title: String
    var kind: String

    static func text(_ title: String) -> Column { Column(title: title, kind: "text") }
    static func number(_ title: String) -> Column { Column(title: title, kind: "number") }
    static func code(_ title: String) -> Column { Column(title: title, kind: "code") }
  }

  var caption: String
  var columns: [Column]
  /// As many cells as columns; the first one names the row.
  var rows: [[String]] = []

  func write(into page: inout Markup) {
    page.element("table") { page in
      page.element("caption", caption)
      page.element("thead") { page in
        page.element("tr") { page in
          for column in columns {
            page.element("th", ["scope": "col", "class": column.kind], column.title)
          }
        }
      }
      page.element("tbody") { page in
        for row in rows { write(row, into: &page) }
      }
    }
  }

  private func write(_ row: [String], into page: inout Markup) {
    page.element("tr") { page in
      for (index, (column, cell)) in zip(columns, row).enumerated() {
        if index == 0 {
          page.element("th", ["scope": "row", "class": column.kind], cell)
        } else {
          page.element("td", ["class": column.kind, "data-title": column.title], cell)
        }
      }
    }
  }
}
