extension StaticString {
  /// As the key of a row in a table. Valid for ever.
  var keyBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
  }
}
