import JSON
import Quantities
import Sites
import Tariffs
import Testing

@testable import Formats

@Suite struct PublishedFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static func zone(_ name: String) throws(TimeZoneTableError) -> TimeZoneTable {
    guard name == "Europe/Berlin" else { throw .unknownZone(name, similar: []) }
    return try TimeZoneTable(
      name: name, tzdataVersion: "test", offsetBeforeFirst: 3600, transitions: [])
  }

  private func site(_ text: String) throws -> SiteFact {
    try SiteFile.read(path: try directory.write("site.yaml", text), zone: Self.zone)
  }

  /// The problems of a file as `line path: text`, without the file's name.
  private func problems(_ read: () throws -> Void) throws -> [String] {
    let error = #expect(throws: PublishedFileError.self) { try read() }
    return try #require(error).problems.map { problem in
      "\(problem.line.map(String.init) ?? "-") \(problem.path): \(problem.text)"
    }
  }

  @Test("a site file in YAML becomes the fact to append")
  func site() throws {
    let fact = try site(
      """
      # A comment
      id: depot-north
      time_zone: Europe/Berlin
      country: NO
      capacity_kw: 110.5
      effective_from: 2025-10-01
      stations:
        - id: "0815"
          connectors:
            - {evse: 1, connector: 1, max_power_kw: 22}
        - id: CH-002
      """)
    #expect(fact.site.id == "depot-north" && fact.site.country == "NO")
    #expect(fact.site.capacity?.milliwatts == 110_500_000)
    #expect(fact.site.stations.map(\.id) == ["0815", "CH-002"])
    #expect(fact.site.stations[0].connectors.first?.maxPower?.milliwatts == 22_000_000)
    #expect(fact.effectiveFrom == Instant(rfc3339: "2025-09-30T23:00:00Z"))
  }

  @Test("a site file may be JSON")
  func siteAsJSON() throws {
    let fact = try site(#"{"id":"a","time_zone":"Europe/Berlin","stations":[{"id":"CS"}]}"#)
    #expect(fact.site.stations.map(\.id) == ["CS"])
  }

  @Test("each mistake in a site file is told with its line and place")
  func siteMistakes() throws {
    let found = try problems {
      _ = try site(
        """
        id: a
        time_zone: Europe/Berlin
        colour: red
        stations:
          - id: CS-1
          - name: no id
          - id: 17
        """)
    }
    #expect(found.count == 3)
    #expect(found[0].hasPrefix("3 colour: unknown key"))
    #expect(found[1].hasPrefix("6 stations[1]: the key `id` is missing"))
    #expect(found[2].hasPrefix("7 stations[2].id: expected a string"))
  }

  @Test("a station named twice and a zone that does not exist are told with their lines")
  func siteContradictions() throws {
    let twice = try problems {
      _ = try site(
        "id: a\ntime_zone: Europe/Berlin\nstations:\n  - id: X\n  - id: Y\n  - id: X\n")
    }
    #expect(twice.count == 1 && twice[0].hasPrefix("6 stations[2].id: "))
    let zone = try problems { _ = try site("id: a\n\ntime_zone: Europe/Berlim\n") }
    #expect(zone.count == 1 && zone[0].hasPrefix("3 time_zone: there is no time zone"))
  }

  @Test(
    "what is not YAML is told with its line",
    arguments: [
      ("id: [a\n", "not YAML"), ("a: 1\na: 2\n", "comes twice"), ("? [a]\n: b\n", "a plain word"),
      ("", "the file is empty"), ("id: \"a\n", "not YAML"), ("- a\n- b\n", "expected an object"),
      ("id: *nowhere\n", "not YAML"),
    ])
  func brokenYAML(text: String, message: String) throws {
    let found = try problems { _ = try site(text) }
    #expect(found.contains { $0.contains(message) }, "\(text): \(found)")
  }

  @Test("bytes that are no text, endless aliases and deep nesting are refused, and nothing crashes")
  func hostileYAML() throws {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let aliases = try problems { _ = try site(bomb) }
    #expect(aliases.first?.contains("by its aliases") == true)
    let deep = try problems { _ = try site(String(repeating: "[", count: 100_000)) }
    #expect(deep.count == 1)
    let nested = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
    let tooDeep = try problems { _ = try site(nested) }
    #expect(tooDeep.first?.contains("nested") == true)
    let path = try directory.write("binary.yaml", [0x69, 0x64, 0xFF, 0x00])
    let binary = try problems { _ = try SiteFile.read(path: path) }
    #expect(binary == ["- : the bytes are not UTF-8"])
  }

  @Test("the message names file, line and place")
  func message() throws {
    let path = try directory.write("t.yaml", "group: g\ntokens: [A, 7]\n")
    let error = #expect(throws: PublishedFileError.self) { try TokenFile.read(path: path) }
    #expect(
      error?.description.hasPrefix("\(path):2: tokens[1]: expected a string, found a number")
        == true)
    let missing = #expect(throws: PublishedFileError.self) {
      try TokenFile.read(path: directory.file("missing"))
    }
    #expect(missing?.description.contains("No such file") == true)
  }

  @Test("a token file becomes the fact to append")
  func tokens() throws {
    let path = try directory.write("t.yaml", "group: fleet\nname: Our vans\ntokens: [A1, 'B2']\n")
    let fact = try TokenFile.read(path: path)
    #expect(fact.group == "fleet" && fact.tokens == ["A1", "B2"] && fact.name == "Our vans")
  }

  // MARK: Tariffs

  private let tariff = """
    {"id":"T1","currency":"EUR","last_updated":"2025-01-01T00:00:00Z",
     "elements":[{"price_components":[{"type":"ENERGY","price":0.30,"vat":19,"step_size":1}]}]}
    """

  private func readTariff(_ text: String) throws -> TariffFile {
    try TariffFile.read(path: try directory.write("tariff.json", text))
  }

  @Test("a tariff alone keeps its bytes and says nothing about where it holds")
  func tariffAlone() throws {
    let file = try readTariff("  \(tariff)\n")
    #expect(file.tariff.id == "T1" && file.publication == nil)
    #expect(String(decoding: file.tariffJSON, as: UTF8.self) == tariff)
  }

  @Test("a tariff with validity and assignments is a publication")
  func publication() throws {
    let file = try readTariff(
      """
      {"tariff": \(tariff), "valid_from": "2025-10-01T00:00:00Z",
       "assignments": [{"site": "depot"}, {"token_group": "fleet"}]}
      """)
    #expect(file.publication?.assignments == [.site("depot"), .tokenGroup("fleet")])
    #expect(file.publication?.validFrom == Instant(rfc3339: "2025-10-01T00:00:00Z"))
    #expect(String(decoding: file.tariffJSON, as: UTF8.self) == tariff)
  }

  @Test("a mistake in a tariff file is told with its JSON path, or its line if it is no JSON")
  func tariffMistakes() throws {
    let price = try problems {
      _ = try readTariff(tariff.replacing("0.30", with: "\"cheap\""))
    }
    #expect(price.first?.hasPrefix("- $.elements[0].price_components[0].price: expected") == true)
    let elements = try problems {
      _ = try readTariff(#"{"id":"T","currency":"EUR","elements":[]}"#)
    }
    #expect(elements == ["- $.elements: a tariff needs at least one element"])
    let key = try problems {
      _ = try readTariff("{\"tariff\":\(tariff),\"valid_form\":\"2025-10-01T00:00:00Z\"}")
    }
    #expect(key.first?.hasPrefix("- $.valid_form: unknown key") == true)
    let syntax = try problems { _ = try readTariff("{\"id\":\n\n  nope}") }
    #expect(syntax.first?.hasPrefix("3 : not JSON at byte") == true)
    #expect(try problems { _ = try readTariff("") }.first?.contains("empty") == true)
  }
}
