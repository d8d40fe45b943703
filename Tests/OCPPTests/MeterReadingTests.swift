import ChargerEvents
import OCPP
import Quantities
import Testing

@Suite("Meter readings")
struct MeterReadingTests {
  /// The only reading of a 1.6 frame with `samples`.
  func reading(_ samples: String) throws -> MeterReading {
    var station = Station()
    let readings = station.readings(meterValues16(samples))
    try #require(readings.count == 1)
    return readings[0]
  }

  @Test("a bare value is the register of imported energy in Wh, sampled periodically")
  func defaults() throws {
    let reading = try reading(#"{"value":"1234.5"}"#)
    var expected = MeterReading(at: instant("2025-03-30T01:59:00Z"), context: .periodic)
    expected.importRegister = Energy(milliwattHours: 1_234_500)
    #expect(reading == expected)
  }

  @Test(
    "values are converted exactly",
    arguments: [
      (#""value":"1.234567","unit":"kWh""#, 1_234_567), (#""value":"5","unit":"kwh""#, 5_000_000),
      (#""value":"0.0005""#, 0), (#""value":"0.0015""#, 2), (#""value":7"#, 7000),
      (#""value":1.5,"unitOfMeasure":{"unit":"Wh","multiplier":3}"#, 1_500_000),
      (#""value":1500,"unitOfMeasure":{"unit":"kWh","multiplier":-3}"#, 1_500_000),
      (#""value":3,"unitOfMeasure":{}"#, 3000),
      (#""value":"9","measurand":null,"unit":"""#, 9000),
    ] as [(String, Int64)])
  func units(sample: String, milliwattHours: Int64) throws {
    let reading = try reading("{\(sample)}")
    #expect(reading.importRegister?.milliwattHours == milliwattHours)
    #expect(!reading.hasUnreadableSample)
  }

  @Test(
    "a sample that is no plausible number of a known unit is flagged, not read",
    arguments: [
      #""value":"abc""#, #""value":"1","unit":"varh""#, #""measurand":"SoC","value":"101""#,
      #""value":"1e13""#, #""unit":"Wh""#, #""value":[1]"#, #""value":"1","unit":"W""#,
      #""value":1,"unitOfMeasure":{"multiplier":99999999999}"#,
      #""value":1,"unitOfMeasure":{"multiplier":2147483647}"#,
      #""value":1e2147483647,"unitOfMeasure":{"multiplier":2147483647}"#,
      #""value":"2000000","unit":"kW","measurand":"Power.Active.Import""#,
    ])
  func unreadable(sample: String) throws {
    let reading = try reading("{\(sample)}")
    #expect(reading.hasUnreadableSample)
    #expect(reading.importRegister == nil && reading.power == nil)
    #expect(reading.stateOfChargePercent == nil)
  }

  @Test("every measurand that sessions use is kept apart from the others")
  func measurands() throws {
    let reading = try reading(
      """
      {"value":"1","measurand":"Energy.Active.Import.Register"},
      {"value":"2","measurand":"Energy.Active.Export.Register"},
      {"value":"3","measurand":"Energy.Active.Import.Interval"},
      {"value":"4.5","measurand":"Power.Active.Import","unit":"kW"},
      {"value":"5.25","measurand":"Current.Import"},
      {"value":"66.5","measurand":"SoC","unit":"Percent"},
      {"value":"7","measurand":"Power.Offered"},{"value":"8","measurand":"Voltage"}
      """)
    #expect(reading.importRegister == .wattHours(1))
    #expect(reading.exportRegister == .wattHours(2))
    #expect(reading.importInterval == .wattHours(3))
    #expect(reading.power == Power(milliwatts: 4_500_000))
    #expect(reading.current == Current(milliamperes: 5250))
    #expect(reading.stateOfChargePercent == 66)
    #expect(!reading.isPhaseSum && !reading.isSigned && !reading.hasUnreadableSample)
  }

  @Test("samples of different contexts in one message are different readings")
  func contexts() {
    var station = Station()
    let readings = station.readings(
      meterValues16(
        """
        {"value":"10","context":"Transaction.Begin"},{"value":"25"},
        {"value":"99","context":"Sample.Periodic"},
        {"value":"30","context":"Made.Up"},{"value":"3","measurand":"Power.Active.Import"}
        """))
    #expect(readings.map(\.context) == [.transactionBegin, .periodic, .other])
    #expect(readings.map(\.importRegister) == [.wattHours(10), .wattHours(99), .wattHours(30)])
    #expect(readings[1].power == Power(milliwatts: 3000))
  }

  @Test("a message of voltages only has no readings")
  func irrelevant() {
    var station = Station()
    #expect(station.readings(meterValues16(#"{"value":"230","measurand":"Voltage"}"#)) == [])
  }

  // MARK: Phases

  @Test("three phases without a total are summed")
  func phaseSum() throws {
    let reading = try reading(
      """
      {"value":"10","phase":"L1"},{"value":"20","phase":"L2-N"},{"value":"30","phase":"L3"},
      {"value":"1","phase":"N"}
      """)
    #expect(reading.importRegister == .wattHours(60) && reading.isPhaseSum)
  }

  @Test("a total wins over phases, wherever it stands")
  func total() throws {
    let reading = try reading(
      #"{"value":"10","phase":"L1"},{"value":"100"},{"value":"20","phase":"L2"},{"value":"7"}"#)
    #expect(reading.importRegister == .wattHours(100) && !reading.isPhaseSum)
  }

  @Test("a meter of one phase is a whole meter")
  func onePhase() throws {
    let reading = try reading(
      """
      {"value":"211.6","measurand":"Voltage","phase":"L1-N"},
      {"value":"0.41","unit":"A","measurand":"Current.Import","phase":"L1"}
      """)
    #expect(reading.current == Current(milliamperes: 410) && reading.isPhaseSum)
  }

  @Test("two phases of a meter that shows three make no sum")
  func missingPhase() throws {
    let reading = try reading(
      """
      {"value":"10","phase":"L1"},{"value":"20","phase":"L2"},
      {"value":"230","measurand":"Voltage","phase":"L3"}
      """)
    #expect(reading.importRegister == nil && reading.hasUnreadableSample && !reading.isPhaseSum)
  }

  @Test("two phases of a meter that shows no third are a sum that may lack one")
  func twoPhases() throws {
    let two = #"{"value":"10","phase":"L1"},{"value":"20","phase":"L2"}"#
    let sum = try reading(two)
    #expect(sum.importRegister == .wattHours(30) && sum.isTwoPhaseSum)
    let total = try reading(two + #",{"value":"60"}"#)
    #expect(total.importRegister == .wattHours(60) && !total.isTwoPhaseSum)
    let three = try reading(two + #",{"value":"30","phase":"L3"}"#)
    #expect(three.importRegister == .wattHours(60) && !three.isTwoPhaseSum)
    let current = try reading(
      #"{"value":"6","measurand":"Current.Import","phase":"L1"},"#
        + #"{"value":"6","measurand":"Current.Import","phase":"L2"}"#)
    #expect(current.current == Current(milliamperes: 12_000) && !current.isTwoPhaseSum)
  }

  // MARK: Place and signature

  @Test("samples at the outlet displace those from elsewhere, in any order")
  func location() throws {
    let outlet = #"{"value":"10","location":"Outlet"}"#
    let inlet = #"{"value":"11","location":"Inlet"}"#
    #expect(try reading("\(outlet),\(inlet)").importRegister == .wattHours(10))
    #expect(try reading("\(inlet),\(outlet)").importRegister == .wattHours(10))
    #expect(try reading(inlet).importRegister == .wattHours(11))
  }

  @Test("signed data is noted and not taken for a number")
  func signed() throws {
    let reading = try reading(
      """
      {"value":"10"},{"value":"4142","format":"SignedData","measurand":"Voltage"},
      {"value":"5","format":"SignedData","context":"Sample.Periodic"}
      """)
    #expect(reading.importRegister == .wattHours(10))
    #expect(reading.isSigned && !reading.hasUnreadableSample)
  }

  @Test("a 2.x value with a signature beside it is read")
  func signedMeterValue() throws {
    let reading = try reading(#"{"value":10,"signedMeterValue":{"signedMeterData":"AA=="}}"#)
    #expect(reading.importRegister == .wattHours(10) && reading.isSigned)
  }

  @Test("a single MeterValue without its array is read, and one without samples is not")
  func shapes() {
    var station = Station()
    let frame = #"[2,"m","MeterValues",{"evseId":1,"meterValue":{"sampledValue":[{"value":1}]}}]"#
    #expect(station.readings(frame).map(\.importRegister) == [.wattHours(1)])
    for meterValue in ["7", "[7]", "[{}]", "{\"sampledValue\":3}", "[{\"sampledValue\":[]}]"] {
      #expect(
        station.readings(#"[2,"m","MeterValues",{"evseId":1,"meterValue":\#(meterValue)}]"#) == [])
    }
  }
}
