import ChargerEvents
import OCPP
import Quantities
import TestSupport
import Testing

@Suite("The order of samples in a message")
struct SampleOrderTests {
  private static let samples = [
    #"{"value":"10"}"#, #"{"value":"25"}"#, #"{"value":"7","context":"Transaction.Begin"}"#,
    #"{"value":"11","location":"Inlet"}"#, #"{"value":"4","phase":"L1"}"#,
    #"{"value":"5","phase":"L2"}"#, #"{"value":"6","phase":"L3"}"#,
    #"{"value":"3000","measurand":"Power.Active.Import","phase":"L1"}"#,
    #"{"value":"2000","measurand":"Power.Active.Import","phase":"L2"}"#,
    #"{"value":"0","measurand":"Current.Import","phase":"L3"}"#,
    #"{"value":"8","measurand":"Current.Import","phase":"L1"}"#,
    #"{"value":"50","measurand":"SoC"}"#, #"{"value":"51","measurand":"SoC"}"#,
    #"{"value":"0.020","unit":"kWh","context":"Transaction.End"}"#, #"{"value":"x"}"#,
  ]

  @Test("says nothing", arguments: 1...100)
  func permutations(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var station = Station()
    func readings(_ samples: [String]) -> Set<MeterReading> {
      Set(station.readings(meterValues16(samples.joined(separator: ","))))
    }
    let chosen = Self.samples.filter { _ in Int.random(in: 0..<5, using: &random) > 0 }
    let expected = readings(chosen)
    #expect(readings(chosen.shuffled(using: &random)) == expected, "seed \(seed)")
  }
}
