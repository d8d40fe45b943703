import ChargerEvents
import EventLog
import Formats
import Foundation
import JSON
import Projections
import Quantities
import Sites
import Tariffs
import TestSupport
import Testing

@testable import Replay

@Suite("A backtest against what was billed")
struct BilledBaselineTests {
  private func result(
    _ bills: BacktestPrice..., candidate: BacktestPrice = .euro(3_000_000)
  ) throws -> CandidateResult {
    var accumulator = BacktestAccumulator(candidates: [.euro], baseline: .billed, topCount: 5)
    for (number, bill) in bills.enumerated() {
      let session = BacktestSession.control(
        UInt64(number), baseline: bill, candidates: [candidate])
      accumulator.add(session) { _ in "" }
    }
    return try #require(accumulator.result(of: BacktestRange()).candidates.first)
  }

  private func bill(
    _ exclVAT: Int64?, _ inclVAT: Int64?, _ currency: CurrencyCode = .euro
  ) -> BacktestPrice {
    .billed(
      BilledAmount(
        currency: currency, exclVAT: exclVAT.map(micro), inclVAT: inclVAT.map(micro)))
  }

  @Test("both amounts of a bill are the baseline")
  func bothAmounts() throws {
    let result = try result(bill(2_000_000, 2_380_000))
    #expect(result.totals.baseline.excludingVAT == micro(2_000_000))
    #expect(result.totals.baseline.includingVAT == micro(2_380_000))
    #expect(result.totals.candidate == pair(3_000_000))
    #expect(result.billsWithOneAmount == 0 && result.totals.increased == 1)
  }

  @Test("of a bill with one amount only that one is compared, and such bills are counted")
  func oneAmount() throws {
    let result = try result(bill(3_000_000, nil), bill(nil, 3_600_000))
    #expect(result.totals.unchanged == 2 && result.billsWithOneAmount == 2)
    #expect(result.totals.baseline == result.totals.candidate)
    #expect(result.totals.baseline.excludingVAT == micro(6_600_000))
  }

  @Test("what has no bill, or one in another currency, is counted apart with the reason")
  func notComparable() throws {
    let result = try result(
      .unpriced(.noBill), bill(1, 1, .krone), bill(nil, nil), bill(1_000_000, 1_000_000))
    #expect(result.sessions == 4 && result.totals.sessions == 1)
    #expect(
      result.unpriced.map { "\($0.sessions) \($0.reason.rawValue)" } == [
        "2 no bill was imported", "1 the bill is in SEK, the candidate in EUR",
      ])
  }

  @Test("the baseline is part of the digest")
  func digest() {
    let results = BacktestBaseline.allCases.map { baseline in
      BacktestAccumulator(candidates: [.euro], baseline: baseline).result(of: BacktestRange())
    }
    #expect(results[0].digest != results[1].digest)
  }

  @Test("imported CDRs are compared as they were billed, and frames are left out")
  func imported() throws {
    let directory = try makeTemporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let ledger = try Ledger.create(at: directory + "/ledger")
    _ = try FactPublisher(ledger).publish(
      SiteFact(
        site: Site(id: "S", timeZone: "UTC", stations: [Site.Station(id: "E1")]), zone: .utc))
    func cdr(_ id: Int, _ cost: String) -> String {
      #"{"id":"\#(id)","start_date_time":"2026-01-1\#(id)T08:00:00Z","total_energy":10,"#
        + #""end_date_time":"2026-01-1\#(id)T09:00:00Z","cdr_location":{"evse_uid":"E1"},"#
        + #""currency":"EUR","total_cost":\#(cost)}"#
    }
    let cdrs = [
      cdr(1, #"{"excl_vat":4,"incl_vat":4.76}"#), cdr(2, "5"), cdr(3, "null"),
    ]
    try cdrs.joined(separator: "\n").write(
      toFile: directory + "/cdrs.json", atomically: true, encoding: .utf8)
    #expect(try Importer(ledger).run(path: directory + "/cdrs.json").added == 3)
    let json = """
      {"country_code":"DE","party_id":"WLE","id":"NEW","currency":"EUR","elements":[
      {"price_components":[{"type":"ENERGY","price":0.5,"vat":19,"step_size":1}]}],
      "last_updated":"2025-01-01T00:00:00Z"}
      """
    var notes: [PricingNote] = []
    let tariff = try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
      try Tariff.read(JSONReader(value), notes: &notes)
    }
    let models = try ReadModels.open(for: ledger)
    let result = try Backtest(tariffs: [tariff], baseline: .billed).run(over: models)
    let found = try #require(result.candidates.first)
    #expect(result.baseline == .billed && found.sessions == 3)
    #expect(found.unpriced.map(\.reason) == [.noBill])
    // 4 and 5 billed; 10 kWh at 0.50 each; the second bill has no VAT.
    #expect(found.totals.baseline.excludingVAT == micro(9_000_000))
    #expect(found.totals.candidate.excludingVAT == micro(10_000_000))
    #expect(found.totals.delta.includingVAT == micro(1_190_000))
    #expect(found.topChanges.map(\.reason) == ["billed as one amount"])
    // Without a tariff in force nothing can be compared but what was billed.
    let computed = try Backtest(tariffs: [tariff]).run(over: models)
    #expect(computed.candidates[0].unpriced.map(\.reason) == [.noTariff])
  }
}
