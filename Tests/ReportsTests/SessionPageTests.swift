import ChargerEvents
import Projections
import Quantities
import Sessions
import TestSupport
import Testing

@testable import Reports

@Suite("The page of a session")
struct SessionPageTests {
  private func page(_ control: ControlSession, _ style: TerminalStyle) throws -> String {
    SessionPage(try control.detail(), style).text
  }

  @Test(
    "shows identity, times, energy, cost, curve, states and findings in any width",
    arguments: [60, 80, 120, 200])
  func widths(columns: Int) throws {
    try Golden.expect(
      page(.usual, TerminalStyle(columns: columns)), equals: "session-\(columns).txt")
  }

  @Test("is drawn with plain characters where the terminal has no others")
  func ascii() throws {
    try Golden.expect(
      page(.usual, TerminalStyle(isUnicode: false)), equals: "session-ascii.txt")
  }

  @Test("shows power that the vehicle gives back below zero")
  func vehicleToGrid() throws {
    try Golden.expect(page(.vehicleToGrid, TerminalStyle()), equals: "session-v2g.txt")
  }

  @Test("keeps the drop-out and the single peak of five thousand readings")
  func long() throws {
    try Golden.expect(page(.long, TerminalStyle(columns: 100)), equals: "session-long.txt")
  }

  @Test("of an open session without a site tells what is known so far, in UTC")
  func open() throws {
    try Golden.expect(page(.open, TerminalStyle()), equals: "session-open.txt")
  }

  @Test("of a session with one reading, or none, says so")
  func few() throws {
    var control = ControlSession(minutes: 30)
    #expect(try page(control, TerminalStyle()).contains("no reading tells the power"))
    control.read(afterSeconds: 60, wattHours: 100, watts: 6_000)
    let one = try page(control, TerminalStyle())
    #expect(one.contains("1 reading") && one.contains("0.100 kWh"))
    var moment = ControlSession(minutes: 0)
    moment.read(afterSeconds: 0, wattHours: 5, watts: 6_000)
    #expect(try page(moment, TerminalStyle()).contains("no time passed"))
  }

  @Test("has colours only where they are wanted, and they change nothing else")
  func colours() throws {
    let plain = try page(.usual, TerminalStyle())
    let coloured = try page(.usual, TerminalStyle(hasColour: true))
    #expect(!plain.contains("\u{1B}") && coloured.contains("\u{1B}[32m"))
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "").replacing(/\ +\n/, with: "\n") == plain)
  }

  @Test("fits its lines into the terminal, in ASCII too", arguments: 1...60 as ClosedRange<UInt64>)
  func fits(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let control = Self.random(using: &random)
    let columns = Int.random(in: 44...200, using: &random)
    let text = try page(control, TerminalStyle(columns: columns))
    let ascii = try page(control, TerminalStyle(columns: columns, isUnicode: false))
    #expect(ascii.utf8.allSatisfy { $0 < 0x80 })
    for (line, plain) in zip(text.split(separator: "\n"), ascii.split(separator: "\n")) {
      #expect(TerminalText.width(of: String(line)) <= columns, "\(line)")
      #expect(plain.count <= columns, "\(plain)")
    }
  }

  @Test("cannot be made to drive the terminal by what a station sends")
  func harmless() throws {
    var control = ControlSession.usual
    control.session.transactionID = "\u{1B}[2J\u{7}evil"
    control.session.token = "\u{202E}gnat"
    control.session.stopReason = "a\nb"
    let text = try page(control, TerminalStyle())
    #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" || $0 == "\u{7}" })
    #expect(text.contains("a\u{FFFD}b"))
  }

  private static func random(using random: inout SplitMix64) -> ControlSession {
    let isOpen = Int.random(in: 0...4, using: &random) == 0
    let minutes = Int64(1) << Int64.random(in: 0...13, using: &random)
    var control = ControlSession(minutes: isOpen ? nil : minutes)
    let scale = Int64(1) << Int64.random(in: 0...20, using: &random)
    var energy: Int64 = 0
    for index in 0..<Int64.random(in: 0...80, using: &random) {
      energy += Int64.random(in: 0...500, using: &random)
      let watts: Int64? =
        Bool.random(using: &random) ? Int64.random(in: -scale...4 * scale, using: &random) : nil
      control.read(afterSeconds: index * minutes * 3 / 4, wattHours: energy, watts: watts)
    }
    for index in 0..<Int64.random(in: 0...40, using: &random) {
      control.add(
        ChargingState.allCases.randomElement(using: &random) ?? .idle,
        afterMinutes: index * minutes / 40)
    }
    for code in FindingCode.allCases where Int.random(in: 0...5, using: &random) == 0 {
      control.session.findings.append(
        Finding(code: code, positions: Array(repeating: UInt64.max, count: 9)))
    }
    return control
  }
}
