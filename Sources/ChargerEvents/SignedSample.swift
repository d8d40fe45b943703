import Quantities

/// A signed value of a meter, as the station sent it: 1.6 `format: SignedData`, 2.x
/// `signedMeterValue`. Nothing is decoded or checked; that is for who has the meter's key and tool.
public struct SignedSample: Sendable, Hashable {
  /// The time of its meter value; nil if it is missing or unreadable.
  public var at: Instant?
  /// As written; the standard's default where it is left out.
  public var context: String
  /// As written; the standard's default where it is left out.
  public var measurand: String
  /// The signed data: in 1.6 the value itself.
  public var data: String
  public var encodingMethod: String?
  public var signingMethod: String?
  public var publicKey: String?

  public init(at: Instant?, context: String, measurand: String, data: String) {
    self.at = at
    self.context = context
    self.measurand = measurand
    self.data = data
  }
}
