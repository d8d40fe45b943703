import JSON
import Tariffs

/// The tariffs of the benchmarks. They are part of the input, so they never change.
enum BenchmarkTariffs {
  struct Source {
    var json: [UInt8]
    var tariff: Tariff

    /// The texts below are constants, and every run of the benchmarks reads them.
    fileprivate init(_ text: String) {
      json = Array(text.utf8)
      do {
        tariff = try JSONParser().withParsed(utf8: text.utf8) { try Tariff(json: $0) }
      } catch {
        preconditionFailure("a tariff of the benchmarks is broken: \(error)")
      }
    }
  }

  /// Energy, and parking by the hour.
  static let inForce = Source(
    """
    {"country_code":"DE","party_id":"WAT","id":"FLAT","currency":"EUR","elements":[
      {"price_components":[
        {"type":"ENERGY","price":0.49,"vat":19.0,"step_size":1},
        {"type":"PARKING_TIME","price":1.20,"vat":19.0,"step_size":1}]}],
    "last_updated":"2025-01-01T00:00:00Z"}
    """)

  /// By time of day and day of week, with parking after four hours by day and a least price.
  static let byTimeOfDay = Source(
    """
    {"country_code":"DE","party_id":"WAT","id":"BY-TIME","currency":"EUR",
    "min_price":{"excl_vat":0.5,"incl_vat":0.595},"elements":[
      {"price_components":[{"type":"ENERGY","price":0.39,"vat":19.0,"step_size":1}],
       "restrictions":{"start_time":"22:00","end_time":"06:00"}},
      {"price_components":[{"type":"ENERGY","price":0.39,"vat":19.0,"step_size":1}],
       "restrictions":{"day_of_week":["SATURDAY","SUNDAY"]}},
      {"price_components":[{"type":"ENERGY","price":0.54,"vat":19.0,"step_size":1}]},
      {"price_components":[{"type":"PARKING_TIME","price":3.0,"vat":19.0,"step_size":60}],
       "restrictions":{"start_time":"06:00","end_time":"22:00","min_duration":14400}}],
    "last_updated":"2025-01-01T00:00:00Z"}
    """)

  /// By energy and power, with a fee for each session.
  static let byEnergy = Source(
    """
    {"country_code":"DE","party_id":"WAT","id":"BY-ENERGY","currency":"EUR","elements":[
      {"price_components":[
        {"type":"ENERGY","price":0.45,"vat":19.0,"step_size":1},
        {"type":"FLAT","price":0.35,"vat":19.0,"step_size":1}],
       "restrictions":{"max_kwh":20}},
      {"price_components":[{"type":"ENERGY","price":0.55,"vat":19.0,"step_size":1}],
       "restrictions":{"min_power":22}},
      {"price_components":[{"type":"ENERGY","price":0.50,"vat":19.0,"step_size":1}]}],
    "last_updated":"2025-01-01T00:00:00Z"}
    """)
}
