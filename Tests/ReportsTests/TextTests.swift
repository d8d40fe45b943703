import Quantities
import Replay
import Testing

@testable import Reports

@Suite("Tables, CSV and numbers")
struct TextTests {
  @Test("Columns are aligned, numbers to the right, and lines have no trailing spaces")
  func table() {
    var table = Table([.left("site"), .right("sessions"), .left("note")])
    table.append(["Hafen", "1 204", "main"])
    table.append(["Bahnhof", "7"])
    #expect(
      table.text == """
        site     sessions  note
        ───────  ────────  ────
        Hafen       1 204  main
        Bahnhof         7

        """)
  }

  @Test("Wide characters take two columns, and combining marks none")
  func width() {
    #expect(TerminalText.width(of: "充電") == 4)
    #expect(TerminalText.width(of: "e\u{301}") == 1)
    #expect(TerminalText.width(of: "🚗") == 2)
  }

  @Test("A cell cannot drive the terminal")
  func harmless() {
    #expect(TerminalText.harmless("a\u{1B}[31mb\u{9B}c\nd") == "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d")
    #expect(TerminalText.harmless("plain – text") == "plain – text")
  }

  @Test("CSV quotes what RFC 4180 says, and nothing else")
  func csv() {
    var writer = CSVWriter(header: ["a", "b"])
    writer.append(["1,5", "say \"hi\""])
    writer.append(["two\r\nlines", "plain"])
    #expect(writer.text == "a,b\r\n\"1,5\",\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",plain\r\n")
  }

  @Test(
    "A text that a spreadsheet would run has an apostrophe before it, a number has none",
    arguments: [
      ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+CP-1", "'+CP-1"), ("-1+2", "'-1+2"),
      ("--1", "'--1"), ("\t=1", "'\t=1"), ("\r=1", "\"'\r=1\""), ("=A,B", "\"'=A,B\""),
      ("-0.25", "-0.25"), ("-12", "-12"), ("+49123", "'+49123"), ("-", "-"), ("1=2", "1=2"),
      ("", ""),
    ])
  func formulas(value: String, cell: String) {
    var writer = CSVWriter(header: ["a"])
    writer.append([value])
    #expect(writer.text == "a\r\n\(cell)\r\n")
  }

  @Test("A table without room leaves out what is dispensable, and names it")
  func fitting() {
    var table = Table([
      .left("id"), .left("site").dispensable(1), .right("Wh"), .left("tariff").dispensable(2),
    ])
    table.append(["a", "depot", "10", "SUMMER"])
    table.appendRule()
    table.append(["all", "", "10", ""])
    // All of it takes 22 columns.
    #expect(table.text(fitting: 22) == table.text && table.text(fitting: nil) == table.text)
    #expect(
      table.text(fitting: 21) == """
        id   site   Wh
        ───  ─────  ──
        a    depot  10
        ───  ─────  ──
        all         10
        No room for: tariff

        """)
    #expect(table.text(fitting: 13).hasPrefix("id   Wh\n") && !table.text(fitting: 1).isEmpty)
    #expect(table.text(fitting: 13).hasSuffix("No room for:\nsite, tariff\n"))
  }

  @Test(
    "Digits stand in groups of three",
    arguments: [
      ("0", "0"), ("999", "999"), ("1000", "1 000"), ("-1234567.50", "-1 234 567.50"),
      ("100000.001", "100 000.001"),
    ])
  func grouping(number: String, text: String) {
    #expect(NumberStyle.terminal.grouped(number) == text)
  }

  @Test("A change has its sign, and no change has none")
  func signs() {
    let style = NumberStyle.page
    #expect(style.change(minorUnits: 25, .euro) == "+0.25")
    #expect(style.change(minorUnits: -123_456, .euro) == "\u{2212}1\u{202F}234.56")
    #expect(style.change(minorUnits: 0, .euro) == "0.00")
    #expect(style.change(minorUnits: -5, .yen) == "\u{2212}5")
    #expect(style.change(minorUnits: 5, .dinar) == "+0.005")
    #expect(style.changePercent(Percentage(count: 1, of: 8)) == "+12.50\u{202F}%")
    #expect(style.percent(nil) == "–")
  }

  @Test("Ticks on an axis of whole units have no decimals")
  func ticks() {
    #expect(NumberStyle.terminal.tick(minorUnits: 2000, step: 500, .euro) == "20")
    #expect(NumberStyle.terminal.tick(minorUnits: 250, step: 50, .euro) == "2.50")
    #expect(NumberStyle.terminal.tick(minorUnits: 2000, step: 500, .yen) == "2 000")
  }
}

@Suite("The progress line")
struct ProgressLineTests {
  private let line = ProgressLine(activity: "Importing", unit: "events")

  @Test("It says how far, how fast and how long still")
  func whole() {
    let text = line.text(
      done: 42_000, total: 100_000, count: 3_410_400, elapsedMilliseconds: 4_200, columns: 80)
    #expect(text == "Importing  42 %  3 410 400 events  812 000/s  6 s left")
  }

  @Test("Without a total it says what it knows")
  func pipe() {
    let text = line.text(
      done: 42_000, total: nil, count: 100, elapsedMilliseconds: 3_000, columns: 80)
    #expect(text == "Importing  100 events  33/s")
  }

  @Test("Parts that do not fit are left out from the end")
  func narrow() {
    func text(_ columns: Int) -> String {
      line.text(done: 1, total: 4, count: 5000, elapsedMilliseconds: 1000, columns: columns)
    }
    #expect(text(45) == "Importing  25 %  5 000 events  5 000/s")
    #expect(text(30) == "Importing  25 %  5 000 events")
    #expect(text(1) == "Importing")
  }

  @Test("It never says 100 % before the end, and nothing of the time left at the start")
  func ends() {
    func text(_ done: Int64, _ total: Int64, _ milliseconds: Int64) -> String {
      line.text(
        done: done, total: total, count: 0, elapsedMilliseconds: milliseconds, columns: 80)
    }
    #expect(text(999, 1000, 10_000) == "Importing  99 %  0 events  1 s left")
    #expect(text(1000, 1000, 10_000) == "Importing  100 %  0 events")
    #expect(text(0, 1000, 0) == "Importing  0 %  0 events")
    #expect(text(0, 0, 0) == "Importing  100 %  0 events")
    #expect(text(1, .max, .max).hasSuffix(" left"))
  }

  @Test(
    "Durations are as short as they can be read",
    arguments: [(8, "8 s"), (125, "2 min 05 s"), (12_000, "3 h 20 min")] as [(Int64, String)])
  func durations(seconds: Int64, text: String) {
    #expect(ProgressLine.duration(seconds: seconds) == text)
  }
}
