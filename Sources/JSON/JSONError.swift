import CSimdJSON

/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, Sendable {
  /// What is wrong. The raw value is the parser's code.
  public enum Reason: Int32, Sendable, CaseIterable {
    case empty = 1
    case tooLong
    case noMemory
    case invalidUTF8
    case unclosedString
    case controlCharacter
    case tooDeep
    case expectedValue
    case expectedKey
    case expectedColon
    case expectedComma
    case invalidNumber
    case invalidEscape
    case loneSurrogate
    case trailingBytes
  }

  /// Bytes from the start of the text to where it stops being JSON.
  public var offset: Int
  public var reason: Reason

  public init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }

  init(_ document: csimdjson_document) {
    offset = Int(document.error_offset)
    reason = Reason(rawValue: document.error) ?? .expectedValue
  }
}

extension JSONError.Reason: CustomStringConvertible {
  /// The reason for people, without the place. Static, so that a hot path can pass it on.
  public var text: StaticString {
    switch self {
    case .empty: "the text is empty"
    case .tooLong: "the text is longer than 1 GiB"
    case .noMemory: "no memory is left to parse the text"
    case .invalidUTF8: "the bytes are not UTF-8"
    case .unclosedString: "a string does not end"
    case .controlCharacter: "a string holds a control character; write it as \\u00XX"
    case .tooDeep: "arrays and objects are nested more than 256 deep"
    case .expectedValue: "a value was expected"
    case .expectedKey: "a key in quotes was expected"
    case .expectedColon: "a colon was expected after the key"
    case .expectedComma: "a comma or the closing bracket was expected"
    case .invalidNumber: "the number is not written as JSON allows"
    case .invalidEscape: "a string holds an escape that JSON does not have"
    case .loneSurrogate: "a string holds half of a surrogate pair"
    case .trailingBytes: "more text follows the value"
    }
  }

  public var description: String { text.description }
}

extension JSONError: CustomStringConvertible {
  public var description: String { "not JSON at byte \(offset): \(reason)" }
}
