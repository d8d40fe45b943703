import ChargerEvents
import OCPP
import Quantities
import Testing

@Suite("TransactionEvent of OCPP 2.x")
struct TransactionEventTests {
  static let ended = """
    [2,"t1","TransactionEvent",{"eventType":"Ended","timestamp":"2024-05-17T09:21:45Z",\
    "triggerReason":"StopAuthorized","seqNo":269,"offline":true,\
    "evse":{"id":3,"connectorId":1},"idToken":{"idToken":"VALID","type":"KeyCode"},\
    "transactionInfo":{"transactionId":"e80fb8b1","chargingState":"EVConnected",\
    "stoppedReason":"Local"},"meterValue":[{"timestamp":"2024-05-17T09:21:45Z",\
    "sampledValue":[{"value":12.5,"context":"Transaction.End",\
    "unitOfMeasure":{"unit":"Wh","multiplier":3}}]}]}]
    """

  @Test("every field that a session needs is read")
  func fields() {
    var station = Station()
    station.decode(Self.ended) { event, readings in
      guard case .transactionEvent(let ended) = event else {
        Issue.record("not a transaction event")
        return
      }
      #expect(ended.kind == .ended)
      #expect(ended.transactionID.string == "e80fb8b1")
      #expect(ended.sequenceNumber == 269)
      #expect(ended.at == instant("2024-05-17T09:21:45Z"))
      #expect(ended.isOffline)
      #expect(ended.evse == 3 && ended.connector == 1)
      #expect(ended.token?.string == "VALID")
      #expect(ended.chargingState == .evConnected)
      #expect(ended.triggerReason?.string == "StopAuthorized")
      #expect(ended.stoppedReason?.string == "Local")
      #expect(readings.map(\.importRegister) == [.wattHours(12_500)])
    }
  }

  @Test("what is not there is absent, and an unknown state is none")
  func absent() {
    var station = Station()
    let frame = """
      [2,"t","TransactionEvent",{"eventType":"Updated",\
      "transactionInfo":{"transactionId":12,"chargingState":"Levitating"}}]
      """
    station.decode(frame) { event, _ in
      guard case .transactionEvent(let updated) = event else {
        Issue.record("not a transaction event")
        return
      }
      #expect(updated.kind == .updated && updated.transactionID.string == "12")
      #expect(updated.sequenceNumber == nil && updated.at == nil && !updated.isOffline)
      #expect(updated.evse == nil && updated.chargingState == nil && updated.token == nil)
    }
  }

  @Test("every charging state has its name", arguments: ChargingState.allCases)
  func states(state: ChargingState) {
    let names: [ChargingState: String] = [
      .idle: "Idle", .evConnected: "EVConnected", .charging: "Charging",
      .suspendedEV: "SuspendedEV", .suspendedEVSE: "SuspendedEVSE",
    ]
    var station = Station()
    let frame = """
      [2,"t","TransactionEvent",{"eventType":"Started","transactionInfo":\
      {"transactionId":"a","chargingState":"\(names[state] ?? "")"}}]
      """
    station.decode(frame) { event, _ in
      guard case .transactionEvent(let started) = event else {
        Issue.record("not a transaction event")
        return
      }
      #expect(started.kind == .started && started.chargingState == state)
    }
  }

  @Test("without a type or a transaction id it cannot be read")
  func unreadable() {
    var station = Station()
    #expect(
      station.kind(#"[2,"t","TransactionEvent",{"eventType":"Started"}]"#)
        == "unreadable: the TransactionEvent has no transactionId")
    #expect(
      station.kind(#"[2,"t","TransactionEvent",{"transactionInfo":{"transactionId":"a"}}]"#)
        == "unreadable: the TransactionEvent has no known eventType")
  }
}
