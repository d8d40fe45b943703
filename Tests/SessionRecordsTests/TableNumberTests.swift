import Quantities
import Testing

@testable import SessionRecords

@Suite("Numbers and durations in tables")
struct TableNumberTests {
  @Test("x") func x() { #expect(TableNumberStyle().number(in: "1.5")?.number.exponent == -1) }
}
