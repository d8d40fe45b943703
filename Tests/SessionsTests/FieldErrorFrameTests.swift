import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// `docs/field-errors.md` lists which class of error each of these shows.
@Suite("Field errors about energy, as frames")
struct FieldErrorFrameTests {
  private func value(_ value: String, _ more: String = "") -> String {
    #"{"value":"\#(value)"\#(more.isEmpty ? "" : ",\(more)")}"#
  }

  private let begin = #""context":"Transaction.Begin""#
  private let end = #""context":"Transaction.End""#
  private let power = #""measurand":"Power.Active.Import""#
  private let kilowattHours = #""unit":"kWh""#

  @Test("a register of the beginning beside each periodic one is taken once")
  func beginInEachMessage() throws {
    let session = try transaction16(
      start: "1000", stop: "1900",
      [600, 1_200, 3_000].map { (at: Int64) in
        (at, "[\(value("1000", begin)),\(value("\(1_000 + at / 4)"))]")
      })
    #expect(session.energy == wattHours(900))
    #expect(session.codes == [.repeatedBegin])
  }

  @Test("an offline beginning of zero does not bill 910 kWh for 0.083")
  func offlineBeginOfZero() throws {
    let session = try transaction201([
      (0, "[\(value("0", begin))]"), (60, "[\(value("910.000", kilowattHours))]"),
      (3_600, "[\(value("910.083", "\(kilowattHours),\(end)"))]"),
    ])
    #expect(session.energy == wattHours(83))
    #expect(session.has(.falseZero))
  }

  @Test("a first sample of zero after a restart does not bill the lifetime register")
  func zeroAfterRestart() throws {
    let session = try transaction16(
      start: "0", stop: "4079000",
      [
        (60, "[\(value("0"))]"), (120, "[\(value("4076000"))]"),
        (3_500, "[\(value("4079000"))]"),
      ])
    #expect(session.energy == wattHours(3_000))
    #expect(session.codes == [.falseZero, .meterStopAbsurd])
  }

  @Test("a register per transaction between lifetime start and stop is not -4,076 kWh")
  func perTransactionSamples() throws {
    let session = try transaction16(
      start: "4076400", stop: "4079400",
      [(60, "[\(value("0.104", kilowattHours))]"), (3_590, "[\(value("2.99", kilowattHours))]")]
    )
    #expect(session.energy == wattHours(3_000))
    #expect(session.energyEvidence == .startAndStop)
  }

  @Test("a drop-out to zero inside a session neither adds nor loses energy")
  func dropOut() throws {
    let session = try transaction16(
      start: "5000", stop: "8000",
      [
        (600, "[\(value("6000"))]"), (900, "[\(value("0"))]"), (1_200, "[\(value("7000"))]"),
        (3_000, "[\(value("7990"))]"),
      ])
    #expect(session.energy == wattHours(3_000))
    #expect(session.codes == [.registerDropOut])
  }

  @Test(
    "kWh that call themselves Wh, or nothing, are found by the power and multiplied",
    arguments: [#","unit":"Wh""#, ""])
  func kilowattHoursLabelledWattHours(unit: String) throws {
    func samples(_ register: String, _ watts: String) -> String {
      "[\(#"{"value":"\#(register)"\#(unit)}"#),\(value(watts, power))]"
    }
    let session = try transaction16(
      start: "812", stop: "823",
      [
        (60, samples("812.2", "11000")), (1_800, samples("817.5", "11000")),
        (3_540, samples("822.8", "11000")),
      ])
    #expect(session.energy == wattHours(11_000))
    #expect(session.has(.registerUnitMistaken))
    #expect(session.intervals.allSatisfy { $0.activity == .charging })
  }

  @Test("power in kW without a unit, beside a register in kWh, is not parking")
  func kilowattsWithoutUnit() throws {
    func samples(_ register: String) -> String {
      "[\(value(register, kilowattHours)),\(value("11.0", power))]"
    }
    let session = try transaction16(
      start: "812000", stop: "823000",
      [(10, samples("812.03")), (1_800, samples("817.5")), (3_590, samples("822.97"))])
    #expect(session.energy == wattHours(11_000))
    #expect(session.codes == [.powerUnitMistaken])
    #expect(
      session.readings.map(\.power) == .init(repeating: Power(milliwatts: 11_000_000), count: 3))
    #expect(session.intervals.allSatisfy { $0.maxPower == Power(milliwatts: 11_000_000) })
    var again = session
    again.conclude()
    #expect(again == session)
  }

  @Test("three phases without a total are the whole register; two of three are none")
  func phases() throws {
    func phases(_ count: Int, _ register: Int) -> String {
      let samples = (1...3).map { phase in
        phase <= count
          ? value("\(register)", #""phase":"L\#(phase)""#)
          : value("230", #""measurand":"Voltage","phase":"L\#(phase)""#)
      }
      return "[\(samples.joined(separator: ","))]"
    }
    let whole = try transaction201([
      (0, phases(3, 100)), (1_800, phases(3, 600)), (3_600, phases(3, 1_100)),
    ])
    #expect(whole.energy == wattHours(3_000))
    let partial = try transaction16(
      start: "300", stop: "3300", [(600, phases(2, 150)), (3_000, phases(2, 1_000))])
    #expect(partial.energy == wattHours(3_000))
    #expect(partial.has(.unreadableSample))
  }

  @Test("a start cut off, a stop rounded up and a register in steps of 10 Wh agree")
  func rounding() throws {
    let session = try transaction16(
      start: "163", stop: "1165", [(5, "[\(value("163.9"))]"), (3_595, "[\(value("1164.5"))]")])
    #expect(session.energy == wattHours(1_002))
    #expect(session.codes == [])
    let steps = try transaction16(
      start: "1600", stop: "3200",
      [(600, "[\(value("1860"))]"), (1_800, "[\(value("2400"))]"), (3_500, "[\(value("3150"))]")]
    )
    #expect(steps.energy == wattHours(1_600) && steps.codes == [])
  }

  @Test("fractions of a Wh in an integer field strand no session")
  func fractionalWattHours() throws {
    let session = try transaction16(start: "100.25", stop: "1100.75", [])
    #expect(session.energy == Energy(milliwattHours: 1_000_500))
    #expect(session.state == .closed)
  }

  @Test("float noise of 65.9999999998 Wh is 66 Wh")
  func floatNoise() throws {
    let session = try transaction201([
      (0, "[\(value("0.0000000001"))]"), (3_600, "[\(value("65.9999999998"))]"),
    ])
    #expect(session.energy == wattHours(66))
  }

  @Test("a stop of 2^31 - 1 Wh, or below the start, is outweighed by the samples")
  func overflow() throws {
    for stop in ["2147483647", "-2147482648", "400"] {
      let session = try transaction16(
        start: "5000", stop: stop, [(600, "[\(value("6000"))]"), (3_000, "[\(value("7000"))]")])
      #expect(session.energy == wattHours(2_000))
      #expect(session.codes == [stop == "2147483647" ? .meterStopAbsurd : .stopBelowStart])
    }
  }

  @Test("a start of -1 or 0 beside a lifetime series is no base", arguments: ["-1", "0"])
  func startWithoutRegister(start: String) throws {
    let session = try transaction16(
      start: start, stop: "912000",
      [
        (10, "[\(value("910000", #""measurand":"Energy.Active.Import.Register""#))]"),
        (3_590, "[\(value("912000"))]"),
      ])
    #expect(session.energy == wattHours(2_000))
  }

  @Test("a retried stop counts its transaction data once")
  func retriedStop() throws {
    var script = FrameScript()
    let data =
      #""transactionData":[{"timestamp":"\#(time(900).rfc3339)","sampledValue":"#
      + #"[{"value":"400","measurand":"Energy.Active.Import.Interval"}]}]"#
    script.feed(
      #"[2,"1","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":null,"#
        + #""timestamp":"\#(time(0).rfc3339)"}]"#, at: 0)
    script.feed(
      #"[3,"1",{"idTagInfo":{"status":"Accepted"},"transactionId":5}]"#, at: 1,
      fromStation: false)
    for attempt in 0..<3 {
      script.feed(
        #"[2,"9\#(attempt)","StopTransaction",{"transactionId":5,\#(data),"#
          + #""timestamp":"\#(time(1_000).rfc3339)"}]"#, at: 1_000 + Int64(attempt))
    }
    let session = try #require(script.sessions.first)
    #expect(session.energy == wattHours(400))
    #expect(session.codes == [.duplicateStop])
  }

  @Test("a pause that restarts the register at zero loses nothing and counts nothing twice")
  func resume() throws {
    let session = try transaction201([
      (0, "[\(value("0", begin))]"), (600, "[\(value("1800")),\(value("11000", power))]"),
      (900, "[\(value("0", #""context":"Interruption.End""#))]"),
      (1_500, "[\(value("900")),\(value("11000", power))]"),
      (3_600, "[\(value("8000", end))]"),
    ])
    #expect(session.energy == wattHours(9_800))
    #expect(session.has(.registerFell))
  }

  @Test("intervals are summed, never subtracted, and a register outranks them")
  func intervals() throws {
    let interval = #""measurand":"Energy.Active.Import.Interval""#
    let session = try transaction201([
      (0, "[\(value("0", interval))]"), (900, "[\(value("1500", interval))]"),
      (1_800, "[\(value("500", interval))]"), (3_600, "[\(value("900", interval))]"),
    ])
    #expect(session.energy == wattHours(2_900))
    let both = try transaction201([
      (0, "[\(value("100"))]"), (1_800, "[\(value("600")),\(value("999", interval))]"),
      (3_600, "[\(value("1100"))]"),
    ])
    #expect(both.energy == wattHours(1_000))
  }

  @Test("units with a multiplier, and a single sample without its array, are read")
  func multipliers() throws {
    func sample(_ value: Int, _ multiplier: Int) -> String {
      #"{"value":\#(value),"unitOfMeasure":{"unit":"Wh","multiplier":\#(multiplier)}}"#
    }
    let session = try transaction201([
      (0, sample(100, 1)), (1_800, "[\(sample(2, 3))]"), (3_600, sample(3_000, 0)),
    ])
    #expect(session.energy == wattHours(2_000))
    #expect(session.codes == [])
  }

  @Test("energy that a vehicle feeds back is told beside the session's energy")
  func exported() throws {
    func samples(_ imported: Int, _ exported: Int) -> String {
      "[\(value("\(imported)")),"
        + value("\(exported)", #""measurand":"Energy.Active.Export.Register""#) + "]"
    }
    let session = try transaction201([
      (0, samples(1_000, 700)), (900, samples(3_000, 700)), (1_800, samples(3_000, 2_200)),
      (3_600, samples(4_000, 2_200)),
    ])
    #expect(session.energy == wattHours(3_000))
    #expect(session.exportedEnergy == wattHours(1_500))
    #expect(session.codes == [.energyExported])
    #expect(roundTrip(session) == session)
  }

  @Test("energy that flows on after the stop is in no session, and can be seen")
  func afterTheStop() throws {
    var script = FrameScript()
    script.feed(
      #"[2,"1","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":1000,"#
        + #""timestamp":"\#(time(0).rfc3339)"}]"#, at: 0)
    script.feed(
      #"[3,"1",{"idTagInfo":{"status":"Accepted"},"transactionId":5}]"#, at: 1,
      fromStation: false)
    script.feed(
      #"[2,"2","StopTransaction",{"transactionId":5,"meterStop":2000,"#
        + #""timestamp":"\#(time(900).rfc3339)"}]"#, at: 900)
    script.feed(
      #"[2,"3","MeterValues",{"connectorId":1,"transactionId":5,"meterValue":["#
        + #"{"timestamp":"\#(time(1_800).rfc3339)","sampledValue":[{"value":"2750"}]}]}]"#,
      at: 1_800)
    let session = try #require(script.sessions.first)
    #expect(session.energy == wattHours(1_000))
    #expect(session.energyAfterEnd == wattHours(750))
    #expect(session.codes == [.readingAfterStop, .energyAfterStop])
  }

  @Test("readings of connector 0 are the sum of the station and join no session")
  func mainMeter() throws {
    var script = FrameScript()
    script.feed(
      #"[2,"1","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":1000,"#
        + #""timestamp":"\#(time(0).rfc3339)"}]"#, at: 0)
    script.feed(
      #"[2,"2","MeterValues",{"connectorId":0,"meterValue":["#
        + #"{"timestamp":"\#(time(600).rfc3339)","sampledValue":[{"value":"40000"}]}]}]"#, at: 600)
    script.feed(
      #"[2,"3","StopTransaction",{"transactionId":-1,"meterStop":2000,"#
        + #""timestamp":"\#(time(900).rfc3339)"}]"#, at: 900)
    let session = try #require(script.sessions.first)
    #expect(session.energy == wattHours(1_000))
    #expect(session.readings == [] && session.setAside == [])
  }

  @Test("MeterValues of an EVSE outside its transaction are joined by place")
  func outsideTransaction() throws {
    var script = FrameScript()
    func event(_ kind: String, _ sequence: Int, _ at: Int64) -> String {
      #"[2,"e\#(sequence)","TransactionEvent",{"eventType":"\#(kind)","seqNo":\#(sequence),"#
        + #""timestamp":"\#(time(at).rfc3339)","evse":{"id":1},"#
        + #""transactionInfo":{"transactionId":"T"}}]"#
    }
    script.feed(event("Started", 0, 0), at: 0)
    for (at, register) in [(60, 100), (3_000, 2_100)] as [(Int64, Int)] {
      script.feed(
        #"[2,"m\#(at)","MeterValues",{"evseId":1,"meterValue":["#
          + #"{"timestamp":"\#(time(at).rfc3339)","sampledValue":[{"value":\#(register)}]}]}]"#,
        at: at)
    }
    script.feed(event("Ended", 1, 3_600), at: 3_600)
    let session = try #require(script.sessions.first)
    #expect(session.energy == wattHours(2_000))
    #expect(session.codes == [.readingOutsideTransaction])
  }
}
