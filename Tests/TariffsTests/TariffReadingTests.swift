import JSON
import Quantities
import Testing

@testable import Tariffs

@Suite("Reading a tariff")
struct TariffReadingTests {
  @Test("Every field of OCPI 2.2.1 is read")
  func everything() throws {
    let (tariff, notes) = try readTariff(Self.full)
    #expect(notes.isEmpty)
    #expect(tariff.countryCode == "DE" && tariff.partyID == "WLE" && tariff.id == "full")
    #expect(tariff.type == .adHocPayment && tariff.currency == euro)
    #expect(tariff.altTexts == [DisplayText(language: "en", text: "2.50 to start")])
    #expect(tariff.altURL == "https://example.org/tariff")
    #expect(tariff.minPrice == PriceLimit(exclVAT: UnitPrice(millionths: 500_000)))
    #expect(tariff.maxPrice?.inclVAT == UnitPrice(millionths: 11_000_000))
    #expect(tariff.validFrom == instant("2024-01-01T00:00:00Z"))
    #expect(tariff.validTo == instant("2025-01-01T00:00:00Z"))
    let restrictions = tariff.elements[0].restrictions
    #expect(restrictions.startTime == TimeOfDay(minutesSinceMidnight: 1350))
    #expect(restrictions.endTime == TimeOfDay(minutesSinceMidnight: 360))
    #expect(restrictions.startDate == CivilDate("2024-02-29"))
    #expect(restrictions.endDate == CivilDate("2024-12-31"))
    #expect(restrictions.minEnergy == Energy(milliwattHours: 1_000_001))
    #expect(restrictions.maxEnergy == Energy(milliwattHours: 50_000_000))
    #expect(restrictions.minCurrent == Current(milliamperes: 5500))
    #expect(restrictions.maxCurrent == Current(milliamperes: 32_000))
    #expect(restrictions.minPower == Power(milliwatts: 3_700_000))
    #expect(restrictions.maxPower == Power(milliwatts: 22_000_000))
    #expect(restrictions.minDurationSeconds == 60 && restrictions.maxDurationSeconds == 3600)
    #expect(restrictions.daysOfWeek == [.monday, .sunday])
    #expect(restrictions.reservation == .expires)
    let component = tariff.elements[0].priceComponents[0]
    #expect(component.price.millionths == 250_001)
    #expect(component.vat?.tenThousandthsOfPercent == 190_001)
    #expect(component.stepSize == 300)
  }

  /// `at` is the place that the error names; `text` replaces the price component.
  @Test(
    "A bad price component is refused with its path",
    arguments: [
      ("price", #"{"type": "TIME", "price": "2.00", "step_size": 1}"#, "found a string"),
      ("price", #"{"type": "TIME", "price": {"a": 1}, "step_size": 1}"#, "found an object"),
      ("price", #"{"type": "TIME", "price": 0.1234567, "step_size": 1}"#, "6 decimals"),
      ("price", #"{"type": "TIME", "price": 1e400, "step_size": 1}"#, "too large"),
      ("vat", #"{"type": "TIME", "price": 1, "vat": 7.12345, "step_size": 1}"#, "4 decimals"),
      ("vat", #"{"type": "TIME", "price": 1, "vat": -1, "step_size": 1}"#, "too small"),
      ("vat", #"{"type": "TIME", "price": 1, "vat": 101, "step_size": 1}"#, "too large"),
      ("step_size", #"{"type": "TIME", "price": 1, "step_size": -1}"#, "too small"),
      ("step_size", #"{"type": "TIME", "price": 1, "step_size": 1.5}"#, "not a whole number"),
      ("type", #"{"type": "MINUTES", "price": 1, "step_size": 1}"#, "expected one of ENERGY"),
    ])
  func badComponent(at key: String, text: String, problem: String) throws {
    let json = Self.minimal(element: #"{"price_components": [\#(text)]}"#)
    let error = try #require(Self.error(reading: json))
    #expect(error.path == "$.elements[0].price_components[0].\(key)")
    #expect(error.problem.contains(problem))
  }

  @Test(
    "A component without type, price or step is refused",
    arguments: [
      ("type", #"{"price": 1, "step_size": 1}"#), ("price", #"{"type": "TIME", "step_size": 1}"#),
      ("step_size", #"{"type": "TIME", "price": 1}"#),
      ("price", #"{"type": "TIME", "price": null, "step_size": 1}"#),
    ])
  func missingValue(key: String, text: String) throws {
    let json = Self.minimal(element: #"{"price_components": [\#(text)]}"#)
    let error = try #require(Self.error(reading: json))
    #expect(error.path == "$.elements[0].price_components[0]")
    #expect(error.problem.contains("`\(key)` is missing"))
  }

  @Test(
    "A bad restriction is refused with its path",
    arguments: [
      ("start_time", #""24:00""#), ("start_time", #""9:00""#), ("end_time", #""12:60""#),
      ("end_time", #"1200"#), ("start_date", #""2023-02-29""#), ("end_date", #""2023-1-01""#),
      ("min_kwh", #""5""#), ("min_kwh", "-1"), ("max_kwh", "0.1234567"), ("min_power", "true"),
      ("max_current", "1.0001"), ("min_duration", "1.5"), ("day_of_week[0]", #"["MOONDAY"]"#),
      ("day_of_week", #""MONDAY""#), ("reservation", #""NEVER""#),
    ])
  func badRestriction(at place: String, value: String) throws {
    let key = place.split(separator: "[")[0]
    let json = Self.minimal(element: element("TIME 1/1", when: #""\#(key)": \#(value)"#))
    let error = try #require(Self.error(reading: json))
    #expect(error.path == "$.elements[0].restrictions.\(place)")
  }

  @Test("A tariff needs elements, an element needs components")
  func nothingInside() throws {
    let noElements = try #require(Self.error(reading: Self.minimal(element: "")))
    #expect(noElements.path == "$.elements")
    let noComponents = try #require(
      Self.error(reading: Self.minimal(element: #"{"price_components": []}"#)))
    #expect(noComponents.path == "$.elements[0].price_components")
    let missing = try #require(Self.error(reading: #"{"id": "x", "currency": "EUR"}"#))
    #expect(missing.problem.contains("`elements` is missing"))
  }

  @Test(
    "A bad head is refused with its path",
    arguments: [
      ("currency", #""currency": "EURO""#), ("type", #""type": "CHEAP""#),
      ("min_price", #""min_price": 5"#), ("max_price.excl_vat", #""max_price": {"excl_vat": "1"}"#),
      ("start_date_time", #""start_date_time": "tomorrow""#),
      ("tax_included", #""tax_included": "YES""#),
      (
        "end_date_time",
        #""start_date_time": "2024-01-02T00:00:00Z", "end_date_time": "2024-01-01T00:00:00Z""#
      ),
    ])
  func badHead(at path: String, member: String) throws {
    let currency = path == "currency" ? "" : #""currency": "EUR","#
    let json = #"{"id": "x", \#(currency) \#(member), "elements": [\#(element("TIME 1/1"))]}"#
    #expect(Self.error(reading: json)?.path == "$.\(path)")
  }

  @Test("Keys that are not known are named, wherever they stand")
  func unknownKeys() throws {
    let component = #"{"type": "TIME", "price": 1, "step_size": 1, "Vat": 19}"#
    let text = Self.minimal(
      element:
        #"{"price_components": [\#(component)], "restriction": {}, "restrictions": {"dayOfWeek": []}}"#
    )
    let paths = try readTariff(text).notes.filter { $0.code == .unknownKey }.map(\.message)
    #expect(
      paths.map { $0.split(separator: ": ")[0] } == [
        "$.elements[0].restrictions.dayOfWeek", "$.elements[0].price_components[0].Vat",
        "$.elements[0].restriction",
      ])
  }

  @Test("What can never apply is noted, and what no price needs may be missing")
  func ineffective() throws {
    let notes = try readTariff(
      Self.minimal(
        element: element(
          "TIME 1/1", "TIME 2/1", "ENERGY 1/1",
          when: #""min_kwh": 5, "max_kwh": 5, "reservation": "RESERVATION""#))
    ).notes
    #expect(notes.filter { $0.code == .ineffective }.count == 3)
    #expect(notes.filter { $0.code == .missingValue }.count == 3)
  }

  @Test("A time without an offset is UTC, as OCPI has it")
  func timeWithoutOffset() throws {
    let json = """
      {"id": "x", "currency": "EUR", "start_date_time": "2024-01-01T12:00:00",
       "elements": [\(element("TIME 1/1"))]}
      """
    #expect(try readTariff(json).tariff.validFrom == instant("2024-01-01T12:00:00Z"))
  }

  private static func minimal(element: String) -> String {
    #"{"id": "x", "currency": "EUR", "elements": [\#(element)]}"#
  }

  private static func error(reading json: String) -> JSONPathError? {
    do {
      _ = try readTariff(json)
      return nil
    } catch {
      return error as? JSONPathError
    }
  }

  private static let full = """
    {"country_code": "DE", "party_id": "WLE", "id": "full", "currency": "EUR",
     "type": "AD_HOC_PAYMENT", "tariff_alt_url": "https://example.org/tariff",
     "tariff_alt_text": [{"language": "en", "text": "2.50 to start"}],
     "min_price": {"excl_vat": 0.5}, "max_price": {"excl_vat": 10, "incl_vat": 11.00},
     "start_date_time": "2024-01-01T00:00:00Z", "end_date_time": "2025-01-01T00:00:00Z",
     "energy_mix": {"is_green_energy": true}, "last_updated": "2024-01-01T00:00:00Z",
     "elements": [{
       "price_components": [{"type": "TIME", "price": 0.250001, "vat": 19.0001, "step_size": 300}],
       "restrictions": {
         "start_time": "22:30", "end_time": "06:00", "start_date": "2024-02-29",
         "end_date": "2024-12-31", "min_kwh": 1.000001, "max_kwh": 50, "min_current": 5.5,
         "max_current": 32, "min_power": 3.7, "max_power": 22, "min_duration": 60,
         "max_duration": 3600, "day_of_week": ["MONDAY", "SUNDAY"],
         "reservation": "RESERVATION_EXPIRES"}}]}
    """
}
