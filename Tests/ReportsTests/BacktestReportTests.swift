import JSON
import Quantities
import Replay
import Reports
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

  @Test("Every format is as expected, byte for byte", arguments: controls.indices)
  func golden(index: Int) throws {
    let (name, result) = Self.controls[index]
    let report = BacktestReport(result)
    try Golden.expect(report.summary, equals: "backtest-\(name).txt")
    guard ["one", "single", "empty"].contains(name) else { return }
    try Golden.expect(report.json, equals: "backtest-\(name).json")
    try Golden.expect(report.csv, equals: "backtest-\(name).csv")
    try Golden.expect(report.html, equals: "backtest-\(name).html")
  }

  @Test("The same sessions give the same bytes again")
  func deterministic() {
    func report() -> BacktestReport {
      BacktestReport(
        ControlFleet(
          sessions: 200,
          candidates: [ControlTariff(id: "new", energy: 420_000, night: 300_000)], seed: 99
        ).result())
    }
    let (first, second) = (report(), report())
    #expect(first.json == second.json)
    #expect(first.csv == second.csv)
    #expect(first.summary == second.summary)
    #expect(first.html == second.html)
  }

  @Test("Amounts have the decimals of their currency")
  func decimals() {
    #expect(BacktestReport(.yen).json.contains(#""incl_vat": "66941""#))
    #expect(BacktestReport(.dinar).json.contains(#""incl_vat": "66.941""#))
    #expect(BacktestReport(.yen).csv.contains("yen-2,total,,49,1,JPY,55784,66941,58883,70660"))
    #expect(BacktestReport(.dinar).csv.contains("KWD,55.784,66.941,54.699,65.639,-1.085,-1.302"))
  }

  @Test("A candidate in another currency leaves every session unpriced, and says so")
  func otherCurrency() throws {
    let report = BacktestReport(.five)
    let reason = "the tariff in force is in EUR, the candidate in SEK"
    #expect(report.json.contains(reason))
    #expect(report.html.contains(reason))
    #expect(report.summary.contains("in-kronor: none of 300 sessions could be compared."))
    #expect(report.csv.contains("in-kronor,total,,0,300,SEK,0.00,0.00,0.00,0.00,0.00,0.00,,0,0,0"))
  }

  @Test("Every format says that drivers' behaviour is assumed unchanged, save the bare figures")
  func assumption() {
    let report = BacktestReport(.one)
    #expect(report.json.contains("assumed unchanged"))
    #expect(report.summary.contains("assumed unchanged"))
    #expect(report.html.contains("assumed unchanged"))
  }

  @Test("A CSV row has as many fields as the header")
  func csvShape() {
    // No field of this control needs quotes.
    let lines = BacktestReport(.five).csv.split(separator: "\r\n")
    #expect(
      Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [16])
    #expect(lines.count == 1 + 5 * (1 + 24) + 4 * 4)
  }

  @Test("Kept and broken guard rails are told apart in every format")
  func guardRails() {
    let rails = GuardRails(maxRevenueDelta: 2_500_000, maxIncreaseShare: 100_000_000)
    let report = BacktestReport(
      ControlFleet(sessions: 80, candidates: [ControlTariff(id: "new", energy: 400_000)])
        .result(guardRails: rails))
    #expect(
      report.summary.contains("NOT KEPT: revenue changes by +2.56 %, at most 2.5 % either way"))
    #expect(report.summary.contains("kept: 100.00 % of the sessions cost more, at most 100 % may"))
    #expect(report.html.contains("Guard rail not kept"))
    #expect(report.json.contains(#""limit_percent": "2.5""#))
    #expect(report.json.contains(#""value_percent": "2.5641""#))
  }
}
