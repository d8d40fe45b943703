import Foundation

/// Runs `body` with the path of a new directory, and removes it afterwards.
public func withTemporaryDirectory<R>(_ body: (String) throws -> R) throws -> R {
  let path = try makeTemporaryDirectory()
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// A new directory that the caller removes.
public func makeTemporaryDirectory() throws -> String {
  var template = Array(
    (NSTemporaryDirectory() + "/wattledger-test-" + String(repeating: "X", count: 6)).utf8CString)
  guard let path = mkdtemp(&template) else { throw POSIXError(.EIO) }
  return String(cString: path)
}
