import CSimdJSON

/// A strict JSON parser that keeps its buffers from text to text.
///
/// It accepts exactly RFC 8259: UTF-8, one value, no trailing bytes, no lone surrogates. Arrays and
/// objects may nest 256 deep; a text may be 1 GiB long. The text is copied to a padded buffer first
/// (SEMANTICS 9), so its own memory is never read past its end.
///
/// Use one parser for each thread. In the steady state a parse allocates nothing; the buffers stay
/// as large as the longest text needed (about 6 bytes for each byte of text and 20 for each value).
public final class JSONParser {
  private let parser: OpaquePointer

  public init() {
    guard let parser = csimdjson_parser_create() else {
      fatalError("no memory is left for a JSON parser")
    }
    self.parser = parser
  }

  deinit { csimdjson_parser_free(parser) }

  /// Parses `text` and returns its value, which is valid until this parser parses again.
  ///
  /// For hot loops that own their parser. Prefer ``withParsed(_:_:)`` elsewhere.
  public func parse(_ text: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
    // The call always returns the address of the parser's own document.
    let document = csimdjson_parse(parser, text.baseAddress, text.count)!
    guard document.pointee.error == CSIMDJSON_OK else {
      throw JSONError(document.pointee)
    }
    return JSONValue(node: document.pointee.nodes, document: document)
  }

  /// Parses `text` and passes its value to `body`. The value, and every view taken from it, must
  /// not leave `body`, and `body` must not parse with this parser again.
  ///
  /// - Throws: ``JSONError`` if the text is not JSON, and what `body` throws.
  public func withParsed<Result, Failure>(
    _ text: UnsafeRawBufferPointer, _ body: (JSONValue) throws(Failure) -> Result
  ) throws -> Result {
    try body(try parse(text))
  }

  /// ``withParsed(_:_:)`` for text that is already in memory of Swift's.
  public func withParsed<Result, Failure>(
    utf8 text: some Sequence<UInt8>, _ body: (JSONValue) throws(Failure) -> Result
  ) throws -> Result {
    try Array(text).withUnsafeBytes { try withParsed($0, body) }
  }
}
