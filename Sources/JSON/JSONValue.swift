import CSimdJSON
import Glibc

/// A value of a parsed text: a view of two words, cheap to copy.
///
/// It is valid until its parser parses again. Accessors return nil if the value is of another kind;
/// none of them allocates unless it returns a `String`.
public struct JSONValue {
  /// The kinds of JSON values. The raw value is the parser's code.
  public enum Kind: UInt8, Sendable {
    case null = 0
    case `false`, `true`, number, string, array, object
  }

  @usableFromInline let node: UnsafePointer<csimdjson_node>
  @usableFromInline let document: UnsafePointer<csimdjson_document>

  @inlinable
  init(node: UnsafePointer<csimdjson_node>, document: UnsafePointer<csimdjson_document>) {
    self.node = node
    self.document = document
  }

  /// What the value is.
  // The parser writes no other codes.
  @inlinable
  public var kind: Kind { Kind(rawValue: node.pointee.kind).unsafelyUnwrapped }

  /// Whether the value is `null`.
  @inlinable
  public var isNull: Bool { kind == .null }

  /// The value of `true` or `false`.
  @inlinable
  public var bool: Bool? {
    switch kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// The bytes of a string, escapes resolved: a view of the parser's buffer.
  @inlinable
  public var text: UnsafeRawBufferPointer? {
    kind == .string ? stringBytes : nil
  }

  /// A copy of a string.
  @inlinable
  public var string: String? {
    text.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of the value as they were written, quotes and brackets included.
  @inlinable
  public var rawText: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: document.pointee.text + Int(node.pointee.offset), count: Int(node.pointee.length))
  }

  /// The number of elements of an array or members of an object; 0 for other kinds.
  @inlinable
  public var count: Int {
    kind == .array || kind == .object ? Int(node.pointee.count) : 0
  }

  /// The bytes of a node that is known to be a string or a key.
  @inlinable
  var stringBytes: UnsafeRawBufferPointer {
    let isEscaped = node.pointee.flags & UInt8(CSIMDJSON_FLAG_ESCAPED) != 0
    let bytes = isEscaped ? document.pointee.unescaped : document.pointee.text
    // The parser sets `unescaped` before it flags a node as escaped.
    let start = bytes.unsafelyUnwrapped + Int(node.pointee.offset) + 1
    return UnsafeRawBufferPointer(start: start, count: Int(node.pointee.count))
  }

  /// The node right behind this one: the first child of a container, the value of a key.
  @inlinable
  var following: JSONValue { JSONValue(node: node + 1, document: document) }

  /// The node behind this value and everything inside it.
  @inlinable
  var sibling: JSONValue {
    // `next` counts from the first node.
    JSONValue(
      node: document.pointee.nodes.unsafelyUnwrapped + Int(node.pointee.next), document: document)
  }
}

/// Whether `bytes` are the UTF-8 of `text`: a comparison of lengths, and mostly no more.
@inlinable @inline(__always)
func equal(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
  guard bytes.count == text.utf8CodeUnitCount else { return false }
  // Without bytes there is nothing to compare; with some there is an address.
  guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
  return memcmp(start, text.utf8Start, bytes.count) == 0
}
