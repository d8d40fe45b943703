import Testing

@testable import Tariffs

/// mod_tariffs, examples 15 to 18.
@Suite("Reservations")
struct ReservationTests {
  private let start = "2024-01-15T09:00:00Z"

  @Test("15 minutes of reservation at 5.00, then 20 kWh: 6.75 and 7.60")
  func reservationTime() throws {
    let prices = try tariff(
      element("TIME 5/60 +20", when: #""reservation": "RESERVATION""#), Self.session)
    let session = usage(start, .reserve(minutes: 15), .charge(minutes: 60, wh: 20_000))
    #expect(try total(prices, session) == "6.75/7.6")
  }

  @Test("The reservation's fee and the session's fee are both due: 8.75 and 10.00")
  func twoFees() throws {
    let prices = try tariff(
      element("FLAT 2/1 +20", "TIME 5/300 +20", when: #""reservation": "RESERVATION""#),
      Self.session)
    let session = usage(start, .reserve(minutes: 13), .charge(minutes: 60, wh: 20_000))
    #expect(try total(prices, session) == "8.75/10")
  }

  @Test("A reservation that is used pays 30 minutes for 22: 6.50 and 7.30")
  func used() throws {
    let session = usage(start, .reserve(minutes: 22), .charge(minutes: 60, wh: 20_000))
    #expect(try total(Self.expiryFee(), session) == "6.5/7.3")
  }

  @Test("One that expires pays its time and the expiry fee, not the session's: 6.00 and 7.20")
  func expired() throws {
    #expect(
      try total(Self.expiryFee(), usage(start, .reserve(minutes: 60), expired: true)) == "6/7.2")
  }

  @Test("Where both have a price for time, the expired one counts: 9.00, and 7.00 if it was used")
  func expiryTime() throws {
    let prices = try tariff(
      element("TIME 3/600 +20", when: #""reservation": "RESERVATION""#),
      element("TIME 6/600 +20", when: #""reservation": "RESERVATION_EXPIRES""#), Self.session)
    #expect(try total(prices, usage(start, .reserve(minutes: 90), expired: true)) == "9/10.8")
    let session = usage(start, .reserve(minutes: 22), .charge(minutes: 60, wh: 20_000))
    #expect(try total(prices, session) == "7/7.9")
  }

  @Test("Session prices are not for reservations, and the other way round")
  func separate() throws {
    let prices = try tariff(
      element("TIME 5/60", when: #""reservation": "RESERVATION""#), element("TIME 2/60"))
    let session = usage(start, .reserve(minutes: 60), .charge(minutes: 60))
    #expect(try total(prices, session) == "7/7")
  }

  @Test("Durations count from the end of the reservation")
  func durations() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""max_duration": 1800"#), element("TIME 4/1"))
    let session = usage(start, .reserve(minutes: 60), .charge(minutes: 60))
    #expect(try total(prices, session) == "2.5/2.5")
  }

  @Test("In a reservation's own prices durations count from the booking")
  func durationsOfReservation() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""reservation": "RESERVATION", "min_duration": 1800"#))
    let session = usage(start, .reserve(minutes: 60), .charge(minutes: 60))
    #expect(try total(prices, session) == "0.5/0.5")
  }

  @Test("Of two fees the one for expiry is due, once")
  func expiryFeeFirst() throws {
    let prices = try tariff(
      element("FLAT 1/1", when: #""reservation": "RESERVATION""#),
      element("FLAT 5/1", when: #""reservation": "RESERVATION_EXPIRES""#))
    #expect(try total(prices, usage(start, .reserve(minutes: 60), expired: true)) == "5/5")
  }

  @Test("A minimum price is for sessions, not for a reservation that expired")
  func minimum() throws {
    let prices = try tariff(
      element("TIME 1/1", when: #""reservation": "RESERVATION""#), Self.session,
      more: #""min_price": {"excl_vat": 10},"#)
    #expect(try total(prices, usage(start, .reserve(minutes: 60), expired: true)) == "1/1")
  }

  private static let session = element("FLAT 0.50/1 +20", "ENERGY 0.25/1 +10")

  private static func expiryFee() throws -> Tariff {
    try tariff(
      element("FLAT 4/1 +20", when: #""reservation": "RESERVATION_EXPIRES""#),
      element("TIME 2/600 +20", when: #""reservation": "RESERVATION""#), session)
  }
}
