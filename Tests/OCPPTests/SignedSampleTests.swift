import ChargerEvents
import JSON
import OCPP
import Quantities
import Testing

@Suite("Signed values")
struct SignedSampleTests {
  private func all(in frame: String) -> [SignedSample] {
    Array(frame.utf8).withUnsafeBytes { SignedSample.all(in: $0, parser: JSONParser()) }
  }

  @Test("1.6 SignedData in a stop is carried as it was written, beside plain samples")
  func signedData() {
    let frame = #"""
      [2,"9","StopTransaction",{"transactionId":7,"meterStop":3000,"timestamp":"2026-03-01T09:00:00Z",
      "transactionData":[{"timestamp":"2026-03-01T08:00:00Z","sampledValue":[
      {"value":"1000","context":"Transaction.Begin"},
      {"value":"OCMF|{\"FV\":\"1.0\"}|{\"SD\":\"30 45\"}","format":"SignedData",
      "context":"Transaction.Begin","unit":"Wh"}]},
      {"timestamp":"nonsense","sampledValue":[{"value":"AA==","format":"SignedData"}]}]}]
      """#
    let begin = SignedSample(
      at: instant("2026-03-01T08:00:00Z"), context: "Transaction.Begin",
      measurand: "Energy.Active.Import.Register", data: #"OCMF|{"FV":"1.0"}|{"SD":"30 45"}"#)
    let other = SignedSample(
      at: nil, context: "Sample.Periodic", measurand: "Energy.Active.Import.Register", data: "AA==")
    #expect(all(in: frame) == [begin, other])
  }

  @Test("2.x signedMeterValue is carried with its methods and its key")
  func signedMeterValue() throws {
    let frame = #"""
      [2,"e","TransactionEvent",{"eventType":"Ended","seqNo":9,"timestamp":"2026-03-01T09:00:00Z",
      "triggerReason":"StopAuthorized","transactionInfo":{"transactionId":"T"},
      "meterValue":[{"timestamp":"2026-03-01T09:00:00Z","sampledValue":[{"value":3000,
      "context":"Transaction.End","signedMeterValue":{"signedMeterData":"T0NNRg==",
      "signingMethod":"ECDSA-secp256r1-SHA256","encodingMethod":"OCMF","publicKey":"MFkw"}},
      {"value":1,"measurand":"Power.Active.Import"}]}]}]
      """#
    let sample = try #require(all(in: frame).first)
    #expect(all(in: frame).count == 1)
    #expect(sample.data == "T0NNRg==" && sample.publicKey == "MFkw")
    #expect(sample.signingMethod == "ECDSA-secp256r1-SHA256" && sample.encodingMethod == "OCMF")
    #expect(sample.context == "Transaction.End")
    var station = Station()
    let readings = station.readings(frame)
    #expect(readings.first?.isSigned == true && readings.first?.importRegister == .wattHours(3_000))
  }

  @Test("frames without signed values, and broken ones, have none")
  func none() {
    for frame in [
      meterValues16(#"{"value":"1"}"#), #"[2,"h","Heartbeat",{}]"#, "[2,", "{}",
      #"[2,"m","MeterValues",{"meterValue":7}]"#, #"[4,"m","Error","",{}]"#,
    ] {
      #expect(all(in: frame).isEmpty, "\(frame)")
    }
  }
}
