import JSON
import Quantities
import Testing

@testable import Tariffs

/// SEMANTICS 19.
@Suite("Which tariff a session is priced with")
struct TariffCatalogTests {
  private let here = SessionContext(
    site: "depot", station: "A", evse: 1, connector: 2, tokenGroups: ["staff"])
  private let march = instant("2024-03-15T12:00:00Z")

  @Test("The latest one published before the start counts, whatever comes later")
  func latestBefore() throws {
    var catalog = TariffCatalog()
    try catalog.add("old", .site("depot"), published: "2024-01-01T00:00:00Z")
    try catalog.add("new", .site("depot"), published: "2024-02-01T00:00:00Z")
    try catalog.add("later", .site("depot"), published: "2024-04-01T00:00:00Z")
    let choice = try #require(catalog.choose(for: here, at: march))
    #expect(choice.publication.tariff.id == "new" && !choice.isBackdated)
  }

  @Test("A publication at the very start of the session counts")
  func atTheStart() throws {
    var catalog = TariffCatalog()
    try catalog.add("a", .site("depot"), published: march.rfc3339)
    #expect(catalog.choose(for: here, at: march)?.isBackdated == false)
  }

  @Test("With none before, the first one afterwards counts, marked backdated")
  func backdated() throws {
    var catalog = TariffCatalog()
    try catalog.add("first", .site("depot"), published: "2024-05-01T00:00:00Z")
    try catalog.add("second", .site("depot"), published: "2024-06-01T00:00:00Z")
    let choice = try #require(catalog.choose(for: here, at: march))
    #expect(choice.publication.tariff.id == "first" && choice.isBackdated)
  }

  @Test("A later publication for a stronger target does not displace a backdated price")
  func backdatedStays() throws {
    var catalog = TariffCatalog()
    try catalog.add("site", .site("depot"), published: "2024-05-01T00:00:00Z")
    try catalog.add("staff", .tokenGroup("staff"), published: "2024-06-01T00:00:00Z")
    #expect(catalog.choose(for: here, at: march)?.publication.tariff.id == "site")
  }

  @Test("Published at the same moment afterwards, the stronger target counts")
  func backdatedTogether() throws {
    var catalog = TariffCatalog()
    try catalog.add("site", .site("depot"), published: "2024-05-01T00:00:00Z")
    try catalog.add("staff", .tokenGroup("staff"), published: "2024-05-01T00:00:00Z")
    #expect(catalog.choose(for: here, at: march)?.publication.tariff.id == "staff")
  }

  @Test("Token group before connector before EVSE before station before site")
  func precedence() throws {
    let ranks: [(String, TariffTarget)] = [
      ("site", .site("depot")), ("station", .station("A")), ("evse", .evse(station: "A", evse: 1)),
      ("connector", .connector(station: "A", evse: 1, connector: 2)),
      ("group", .tokenGroup("staff")),
    ]
    var catalog = TariffCatalog()
    for (id, target) in ranks {
      // The stronger one is published earlier, so that only its rank can win.
      try catalog.add(id, target, published: "2024-01-01T00:00:00Z")
      #expect(catalog.choose(for: here, at: march)?.publication.tariff.id == id)
      try catalog.add("\(id) of others", .station("B"), published: "2024-02-01T00:00:00Z")
    }
  }

  @Test("A connector may be numbered for the whole station")
  func connectorOfStation() throws {
    var catalog = TariffCatalog()
    try catalog.add("all", .station("A"), published: "2024-01-01T00:00:00Z")
    try catalog.add(
      "two", .connector(station: "A", evse: nil, connector: 2), published: "2024-01-01T00:00:00Z")
    #expect(catalog.choose(for: here, at: march)?.publication.tariff.id == "two")
    let other = SessionContext(site: "depot", station: "A", connector: 1)
    #expect(catalog.choose(for: other, at: march)?.publication.tariff.id == "all")
  }

  @Test("Only a validity that covers the start makes a candidate")
  func validity() throws {
    var catalog = TariffCatalog()
    try catalog.add("always", .site("depot"), published: "2024-01-01T00:00:00Z")
    try catalog.add(
      "march", .site("depot"), published: "2024-01-02T00:00:00Z",
      valid: "2024-03-01T00:00:00Z", "2024-03-15T12:00:00Z")
    let last = march.advanced(byMilliseconds: -1)
    #expect(catalog.choose(for: here, at: last)?.publication.tariff.id == "march")
    #expect(catalog.choose(for: here, at: march)?.publication.tariff.id == "always")
  }

  @Test("Without a publication for it a session has no tariff")
  func none() throws {
    var catalog = TariffCatalog()
    try catalog.add("other", .site("elsewhere"), published: "2024-01-01T00:00:00Z")
    #expect(catalog.choose(for: here, at: march) == nil)
  }

  @Test("A reprice order lets what was published by then displace the price")
  func reprice() throws {
    var catalog = TariffCatalog()
    try catalog.add("wrong", .site("depot"), published: "2024-01-01T00:00:00Z")
    try catalog.add("right", .site("depot"), published: "2024-04-01T00:00:00Z")
    try catalog.add("even later", .site("depot"), published: "2024-06-01T00:00:00Z")
    catalog.add(
      RepriceOrder(
        from: instant("2024-03-01T00:00:00Z"), to: instant("2024-04-01T00:00:00Z"),
        targets: [.station("A")]), publishedAt: instant("2024-05-01T00:00:00Z"))
    let choice = try #require(catalog.choose(for: here, at: march))
    #expect(choice.publication.tariff.id == "right" && choice.isBackdated)
    let elsewhere = SessionContext(site: "depot", station: "B")
    #expect(catalog.choose(for: elsewhere, at: march)?.publication.tariff.id == "wrong")
    let before = instant("2024-02-01T00:00:00Z")
    #expect(catalog.choose(for: here, at: before)?.publication.tariff.id == "wrong")
  }

  @Test("The order in which facts are added does not matter")
  func orderOfAdding() throws {
    let facts = [("a", "2024-01-01T00:00:00Z"), ("b", "2024-02-01T00:00:00Z")]
    for order in [facts, facts.reversed()] {
      var catalog = TariffCatalog()
      for (id, time) in order { try catalog.add(id, .site("depot"), published: time) }
      #expect(catalog.choose(for: here, at: march)?.publication.tariff.id == "b")
    }
  }
}

@Suite("Overlaps at publishing")
struct TariffOverlapTests {
  @Test(
    "A tariff takes over if it starts later, or is published later without a start",
    arguments: [nil, "2024-02-01T00:00:00Z"])
  func takesOver(start: String?) throws {
    var catalog = TariffCatalog()
    try catalog.add(
      "a", .site("depot"), published: "2024-01-01T00:00:00Z", valid: "2024-01-01T00:00:00Z")
    let next = try publication("b", .site("depot"), valid: start)
    try catalog.check(next, publishedAt: instant("2024-01-20T00:00:00Z"))
  }

  @Test("Two that start together are refused, with both names and the target")
  func sameStart() throws {
    var catalog = TariffCatalog()
    try catalog.add(
      "a", .site("depot"), published: "2024-01-01T00:00:00Z", valid: "2024-03-01T00:00:00Z")
    let next = try publication("b", .site("depot"), valid: "2024-03-01T00:00:00Z")
    let error = #expect(throws: TariffOverlap.self) {
      try catalog.check(next, publishedAt: instant("2024-01-20T00:00:00Z"))
    }
    #expect(error?.description.contains("tariff b and tariff a (position 1") == true)
    #expect(error?.description.contains("site depot") == true)
  }

  @Test("One without end that would swallow an announced one is refused, unless it ends by then")
  func swallows() throws {
    var catalog = TariffCatalog()
    try catalog.add(
      "summer", .site("depot"), published: "2024-01-01T00:00:00Z", valid: "2024-06-01T00:00:00Z")
    let now = instant("2024-01-20T00:00:00Z")
    let open = try publication("spring", .site("depot"))
    #expect(throws: TariffOverlap.self) { try catalog.check(open, publishedAt: now) }
    try catalog.check(
      publication("spring", .site("depot"), valid: nil, "2024-06-01T00:00:00Z"), publishedAt: now)
  }

  @Test("A new version of the same tariff and a tariff of another rank are no overlap")
  func noOverlap() throws {
    var catalog = TariffCatalog()
    try catalog.add(
      "a", .site("depot"), published: "2024-01-01T00:00:00Z", valid: "2024-03-01T00:00:00Z")
    let now = instant("2024-01-20T00:00:00Z")
    try catalog.check(
      publication("a", .site("depot"), valid: "2024-03-01T00:00:00Z"), publishedAt: now)
    try catalog.check(
      publication("b", .station("A"), valid: "2024-03-01T00:00:00Z"), publishedAt: now)
  }

  @Test(
    "With and without its EVSE's number a connector is the same one",
    arguments: [(nil, 1), (1, nil)] as [(Int?, Int?)])
  func connectorWithAndWithoutEVSE(first: Int?, second: Int?) throws {
    var catalog = TariffCatalog()
    try catalog.add(
      "a", .connector(station: "A", evse: first, connector: 2), published: "2024-01-01T00:00:00Z",
      valid: "2024-03-01T00:00:00Z")
    let now = instant("2024-01-20T00:00:00Z")
    #expect(throws: TariffOverlap.self) {
      try catalog.check(
        publication(
          "b", .connector(station: "A", evse: second, connector: 2),
          valid: "2024-03-01T00:00:00Z"), publishedAt: now)
    }
    for other in [
      TariffTarget.connector(station: "A", evse: second, connector: 1),
      .connector(station: "B", evse: second, connector: 2), .evse(station: "A", evse: 1),
    ] {
      try catalog.check(
        publication("b", other, valid: "2024-03-01T00:00:00Z"), publishedAt: now)
    }
  }

  @Test("Connectors of two EVSEs with one number are no overlap")
  func connectorsOfTwoEVSEs() throws {
    var catalog = TariffCatalog()
    try catalog.add(
      "a", .connector(station: "A", evse: 1, connector: 1), published: "2024-01-01T00:00:00Z",
      valid: "2024-03-01T00:00:00Z")
    try catalog.check(
      publication(
        "b", .connector(station: "A", evse: 2, connector: 1), valid: "2024-03-01T00:00:00Z"),
      publishedAt: instant("2024-01-20T00:00:00Z"))
  }
}

@Suite("Tariff facts")
struct TariffPublicationTests {
  @Test("A publication comes back from its bytes, the tariff's own text included")
  func roundTrip() throws {
    let text = #"{ "id":"T",  "currency":"EUR","elements":[\#(element("TIME 1/1"))], "x": 1 }"#
    let original = TariffPublication(
      tariff: try readTariff(text).tariff, tariffJSON: Array(text.utf8),
      validFrom: instant("2024-01-01T00:00:00Z"),
      assignments: [
        .site("depot"), .station("A"), .evse(station: "A", evse: 1), .tokenGroup("staff"),
        .connector(station: "A", evse: 1, connector: 2),
        .connector(station: "A", evse: nil, connector: 2),
      ])
    let copy = try JSONParser().withParsed(utf8: original.encoded()) {
      value throws(JSONPathError) in
      try TariffPublication(json: value)
    }
    #expect(copy == original)
    #expect(copy.encoded() == original.encoded())
    #expect(String(decoding: copy.tariffJSON, as: UTF8.self) == text)
  }

  @Test("A reprice order comes back from its bytes")
  func repriceRoundTrip() throws {
    let original = RepriceOrder(
      from: instant("2024-01-01T00:00:00Z"), to: instant("2024-02-01T00:00:00Z"),
      targets: [.site("depot")])
    let copy = try JSONParser().withParsed(utf8: original.encoded()) {
      value throws(JSONPathError) in
      try RepriceOrder(json: value)
    }
    #expect(copy == original)
  }

  @Test(
    "Assignments that name nothing, or two things, are refused",
    arguments: [
      "[]", "[{}]", #"[{"site": "a", "station": "b"}]"#, #"[{"evse": 1}]"#, #"[{"site": ""}]"#,
      #"[{"station": "a", "evse": -1}]"#, #"[{"site": "a"}, {"site": "a"}]"#, #"[{"sight": "a"}]"#,
      #"[{"token_group": "g", "evse": 1}]"#, #""site""#,
    ])
  func badAssignments(text: String) throws {
    let tariff = #"{"id": "T", "currency": "EUR", "elements": [\#(element("TIME 1/1"))]}"#
    let json = #"{"tariff": \#(tariff), "assignments": \#(text)}"#
    #expect(throws: JSONPathError.self) {
      try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
        try TariffPublication(json: value)
      }
    }
  }

  @Test("A file becomes a publication with its notes; without a target it does not")
  func fromFile() throws {
    let text = #"{"id": "T", "currency": "EUR", "elements": [\#(element("TIME 1/1"))], "x": 1}"#
    func publish(_ targets: [TariffTarget]) throws -> (TariffPublication, [PricingNote]) {
      try JSONParser().withParsed(utf8: text.utf8) { value throws(JSONPathError) in
        var notes: [PricingNote] = []
        let publication = try TariffPublication(
          tariffFile: value, validFrom: nil, validTo: nil, assignments: targets, notes: &notes)
        return (publication, notes)
      }
    }
    let (publication, notes) = try publish([.site("depot")])
    #expect(publication.tariffJSON == Array(text.utf8))
    #expect(notes.contains { $0.code == .unknownKey && $0.message.hasPrefix("$.x") })
    #expect(throws: JSONPathError.self) { try publish([]) }
    #expect(throws: JSONPathError.self) { try publish([.site("depot"), .site("depot")]) }
  }

  @Test("A validity that misses the tariff's own is refused")
  func neverValid() throws {
    let json = """
      {"tariff": {"id": "T", "currency": "EUR", "elements": [\(element("TIME 1/1"))],
                  "end_date_time": "2024-01-01T00:00:00Z"},
       "valid_from": "2024-02-01T00:00:00Z", "assignments": [{"site": "depot"}]}
      """
    #expect(throws: JSONPathError.self) {
      try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
        try TariffPublication(json: value)
      }
    }
  }
}

private func publication(
  _ id: String, _ target: TariffTarget, valid from: String? = nil, _ to: String? = nil
) throws -> TariffPublication {
  var tariff = try tariff(element("TIME 1/1"))
  tariff.id = id
  return TariffPublication(
    tariff: tariff, tariffJSON: [], validFrom: from.map(instant), validTo: to.map(instant),
    assignments: [target])
}

extension TariffCatalog {
  fileprivate mutating func add(
    _ id: String, _ target: TariffTarget, published: String, valid from: String? = nil,
    _ to: String? = nil
  ) throws {
    add(
      try publication(id, target, valid: from, to), publishedAt: instant(published), position: 1)
  }
}
