import EventLog
import FleetSimulator
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

/// A ledger with four days of a fleet at a site under a flat tariff, in a directory of its own.
private final class FleetLedger {
  let directory: String
  let models: ReadModels

  init(seed: UInt64) throws {
    directory = try makeTemporaryDirectory()
    let ledger = try Ledger.create(at: directory + "/ledger")
    models = try Self.fill(ledger, seed: seed, trace: directory + "/trace.jsonl")
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private static func fill(_ ledger: Ledger, seed: UInt64, trace: String) throws -> ReadModels {
    var plan = FleetPlan(seed: seed, startDate: Instant(millisecondsSinceEpoch: 1_772_409_600_000))
    plan.stations = 6
    plan.days = 4
    plan.meterIntervalSeconds = 900
    plan.faultRatePerThousand = 200
    let simulator = try FleetSimulator(plan)
    var bytes: [UInt8] = []
    _ = simulator.run { bytes.append(contentsOf: $0) }
    try Data(bytes).write(to: URL(filePath: trace))
    let publisher = FactPublisher(ledger)
    // The last station has no site, so there are sessions without a price.
    _ = try publisher.publish(
      SiteFact(
        site: Site(
          id: "sim", timeZone: "UTC",
          stations: simulator.stations.dropLast().map { Site.Station(id: $0.name) }),
        zone: .utc))
    let tariff = try sampleTariff("BASE", ["ENERGY 0.49", "PARKING_TIME 1.20"])
    _ = try publisher.publish(
      TariffPublication(
        tariff: tariff.tariff, tariffJSON: tariff.json, assignments: [.site("sim")]))
    _ = try Importer(ledger).run(path: trace)
    return try ReadModels.open(for: ledger)
  }
}

/// A tariff of one element with components such as `ENERGY 0.49`.
private func sampleTariff(
  _ id: String, _ components: [String], currency: String = "EUR", restrictions: String = ""
) throws -> (tariff: Tariff, json: [UInt8]) {
  let parts = components.map { component in
    let words = component.split(separator: " ")
    return #"{"type":"\#(words[0])","price":\#(words[1]),"vat":19,"step_size":1}"#
  }
  let json = """
    {"country_code":"DE","party_id":"WLE","id":"\(id)","currency":"\(currency)","elements":[
    {"price_components":[\(parts.joined(separator: ","))],"restrictions":{\(restrictions)}}],
    "last_updated":"2025-01-01T00:00:00Z"}
    """
  var notes: [PricingNote] = []
  let tariff = try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
    try Tariff.read(JSONReader(value), notes: &notes)
  }
  return (tariff, Array(json.utf8))
}

@Suite("A backtest of a fleet's history")
struct BacktestRunTests {
  private let candidates: [Tariff]

  init() throws {
    candidates = [
      try sampleTariff("FLAT", ["ENERGY 0.55"]).tariff,
      try sampleTariff("TIME", ["ENERGY 0.30", "TIME 2.40"]).tariff,
      try sampleTariff(
        "NIGHT", ["ENERGY 0.20"], restrictions: #""start_time":"22:00","end_time":"06:00""#
      ).tariff,
      try sampleTariff("KRONER", ["ENERGY 5.5"], currency: "SEK").tariff,
    ]
  }

  @Test("The digest is the same on any number of workers", arguments: [1, 2])
  func workers(seed: UInt64) throws {
    let fleet = try FleetLedger(seed: seed)
    let backtest = Backtest(tariffs: candidates)
    let expected = try backtest.run(over: fleet.models, workers: 1)
    for workers in [2, 3, 7] {
      #expect(
        try backtest.run(over: fleet.models, workers: workers).digest == expected.digest,
        "\(workers) workers")
    }
    #expect(expected.candidates.allSatisfy { $0.sessions > 20 })
  }

  @Test("Candidates in one pass give what each gives alone")
  func onePass() throws {
    let fleet = try FleetLedger(seed: 3)
    let together = try Backtest(tariffs: candidates).run(over: fleet.models)
    for (candidate, result) in zip(candidates, together.candidates) {
      let alone = try Backtest(tariffs: [candidate]).run(over: fleet.models).candidates[0]
      #expect(alone.totals == result.totals, "\(candidate.id)")
      #expect(alone.fingerprint == result.fingerprint && alone.unpriced == result.unpriced)
      #expect(alone.topChanges == result.topChanges && alone.hours == result.hours)
    }
  }

  @Test("Totals are the sum of every session priced singly, baseline and candidate")
  func singly() throws {
    let fleet = try FleetLedger(seed: 4)
    let result = try Backtest(tariffs: candidates).run(over: fleet.models)
    for (candidate, found) in zip(candidates, result.candidates).dropLast() {
      let compiled = try CompiledTariff(candidate, zone: .utc)
      var (before, after) = (ExactAmount.zero, ExactAmount.zero)
      var (priced, increased) = (0, 0)
      let all = try #require(try fleet.models.usageParts(1).first)
      try fleet.models.forEachUsage(in: all) { session, cost in
        guard case .priced(let price) = cost else { return }
        let total = try compiled.price(session.usage).total.amount
        priced += 1
        before = before + price.inclVAT
        after = after + total.inclVAT
        if total.inclVAT > price.inclVAT { increased += 1 }
      }
      #expect(found.totals.sessions == priced && found.unpricedSessions > 0)
      #expect(found.totals.baseline.includingVAT == before)
      #expect(found.totals.candidate.includingVAT == after)
      #expect(found.totals.increased == increased)
    }
    let kroner = try #require(result.candidates.last)
    #expect(kroner.totals.sessions == 0 && kroner.unpricedSessions == kroner.sessions)
  }

  @Test("The tariff in force against itself changes nothing")
  func againstItself() throws {
    let fleet = try FleetLedger(seed: 5)
    let same = try sampleTariff("BASE", ["ENERGY 0.49", "PARKING_TIME 1.20"]).tariff
    let result = try Backtest(
      tariffs: [same], guardRails: GuardRails(maxRevenueDelta: 0, maxIncreaseShare: 0)
    ).run(over: fleet.models)
    let totals = result.candidates[0].totals
    #expect(totals.increased == 0 && totals.decreased == 0)
    #expect(totals.baseline == totals.candidate && totals.sessions > 0)
    #expect(result.violations.isEmpty && result.candidates[0].topChanges.isEmpty)
  }

  @Test("Ranges that follow each other share the sessions out without a rest")
  func ranges() throws {
    let fleet = try FleetLedger(seed: 6)
    func count(_ from: String?, _ to: String?) throws -> Int {
      var filter = SessionFilter()
      filter.from = from.flatMap { SessionFilter.Bound($0) }
      filter.to = to.flatMap { SessionFilter.Bound($0) }
      return try Backtest(tariffs: [candidates[0]], filter: filter)
        .run(over: fleet.models).candidates[0].sessions
    }
    let days = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]
    let perDay = try zip(days, days.dropFirst()).map { try count($0, $1) }
    #expect(try perDay.reduce(0, +) == count(nil, nil))
    #expect(perDay.allSatisfy { $0 > 0 })
  }
}
