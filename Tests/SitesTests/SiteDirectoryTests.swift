import Quantities
import Sites
import TestSupport
import Testing

@Suite("SiteDirectory: which site a station belonged to")
struct SiteDirectoryTests {
  @Test("a station without a site has no placement")
  func unknown() throws {
    let directory = try directory([("2025-02-01", Controls.fact("a", ["CP-1"]))])
    #expect(directory.placement(ofStation: "CP-9", at: .distantFuture) == nil)
    #expect(SiteDirectory().placement(ofStation: "CP-1", at: .distantFuture) == nil)
  }

  @Test("the first membership reaches back to the first event, whatever its effective-from is")
  func reachesBack() throws {
    let directory = try directory([
      ("2025-02-01", Controls.fact("a", ["CP-1"])),
      ("2025-02-02", Controls.fact("b", ["CP-2"], from: "2025-06-01")),
    ])
    #expect(site(of: "CP-1", at: "2019-01-01", in: directory) == "a")
    #expect(site(of: "CP-2", at: "2019-01-01", in: directory) == "b")
    #expect(site(of: "CP-2", at: "2025-07-01", in: directory) == "b")
  }

  @Test("a later fact moves a station from its effective-from on, not from its publication")
  func moves() throws {
    let directory = try directory([
      ("2025-02-01", Controls.fact("a", ["CP-1"])),
      ("2025-09-01", Controls.fact("b", ["CP-1"], from: "2025-05-01")),
    ])
    #expect(site(of: "CP-1", at: "2025-04-30", in: directory) == "a")
    #expect(site(of: "CP-1", at: "2025-05-01", in: directory) == "b")
    #expect(site(of: "CP-1", at: "2025-10-01", in: directory) == "b")
  }

  @Test("a station that its site no longer lists has left")
  func leaves() throws {
    let directory = try directory([
      ("2025-02-01", Controls.fact("a", ["CP-1", "CP-2"])),
      ("2025-03-01", Controls.fact("a", ["CP-2"], from: "2025-04-01")),
    ])
    #expect(site(of: "CP-1", at: "2025-03-31", in: directory) == "a")
    #expect(site(of: "CP-1", at: "2025-04-01", in: directory) == nil)
    #expect(site(of: "CP-2", at: "2025-04-01", in: directory) == "a")
  }

  @Test("of two sites at once the latest effective one has the station, then the latest published")
  func overlap() throws {
    let directory = try directory([
      ("2025-01-05", Controls.fact("late", ["CP-1", "CP-2"], from: "2025-03-01")),
      ("2025-01-06", Controls.fact("early", ["CP-1"], from: "2025-02-01")),
      ("2025-01-07", Controls.fact("equal", ["CP-2"], from: "2025-03-01")),
    ])
    #expect(site(of: "CP-1", at: "2025-04-01", in: directory) == "late")
    #expect(site(of: "CP-1", at: "2025-02-15", in: directory) == "early")
    #expect(site(of: "CP-2", at: "2025-04-01", in: directory) == "equal")
  }

  @Test("a correction with the same effective-from replaces the fact before it")
  func correction() throws {
    let directory = try directory([
      ("2025-02-01", Controls.fact("a", ["CP-1"], from: "2025-01-01")),
      ("2025-02-01", Controls.fact("a", ["CP-2"], from: "2025-01-01")),
    ])
    #expect(site(of: "CP-1", at: "2025-03-01", in: directory) == nil)
    #expect(site(of: "CP-2", at: "2025-03-01", in: directory) == "a")
    #expect(directory.placement(ofStation: "CP-2", at: .distantFuture)?.position == 2)
  }

  @Test("new transitions of a zone count from their fact on, not before")
  func zones() throws {
    var site = Controls.depot
    site.effectiveFrom = nil
    let old = try SiteFact(site: site, zone: Controls.berlin())
    let table = try TimeZoneTable(
      name: "Europe/Berlin", tzdataVersion: "2026a", offsetBeforeFirst: 3600, transitions: [])
    let new = try SiteFact(site: site, zone: table)
    let directory = directory([("2025-02-01", old), ("2025-08-01", new)])
    let before = directory.placement(ofStation: "CP-1", at: Controls.instant("2025-07-01"))
    let after = directory.placement(ofStation: "CP-1", at: Controls.instant("2025-09-01"))
    #expect(before?.zone.tzdataVersion == "2025b")
    #expect(after?.zone.tzdataVersion == "2026a")
    #expect(directory.fact(ofSite: "depot", at: .distantPast) == old)
    #expect(directory.siteIDs == ["depot"])
  }

  @Test("facts of different sites give the same placements in any order of adding")
  func anyOrder() throws {
    let facts = try (0..<12).map { number in
      (
        "2025-01-\(10 + number)",
        try Controls.fact(
          "site-\(number)", ["CP-all", "CP-\(number % 4)"], from: "2025-0\(1 + number % 6)-01")
      )
    }
    let expected = placements(directory(facts))
    for seed in 61...64 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      #expect(placements(directory(facts.shuffled(using: &random))) == expected, "seed \(seed)")
    }
  }

  @Test("a connector is found by what the session names, and only if it can be no other")
  func connectors() throws {
    let fact = try SiteFact(site: Controls.depot, zone: Controls.berlin())
    let directory = directory([("2025-02-01", fact)])
    let gate = try #require(directory.placement(ofStation: "CP-1", at: .distantFuture))
    #expect(gate.maxPower(evse: 2, connector: 1) == Power(milliwatts: 11_040_500))
    #expect(gate.maxPower(evse: 1, connector: nil) == Power(milliwatts: 22_000_000))
    #expect(gate.maxPower(evse: nil, connector: 1) == nil)
    #expect(gate.maxPower(evse: 3, connector: 1) == nil)
    let second = try #require(directory.placement(ofStation: "CP-2", at: .distantFuture))
    #expect(second.connector(evse: 1, connector: 1) == Site.Connector(connector: 1))
    #expect(second.maxPower(evse: 1, connector: 1) == nil)
  }

  private func directory(_ facts: [(publishedAt: String, fact: SiteFact)]) -> SiteDirectory {
    var directory = SiteDirectory()
    for (index, entry) in facts.enumerated() {
      directory.add(
        entry.fact, publishedAt: Controls.instant(entry.publishedAt), position: UInt64(index) + 1)
    }
    return directory
  }

  private func site(of station: String, at time: String, in directory: SiteDirectory) -> String? {
    directory.placement(ofStation: station, at: Controls.instant(time))?.siteID
  }

  private func placements(_ directory: SiteDirectory) -> [String?] {
    (1...12).flatMap { month in
      ["CP-all", "CP-0", "CP-1", "CP-2", "CP-3"].map { name in
        site(
          of: name, at: "2025-\(month < 10 ? "0" : "")\(month)-01", in: directory)
      }
    }
  }
}
