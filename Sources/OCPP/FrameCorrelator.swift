/// Finds the call that each answer belongs to, in the frames of one station in their order: the
/// consumer view of the Open OCPP Trace Format.
///
/// A CALLRESULT or CALLERROR belongs to the most recent earlier CALL with the same message id and
/// the opposite direction that has no answer yet. An answer without one is an orphan; a call
/// without an answer at the end is unanswered. It keeps every open call, so memory grows with
/// those, not with the trace.
public struct FrameCorrelator: Sendable {
  /// A call that an answer belongs to.
  public struct Call: Hashable, Sendable {
    /// The caller's number for the frame.
    public var index: Int
    public var action: String

    public init(index: Int, action: String) {
      self.index = index
      self.action = action
    }
  }

  private struct Key: Hashable {
    var messageID: String
    var fromStation: Bool
  }

  private var open: [Key: [Call]] = [:]
  /// The answers without a call, in their order.
  public private(set) var orphanResponses: [Int] = []

  public init() {}

  /// The calls without an answer so far, in their order.
  public var unansweredCalls: [Int] { open.values.joined().map(\.index).sorted() }

  /// Takes the next frame. Returns the call that it answers; nil for an orphan and for a frame
  /// that is no answer.
  public mutating func observe(
    _ messageType: FrameHeader.MessageType, messageID: String, action: String?, fromStation: Bool,
    index: Int
  ) -> Call? {
    switch messageType {
    case .call:
      let call = Call(index: index, action: action ?? "")
      open[Key(messageID: messageID, fromStation: fromStation), default: []].append(call)
      return nil
    case .callResult, .callError:
      let key = Key(messageID: messageID, fromStation: !fromStation)
      guard let call = open[key]?.popLast() else {
        orphanResponses.append(index)
        return nil
      }
      if open[key]?.isEmpty == true { open[key] = nil }
      return call
    case .callResultError, .send:
      return nil
    }
  }
}
