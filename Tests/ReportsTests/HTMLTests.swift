import Foundation
import Replay
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML parser finds in a page.
private final class PageReader: NSObject, XMLParserDelegate {
  private(set) var elements: [String: Int] = [:]
  private(set) var ids: [String] = []
  private(set) var references: [String] = []
  private(set) var urls: [String] = []
  private(set) var text = ""
  private(set) var isWellFormed = false

  init(_ page: String) {
    super.init()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.append(id) }
    references += (attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
    urls += ["src", "href", "data", "action"].compactMap { attributes[$0] }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

@Suite("The HTML page")
struct HTMLTests {
  /// Names that try to become markup, script, style, another row, or a break in the text.
  static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE sessions; --",
    "]]><b>&amp;</b>", "</style><style>*{display:none}", "a\u{0}b\u{1B}[2Jc\u{FFFE}",
    "x\u{202E}gnp.exe", "line\r\nbreak,\"quoted\"", "</title><h1>",
  ]

  private func hostileResult() -> BacktestResult {
    ControlFleet(
      sessions: 60, sites: Self.hostile,
      inForce: ControlTariff(id: Self.hostile[0], energy: 390_000),
      candidates: Self.hostile.map { ControlTariff(id: $0, energy: 430_000) }
    ).result(BacktestRange(from: .localDate("<i>"), sites: Self.hostile, stations: Self.hostile))
  }

  @Test("The page is well-formed and asks for nothing outside itself", arguments: 0..<6)
  func wellFormed(index: Int) {
    let page = BacktestReport(BacktestReportTests.controls[index].result).html
    let reader = PageReader(page)
    #expect(reader.isWellFormed)
    #expect(reader.urls.isEmpty)
    #expect(reader.elements["script"] == nil)
    #expect(reader.elements["link"] == nil)
    #expect(!page.contains("url("))
    #expect(!page.contains("@import"))
  }

  @Test("Ids are unique and every drawing has a title and a description", arguments: 0..<6)
  func accessible(index: Int) {
    let reader = PageReader(BacktestReport(BacktestReportTests.controls[index].result).html)
    #expect(Set(reader.ids).count == reader.ids.count)
    #expect(Set(reader.references).subtracting(reader.ids).isEmpty)
    let drawings = reader.elements["svg"] ?? 0
    #expect(reader.elements["desc"] ?? 0 == drawings)
    #expect(drawings == 0 || reader.references.count >= 2 * drawings)
  }

  @Test("Hostile names stay text")
  func hostileNames() {
    let page = BacktestReport(hostileResult()).html
    let reader = PageReader(page)
    #expect(reader.isWellFormed)
    for element in ["script", "img", "b", "i"] { #expect(reader.elements[element] == nil) }
    #expect(reader.elements["style"] == 1)
    #expect(reader.elements["h1"] == 1)
    #expect(reader.text.contains("<script>alert(1)</script>"))
    #expect(!page.contains("\u{202E}"))
    #expect(!page.contains("\u{1B}"))
  }

  @Test("Hostile names drive no terminal and break no line of CSV or JSON")
  func hostileNamesElsewhere() {
    let report = BacktestReport(hostileResult())
    let controls = report.summary.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
    #expect(controls.isEmpty)
    #expect(!report.summary.contains("\u{202E}"))
    #expect(report.csv.contains("\"line\r\nbreak,\"\"quoted\"\"\""))
    #expect(throws: Never.self) {
      try JSONSerialization.jsonObject(with: Data(report.json.utf8))
    }
  }

  @Test("Escaping leaves ordinary text alone and removes what XML cannot hold")
  func escaping() {
    #expect(
      Markup.escaped("Ärger & <Co> \"x\" 'y'") == "Ärger &amp; &lt;Co&gt; &quot;x&quot; &#39;y&#39;"
    )
    #expect(Markup.escaped("a\u{0}b\u{7F}c\u{2069}d") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d")
    #expect(Markup.escaped("tab\tline\n") == "tab\tline\n")
  }

  @Test("Coordinates have one decimal at most")
  func coordinates() {
    #expect(Chart.number(12) == "12")
    #expect(Chart.number(12.34) == "12.3")
    #expect(Chart.number(-0.06) == "-0.1")
    #expect(Chart.number(-0.04) == "0")
  }

  @Test(
    "An axis covers its values with round ticks",
    arguments: [
      (0, 0, [0, 1]), (0, 7, [0, 2, 4, 6, 8]), (-3, 9, [-5, 0, 5, 10]),
      (-210, 0, [-300, -200, -100, 0]), (12, 12, [12, 13]),
    ] as [(Int64, Int64, [Int64])])
  func axis(low: Int64, high: Int64, ticks: [Int64]) {
    #expect(ValueAxis(from: low, to: high).ticks == ticks)
  }

  @Test("An axis over the whole range of integers does not trap")
  func greatestAxis() {
    let axis = ValueAxis(from: .min, to: .max)
    #expect(axis.fraction(0) > 0.4 && axis.fraction(0) < 0.6)
    #expect(axis.fraction(.max) == 1)
  }
}
