import ChargerEvents
import JSON
import Quantities

extension SignedSample {
  /// All signed values of a frame, in their order; none of one that cannot be read.
  public static func all(in frame: UnsafeRawBufferPointer, parser: JSONParser) -> [SignedSample] {
    guard let payload = try? FrameHeader(frame, parser: parser).payload else { return [] }
    var found: [SignedSample] = []
    for list in [payload["meterValue"], payload["transactionData"]] {
      for meterValue in items(of: list) {
        let at = meterValue["timestamp"]?.fieldInstant
        for sample in items(of: meterValue["sampledValue"]) {
          if let signed = SignedSample(sample, at: at) { found.append(signed) }
        }
      }
    }
    return found
  }

  /// The elements of an array; an object stands for itself, as some stations send it.
  private static func items(of value: JSONValue?) -> [JSONValue] {
    guard let value else { return [] }
    return value.kind == .object ? [value] : Array(value.elements)
  }

  private init?(_ sample: JSONValue, at: Instant?) {
    let envelope = sample["signedMeterValue"]
    let isSignedData = sample["format"]?.string == "SignedData"
    guard envelope != nil || isSignedData else { return nil }
    let data = envelope?["signedMeterData"] ?? sample["value"]
    self.init(
      at: at, context: sample["context"]?.string ?? "Sample.Periodic",
      measurand: sample["measurand"]?.string ?? "Energy.Active.Import.Register",
      data: data?.string ?? "")
    self.encodingMethod = envelope?["encodingMethod"]?.string
    self.signingMethod = envelope?["signingMethod"]?.string
    self.publicKey = envelope?["publicKey"]?.string
  }
}
