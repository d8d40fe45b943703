/// A string inside the frame being read: a view, valid only while that frame is decoded.
///
/// Charger events carry text as views so that reading a frame allocates nothing. Copy what must
/// live longer with ``string``.
public struct FrameText {
  /// The UTF-8 bytes, with JSON escapes already resolved.
  public let utf8: UnsafeRawBufferPointer

  @inlinable
  public init(utf8: UnsafeRawBufferPointer) { self.utf8 = utf8 }

  /// A copy that outlives the frame.
  public var string: String { String(decoding: utf8, as: UTF8.self) }

  /// Whether the bytes are those of `text`, without copying.
  @inlinable
  public static func == (view: FrameText, text: String) -> Bool {
    var text = text
    return text.withUTF8 { other in
      other.count == view.utf8.count && other.elementsEqual(view.utf8)
    }
  }
}
