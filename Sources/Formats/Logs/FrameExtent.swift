/// Where a frame ends in the text behind its beginning.
enum FrameExtent {
  /// The frame at the front of `text`, without the blanks and the words that may follow it.
  ///
  /// A frame that is broken in itself is taken to the end of the line, like a text that is none:
  /// what a station really sent is kept.
  ///
  /// - Throws: ``RejectReason/noFrame``, or ``RejectReason/frameNotWhole`` if brackets or quotes are
  ///   open at the end of the text: a logger has cut the frame, or goes on in the next line.
  static func frame(in text: UnsafeRawBufferPointer) throws(RejectReason)
    -> UnsafeRawBufferPointer
  {
    let text = text.trimmingBlanks()
    guard let first = text.first else { throw .noFrame }
    guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return text }
    switch end(in: text) {
    case .closed(let end): return text.view(..<end)
    case .mismatched: return text
    case .open: throw .frameNotWhole
    }
  }

  enum End: Equatable {
    /// The bracket that opened the text is closed just before this offset.
    case closed(Int)
    /// Another kind of bracket comes where that one should.
    case mismatched
    case open
  }

  /// Looks for the end of the array or object that `text` begins with.
  static func end(in text: UnsafeRawBufferPointer) -> End {
    let closing = text.first == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    var depth = 0
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let end = endOfString(in: text, from: offset) else { return .open }
        offset = end
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return byte == closing ? .closed(offset) : .mismatched }
      default: break
      }
    }
    return .open
  }

  /// The offset behind the quote that ends the string whose first byte is at `start`.
  static func endOfString(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var start = start
    while let quote = text.offset(of: UInt8(ascii: "\""), from: start) {
      var first = quote
      while first > start, text[first - 1] == UInt8(ascii: "\\") { first -= 1 }
      if (quote - first) % 2 == 0 { return quote + 1 }
      start = quote + 1
    }
    return nil
  }
}
