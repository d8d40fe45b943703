import JSON
import Quantities
import Sites
import TestSupport
import Testing

@Suite("Site facts: files, bodies and their mistakes")
struct SiteFactTests {
  @Test("a fact comes back from its body as it was, and makes the same bytes again")
  func roundTrip() throws {
    let fact = try SiteFact(site: Controls.depot, zone: Controls.berlin())
    let body = fact.body
    let read = try decode(body)
    #expect(read == fact)
    #expect(read.body == body)
  }

  @Test("the body has sorted keys, decimals without loss and the table of the zone")
  func canonical() throws {
    let fact = try SiteFact(site: Controls.depot, zone: Controls.berlin())
    let expected = #"""
      {"capacity_kw":43.5,"country":"DE","effective_from":"2025-01-01T00:00:00.000Z",\#
      "id":"depot","name":"Depot \"Süd\"","stations":[\#
      {"connectors":[{"connector":1,"evse":1,"max_power_kw":22,"standard":"Type2"},\#
      {"connector":1,"evse":2,"max_power_kw":11.0405}],"id":"CP-1","name":"Gate"},\#
      {"connectors":[{"connector":1}],"id":"CP-2"}],"time_zone":"Europe/Berlin",\#
      "zone_table":{"offset_before_first":3600,\#
      "transitions":[[1743296400,7200],[1761440400,3600]],"tzdata_version":"2025b"}}
      """#
    #expect(String(decoding: fact.body, as: UTF8.self) == expected)
  }

  @Test("a real zone's table fits in a few kilobytes and comes back whole")
  func realZone() throws {
    let zone = try TimeZoneTable.system(named: "Europe/Berlin")
    let fact = try SiteFact(site: Controls.depot, zone: zone)
    #expect(fact.body.count < 5000)
    #expect(try decode(fact.body).zone == zone)
  }

  @Test("a bare date is midnight on the site's clocks")
  func bareDate() throws {
    let site = try Controls.site(
      #"{"id":"a","time_zone":"Europe/Berlin","effective_from":"2025-07-01"}"#)
    let fact = try SiteFact(site: site, zone: Controls.berlin())
    #expect(fact.effectiveFrom == Controls.instant("2025-06-30T22:00:00Z"))
  }

  @Test("all mistakes of shape are told at once, each with its path")
  func shape() {
    let text = """
      {"id": 7, "time_zone": "Europe/Berlin", "capcity_kw": 1, "capacity_kw": "43",
       "effective_from": "soon",
       "stations": [{"id": "A", "connectors": [{"evse": 1.5}]}, 3, {"connectors": {}}]}
      """
    let error = #expect(throws: InvalidFact.self) { try Controls.site(text) }
    #expect(
      error?.problems.map(\.path) == [
        "capcity_kw", "id", "capacity_kw", "effective_from", "stations[0].connectors[0]",
        "stations[0].connectors[0].evse", "stations[1]", "stations[2]", "stations[2].connectors",
      ])
    #expect(error?.description.contains("capcity_kw: unknown key; known are id, name") == true)
  }

  @Test("which keys are known is said once for each kind of object")
  func unknownKeys() {
    let text = """
      {"id": "a", "time_zone": "UTC", "sites": 1, "zone": 2,
       "stations": [{"id": "A", "evses": []}, {"id": "B", "evses": []}]}
      """
    let error = #expect(throws: InvalidFact.self) { try Controls.site(text) }
    let texts = error?.problems.map(\.text) ?? []
    #expect(texts.count == 4)
    #expect(texts[0].hasPrefix("unknown key; known are id, name, time_zone"))
    #expect(texts[1] == "unknown key" && texts[3] == "unknown key")
    #expect(texts[2] == "unknown key; known are id, name, connectors")
  }

  @Test("all mistakes of content are told at once, each with its path")
  func content() throws {
    var site = Controls.depot
    site.id = " "
    site.country = "Germany"
    site.capacity = Power(milliwatts: -1)
    site.stations.append(Site.Station(id: "CP-1"))
    site.stations.append(Site.Station(id: ""))
    site.stations[1].connectors = [
      Site.Connector(evse: 0, connector: 1), Site.Connector(connector: 0),
      Site.Connector(connector: 2, maxPower: Power(milliwatts: 0)), Site.Connector(connector: 2),
    ]
    let zone = try Controls.berlin()
    let error = #expect(throws: InvalidFact.self) { try SiteFact(site: site, zone: zone) }
    #expect(
      error?.problems.map(\.path) == [
        "id", "country", "capacity_kw", "stations[1].connectors[0].evse",
        "stations[1].connectors[1].connector", "stations[1].connectors[2].max_power_kw",
        "stations[1].connectors[3]", "stations[2].id", "stations[3].id",
      ])
    #expect(error?.description.contains("stations[2].id: \"CP-1\" is stations[0] already") == true)
  }

  @Test("a zone that does not exist is a problem of time_zone, beside the others")
  func unknownZone() {
    var site = Controls.depot
    site.timeZone = "Europe/Berln"
    site.id = ""
    let error = #expect(throws: InvalidFact.self) {
      try SiteFact(publishing: site) { name throws(TimeZoneTableError) in
        throw .unknownZone(name, similar: ["Europe/Berlin"])
      }
    }
    #expect(error?.problems.map(\.path) == ["id", "time_zone"])
    #expect(error?.description.contains("did you mean Europe/Berlin?") == true)
  }

  @Test("a table of another zone is refused")
  func otherZone() {
    #expect(throws: InvalidFact.self) { try SiteFact(site: Controls.depot, zone: .utc) }
  }

  @Test("a capacity finer than a milliwatt or beyond 64 bits is refused, not rounded")
  func capacity() throws {
    let exact = try Controls.site(#"{"id":"a","time_zone":"UTC","capacity_kw":0.000001}"#)
    #expect(exact.capacity == Power(milliwatts: 1))
    for number in ["0.0000001", "1e30", "99999999999999999999999999999999999999999"] {
      #expect(throws: InvalidFact.self) {
        try Controls.site(#"{"id":"a","time_zone":"UTC","capacity_kw":\#(number)}"#)
      }
    }
  }

  @Test("a damaged body is refused with its reason, never a crash", arguments: [51, 52])
  func damaged(seed: UInt64) throws {
    let body = try SiteFact(site: Controls.depot, zone: Controls.berlin()).body
    var random = SplitMix64(seed: seed)
    for _ in 0..<1000 {
      var bytes = body
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 32...126, using: &random)
      }
      do {
        let fact = try decode(bytes)
        #expect(try decode(fact.body) == fact, "seed \(seed)")
      } catch let error as InvalidFact {
        #expect(!error.problems.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test("a body with an impossible table is refused")
  func badTable() {
    for table in [
      #"{"offset_before_first":99999999,"transitions":[],"tzdata_version":"x"}"#,
      #"{"offset_before_first":0,"transitions":[[9223372036854775807,0]],"tzdata_version":"x"}"#,
      #"{"offset_before_first":0,"transitions":[[5,60],[5,0]],"tzdata_version":"x"}"#,
      #"{"offset_before_first":0,"transitions":[[5]],"tzdata_version":"x"}"#,
      #"{"offset_before_first":0,"transitions":[]}"#, "null", "[]",
    ] {
      let body = #"{"id":"a","time_zone":"UTC","zone_table":\#(table)}"#
      #expect(throws: InvalidFact.self, "\(table)") { try decode(Array(body.utf8)) }
    }
  }

  private func decode(_ body: [UInt8]) throws -> SiteFact {
    try body.withUnsafeBytes { try SiteFact(body: $0, parser: JSONParser()) }
  }
}
