import Projections
import Quantities

@testable import ModelExport

/// The rows of every table as text, by the names of the tables: what each format must hold.
struct TextRows: Equatable {
  var tables: [String: [[String?]]] = [:]

  init() {}

  /// Made by one thread, straight from the read models.
  init(of exporter: ModelExporter) throws {
    var batches = [try exporter.factRows()]
    try exporter.forEachChunk(
      of: exporter.everySession, encodedBy: RowBatch.itself
    ) { batches.append($0.chunk) }
    for (index, table) in ExportCatalog.tables.enumerated() {
      let width = table.columns.count
      tables[table.name] = batches.flatMap { batch -> [[String?]] in
        let rows = batch.tables[index]
        return (0..<rows.count).map { row in
          rows.cells[row * width..<(row + 1) * width].map(\.text)
        }
      }
    }
  }

  /// Whatever order the format keeps.
  var sorted: TextRows {
    var copy = self
    copy.tables = tables.mapValues { rows in
      rows.sorted { $0.map { $0 ?? "" }.lexicographicallyPrecedes($1.map { $0 ?? "" }) }
    }
    return copy
  }

  /// The first rows that two exports do not share, for messages.
  func difference(from other: TextRows) -> String? {
    let (left, right) = (sorted, other.sorted)
    for name in Set(tables.keys).union(other.tables.keys).sorted() {
      let (ours, theirs) = (left.tables[name] ?? [], right.tables[name] ?? [])
      if ours == theirs { continue }
      let place = zip(ours, theirs).first { $0 != $1 }
      return "\(name): \(ours.count) and \(theirs.count) rows; \(String(describing: place))"
    }
    return nil
  }
}

extension Cell {
  var text: String? {
    switch self {
    case .null: nil
    case .integer(let value): "\(value)"
    case .boolean(let value): value ? "1" : "0"
    case .text(let value), .decimal(let value): value
    case .instant(let value): "\(value.millisecondsSinceEpoch)"
    }
  }
}
