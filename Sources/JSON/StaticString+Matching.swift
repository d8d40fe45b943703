/// Lets a `switch` over a view of text have literals as its cases, without making strings:
///
///     switch member.name {
///     case "unit": …
///
/// Text as in ``JSONValue/Member/name`` and ``JSONValue/text``; no text matches no literal.
@inlinable
public func ~= (pattern: StaticString, text: UnsafeRawBufferPointer?) -> Bool {
  guard let text else { return false }
  return equal(text, pattern)
}
