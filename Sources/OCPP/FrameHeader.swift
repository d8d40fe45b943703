import ChargerEvents
import JSON

/// The outer part of an OCPP-J frame (OCPP-J 1.6, section 4; OCPP 2.0.1 and 2.1, part 4):
/// `[type, message id, …]`.
///
/// All parts are views that are valid until the parser parses again.
public struct FrameHeader {
  /// The first element of a frame. The raw value is the number on the wire.
  public enum MessageType: Int64, Sendable, CaseIterable {
    case call = 2
    case callResult = 3
    case callError = 4
    /// 2.1: a result that could not be read.
    case callResultError = 5
    /// 2.1: a message without an answer.
    case send = 6
  }

  public let messageType: MessageType
  /// Correlates an answer with its call. Its length is not limited, and a number is taken as its
  /// digits: real stations send both.
  public let messageID: FrameText
  /// What a call or a send is about.
  public let action: FrameText?
  /// Why a call or a result was refused.
  public let errorCode: FrameText?
  /// The same in words.
  public let errorText: FrameText?
  /// The payload of a call, a send or a result; nil if the frame ends before it.
  public let payload: JSONValue?

  /// Reads the header of a frame that was parsed.
  public init(_ frame: JSONValue) throws(FrameError) {
    guard frame.kind == .array else { throw FrameError(reason: "the frame is not an array") }
    var parts = frame.elements
    guard let number = parts.next()?.int64, let type = MessageType(rawValue: number) else {
      throw FrameError(reason: "the frame does not begin with a message type from 2 to 6")
    }
    guard let id = parts.next(), let text = id.text ?? id.numberText else {
      throw FrameError(reason: "the frame has no message id")
    }
    messageType = type
    messageID = FrameText(utf8: text)
    switch type {
    case .call, .send:
      guard let action = parts.next()?.text else {
        throw FrameError(reason: "the call names no action")
      }
      self.action = FrameText(utf8: action)
      (errorCode, errorText) = (nil, nil)
      payload = parts.next()
    case .callResult:
      action = nil
      (errorCode, errorText) = (nil, nil)
      payload = parts.next()
    case .callError, .callResultError:
      action = nil
      errorCode = parts.next()?.frameText
      errorText = parts.next()?.frameText
      payload = nil
    }
  }

  /// Parses a frame and reads its header.
  public init(_ body: UnsafeRawBufferPointer, parser: JSONParser) throws(FrameError) {
    let frame: JSONValue
    do { frame = try parser.parse(body) } catch { throw FrameError(reason: error.reason.text) }
    try self.init(frame)
  }
}

/// Why a text is not an OCPP-J frame.
public struct FrameError: Error, CustomStringConvertible {
  /// For people. Static, so that unreadable frames cost no memory.
  public let reason: StaticString

  public var description: String { "not an OCPP frame: \(reason)" }
}
