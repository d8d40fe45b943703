import Quantities

/// A request, an answer or a refusal, with those of its fields that bear on charging: authorization,
/// reservations, availability, faults, profiles, prices, remote control, security and firmware.
///
/// One shape serves all actions and all versions of OCPP. What 1.6 calls `idTag` and 2.x
/// `idToken.idToken` is ``FieldName/token`` in both. `docs/ocpp-actions.md` lists the fields by
/// action.
public struct Message {
  /// What the frame is to its action.
  public enum Role: UInt8, Sendable {
    /// A CALL, or a SEND of 2.1.
    case request
    /// A CALLRESULT.
    case answer
    /// A CALLERROR in place of the answer.
    case refusal
    /// A CALLRESULTERROR of 2.1: who asked could not read the answer.
    case answerRefusal
  }

  /// The action of the request, or of the request that is answered; nil if the answered request is
  /// not known.
  public var action: OCPPAction?
  public var role: Role
  /// Whether the station sent this frame. A request of DataTransfer may come from either side.
  public var isFromStation: Bool
  /// Correlates answers with requests.
  public var messageID: FrameText
  public var fields: FieldList

  public init(
    action: OCPPAction?, role: Role, isFromStation: Bool, messageID: FrameText, fields: FieldList
  ) {
    self.action = action
    self.role = role
    self.isFromStation = isFromStation
    self.messageID = messageID
    self.fields = fields
  }
}

/// Fields of a message or of one item in it, as they follow each other in the frame: a view, valid
/// only while that frame is decoded.
///
///     switch message.action {
///     case .setChargingProfile:
///       for profile in message.fields.items(.profiles) {
///         let level = profile.integer(.stackLevel)
///         for schedule in profile.items(.schedules) { … }
///
/// A field that is missing, `null` or of the wrong kind is absent. Of one that is there twice, the
/// first counts.
public struct FieldList {
  /// All of them in the order of the frame, those of items behind their item.
  public let fields: UnsafeBufferPointer<MessageField>

  @inlinable
  public init(_ fields: UnsafeBufferPointer<MessageField>) { self.fields = fields }

  /// No fields.
  @inlinable
  public init() { self.init(UnsafeBufferPointer(start: nil, count: 0)) }

  public var isEmpty: Bool { fields.isEmpty }

  /// A text.
  /// - Complexity: O(n) in the fields, here and in the other accessors.
  public func text(_ name: FieldName) -> FrameText? {
    if case .text(let text)? = value(name) { text } else { nil }
  }

  /// A whole number.
  public func integer(_ name: FieldName) -> Int64? {
    if case .integer(let integer)? = value(name) { integer } else { nil }
  }

  /// A number, exactly as it was written.
  public func decimal(_ name: FieldName) -> DecimalNumber? {
    if case .decimal(let decimal)? = value(name) { decimal } else { nil }
  }

  /// A moment.
  public func instant(_ name: FieldName) -> Instant? {
    if case .instant(let instant)? = value(name) { instant } else { nil }
  }

  /// Whether something holds.
  public func flag(_ name: FieldName) -> Bool? {
    if case .flag(let flag)? = value(name) { flag } else { nil }
  }

  /// The elements of a list, each with fields of its own.
  public func items(_ name: FieldName) -> Items { Items(name: name, remaining: fields[...]) }

  /// All values of a field that may come several times.
  public func values(_ name: FieldName) -> Values { Values(name: name, remaining: fields[...]) }

  private func value(_ name: FieldName) -> MessageField.Value? {
    assert(name.kind != .item, "items have no value of their own")
    var values = values(name)
    return values.next()
  }

  /// The elements of a list.
  public struct Items: Sequence, IteratorProtocol {
    let name: FieldName
    var remaining: Slice<UnsafeBufferPointer<MessageField>>

    public mutating func next() -> FieldList? {
      while let field = remaining.popFirst() {
        guard case .item(let count) = field.value else { continue }
        let content = remaining.prefix(Int(count))
        remaining = remaining.dropFirst(Int(count))
        if field.name == name { return FieldList(UnsafeBufferPointer(rebasing: content)) }
      }
      return nil
    }
  }

  /// The values of one field.
  public struct Values: Sequence, IteratorProtocol {
    let name: FieldName
    var remaining: Slice<UnsafeBufferPointer<MessageField>>

    public mutating func next() -> MessageField.Value? {
      while let field = remaining.popFirst() {
        if case .item(let count) = field.value {
          remaining = remaining.dropFirst(Int(count))
        } else if field.name == name {
          return field.value
        }
      }
      return nil
    }
  }
}

/// One field of a message.
public struct MessageField {
  public var name: FieldName
  public var value: Value

  public init(name: FieldName, value: Value) {
    self.name = name
    self.value = value
  }

  /// What a field says.
  public enum Value {
    case text(FrameText)
    case integer(Int64)
    case decimal(DecimalNumber)
    case instant(Instant)
    case flag(Bool)
    /// The beginning of an item of a list; so many fields behind it are its own.
    case item(fields: UInt32)
  }
}
