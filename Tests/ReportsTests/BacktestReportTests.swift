import JSON
import Quantities
import Replay
import Reports
import Sessions
import Testing

extension BacktestReport {
  var json: String {
    var writer = JSONWriter(.pretty)
    write(to: &writer)
    return writer.string + "\n"
  }
}

@Suite("Backtest reports")
struct BacktestReportTests {
  static let controls: [(name: String, result: BacktestResult)] = [
    ("one", .one), ("five", .five), ("empty", .empty), ("single", .single), ("yen", .yen),
    ("dinar", .dinar),
  ]

  @Test("Reports are as expected, byte for byte", arguments: controls.indices)
  func golden(index: Int) throws {
    let (name, result) = Self.controls[index]
    let report = BacktestReport(result)
    try Golden.expect(report.json, equals: "backtest-\(name).json")
    try Golden.expect(report.csv, equals: "backtest-\(name).csv")
    try Golden.expect(report.summary, equals: "backtest-\(name).txt")
    try Golden.expect(report.html, equals: "backtest-\(name).html")
  }
}
