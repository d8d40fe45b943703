import ChargerEvents
import OCPP
import Quantities
import Testing

@Suite("Transactions of OCPP 1.6")
struct Transactions16Tests {
  static let start = """
    [2,"s1","StartTransaction",{"connectorId":2,"idTag":"TAG","meterStart":1000,\
    "timestamp":"2025-01-01T10:00:00.000Z"}]
    """

  @Test("a start carries connector, token, time and register")
  func start() {
    var station = Station()
    station.decode(Self.start) { event, readings in
      guard case .transactionStarted(let start) = event else {
        Issue.record("not a start")
        return
      }
      #expect(start.connector == 2)
      #expect(start.token?.string == "TAG")
      #expect(start.at == instant("2025-01-01T10:00:00Z"))
      #expect(start.meterStart == .wattHours(1000))
      #expect(start.messageID.string == "s1")
      #expect(readings.isEmpty)
    }
  }

  @Test(
    "registers are read as numbers and as strings, rounded half to even to mWh",
    arguments: [
      ("164.5", 164_500), ("\"164.5\"", 164_500), ("\" 0164 \"", 164_000), ("1.0005", 1000),
      ("1.0015", 1002), ("65.9999999998", 66_000), ("-4", -4000), ("1e3", 1_000_000),
    ] as [(String, Int64)])
  func registers(text: String, milliwattHours: Int64) {
    var station = Station()
    station.decode(#"[2,"s","StartTransaction",{"meterStart":\#(text)}]"#) { event, _ in
      guard case .transactionStarted(let start) = event else {
        Issue.record("not a start")
        return
      }
      #expect(start.meterStart?.milliwattHours == milliwattHours)
      #expect(start.connector == 0 && start.token == nil && start.at == nil)
    }
  }

  @Test(
    "a register that is no plausible number is missing",
    arguments: [
      "null", "\"\"", "\"12,5\"", "{}", "true", "1e12", "1000000000000.001",
      "99999999999999999999999999999999999999999999", "1e999999999999",
    ])
  func missingRegister(text: String) {
    var station = Station()
    station.decode(#"[2,"s","StartTransaction",{"meterStart":\#(text)}]"#) { event, _ in
      guard case .transactionStarted(let start) = event else {
        Issue.record("not a start")
        return
      }
      #expect(start.meterStart == (text == "1e12" ? .wattHours(1_000_000_000_000) : nil))
    }
  }

  @Test(
    "the answer to a start carries the transaction id and whether it was accepted",
    arguments: [
      (#"[3,"s1",{"transactionId":77,"idTagInfo":{"status":"Accepted"}}]"#, 77, true),
      (#"[3,"s1",{"transactionId":"78","idTagInfo":{"status":"Accepted"}}]"#, 78, true),
      (#"[3,"s1",{"transactionId":-1,"idTagInfo":{"status":"ConcurrentTx"}}]"#, -1, false),
      (#"[3,"s1"]"#, nil, false),
      (#"[4,"s1","InternalError","",{}]"#, nil, false),
    ] as [(String, Int64?, Bool)])
  func answer(frame: String, id: Int64?, isAccepted: Bool) {
    var station = Station()
    _ = station.kind(Self.start)
    station.decode(frame, fromStation: false) { event, _ in
      guard case .transactionStartAnswered(let answer) = event else {
        Issue.record("not an answer to a start")
        return
      }
      #expect(answer.transactionID == id)
      #expect(answer.isAccepted == isAccepted)
      #expect(answer.messageID.string == "s1")
    }
  }

  @Test("an answer is of the latest unanswered call with its id, and only from the other side")
  func correlation() {
    var station = Station()
    let accepted = #"[3,"s1",{"transactionId":77,"idTagInfo":{"status":"Accepted"}}]"#
    #expect(station.kind(accepted, fromStation: false) == "other")
    #expect(station.kind(Self.start) == "transactionStarted")
    #expect(station.kind(#"[2,"s1","Reset",{}]"#, fromStation: false) == "other")
    #expect(station.kind(accepted) == "other")
    #expect(station.kind(#"[2,"s1","Heartbeat",{}]"#) == "other")
    #expect(station.kind(#"[3,"s1",{"currentTime":""}]"#, fromStation: false) == "other")
    #expect(station.kind(accepted, fromStation: false) == "transactionStartAnswered")
    #expect(station.kind(accepted, fromStation: false) == "other")
  }

  @Test("a stop carries its fields, and the readings of its transaction data")
  func stop() {
    var station = Station()
    let frame = """
      [2,"e","StopTransaction",{"transactionId":"77","meterStop":2600,"idTag":"TAG",\
      "timestamp":"2025-01-01T11:00:00+01:00","reason":"EVDisconnected","transactionData":[\
      {"timestamp":"2025-01-01T09:00:00Z","sampledValue":[\
      {"context":"Transaction.Begin","value":"1000"}]},\
      {"timestamp":"2025-01-01T10:00:00Z","sampledValue":[\
      {"context":"Transaction.End","value":"2.6","unit":"kWh"}]}]}]
      """
    station.decode(frame) { event, readings in
      guard case .transactionStopped(let stop) = event else {
        Issue.record("not a stop")
        return
      }
      #expect(stop.transactionID == 77)
      #expect(stop.meterStop == .wattHours(2600))
      #expect(stop.at == instant("2025-01-01T10:00:00Z"))
      #expect(stop.token?.string == "TAG" && stop.reason?.string == "EVDisconnected")
      #expect(readings.map(\.context) == [.transactionBegin, .transactionEnd])
      #expect(readings.map(\.importRegister) == [.wattHours(1000), .wattHours(2600)])
    }
  }

  @Test("calls of the back end with a station's action say nothing")
  func wrongDirection() {
    var station = Station()
    #expect(station.kind(Self.start, fromStation: false) == "other")
    #expect(station.kind(#"[3,"s1",{"transactionId":1}]"#) == "other")
  }
}
